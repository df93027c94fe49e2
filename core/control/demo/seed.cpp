// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/demo/seed.h"

#include "core/base/file.h"
#include "core/prompts/promptrepository.h"

#include <QFile>

#include <array>
#include <filesystem>
#include <future>

void sluiceInitDemo()
{
    Q_INIT_RESOURCE(demo); // must stand outside of a namespace: the room is a static library
}

namespace sluice::control::demo {

namespace {

using std::chrono::minutes;

Result<std::string> resource(const char* name)
{
    sluiceInitDemo();
    QFile file(QStringLiteral(":/demo/") + QString::fromLatin1(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::Internal, "the demo's files are not in this program", name);
    }
    return file.readAll().toStdString();
}

struct Prompt
{
    const char* file;
    const char* version;
};
constexpr std::array<Prompt, 2> kPrompts{{{"prompts/support-answer-1.0.0.prompt", "1.0.0"},
                                          {"prompts/support-answer-1.1.0.prompt", "1.1.0"}}};

/// Runs one command as somebody and waits for its answer.
Status run(api::ControlPlane& plane, std::string name, std::string actor, Json arguments)
{
    api::CommandRequest request;
    request.name = std::move(name);
    request.arguments = std::move(arguments);
    request.actor = std::move(actor);
    request.role = api::Role::Admin;
    std::promise<Status> answered;
    plane.execute(std::move(request), [&answered](Result<api::CommandReply> reply) {
        answered.set_value(reply ? Status{} : Status{std::move(reply).error()});
    });
    return answered.get_future().get();
}

Json move(const char* route, double percent, const char* reason)
{
    return {{"route", route},
            {"patch", true},
            {"definition", {{"percent", percent}}},
            {"reason", reason}};
}

/// One thing that somebody did, so long ago.
struct Deed
{
    minutes ago;
    const char* actor;
    const char* command;
    Json arguments;
};

Result<std::vector<Deed>> deeds()
{
    auto text = resource("workspace.json");
    if (!text) {
        return std::move(text).error();
    }
    auto document = parseJson(*text);
    if (!document) {
        return std::move(document).error();
    }
    return std::vector<Deed>{
        {minutes(70),
         "mira",
         "apply",
         {{"document", std::move(*document)}, {"reason", "start the autumn rollouts"}}},
        {minutes(48), "mira", "routes.put", move("support-assistant", 5, "a quiet hour at 1 %")},
        {minutes(41), "tomas", "routes.put",
         move("product-search", 25, "faster and cheaper so far")},
        {minutes(33), "tomas", "routes.put", move("returns-desk", 25, "looks fine at 10 %")},
        {minutes(24),
         "mira",
         "routing.kill",
         {{"route", "returns-desk"},
          {"reason", "promises refunds that the documents do not grant"}}},
        {minutes(17), "mira", "routes.put",
         move("support-assistant", 20, "latency within the guard at 5 %")},
    };
}

} // namespace

Result<Json> corpus()
{
    auto text = resource("corpus.json");
    if (!text) {
        return std::move(text).error();
    }
    return parseJson(*text);
}

Status prepareWorkspace(const std::string& workspace)
{
    namespace fs = std::filesystem;
    const fs::path folder = fs::path(workspace) / "demo";
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return fail(ErrorCode::Io, "cannot make the folder: " + error.message(), folder.string());
    }
    auto text = resource("corpus.json");
    if (!text) {
        return std::move(text).error();
    }
    if (auto written = writeFileAtomically((folder / "corpus.json").string(), *text, 0644);
        !written) {
        return written;
    }
    auto repository =
        prompts::PromptRepository::openOrCreate((fs::path(workspace) / "prompts").string());
    if (!repository) {
        return std::move(repository).error();
    }
    for (const Prompt& prompt : kPrompts) {
        auto source = resource(prompt.file);
        if (!source) {
            return std::move(source).error();
        }
        if (auto done =
                (*repository)->commitRelease("support/answer", prompt.version, *source, "Mira");
            !done) {
            return done;
        }
    }
    return {};
}

Status tellPast(Stage stage)
{
    auto told = deeds();
    if (!told) {
        return std::move(told).error();
    }
    auto document = corpus();
    if (!document) {
        return std::move(document).error();
    }
    constexpr std::uint64_t seed = 20261123;
    auto story = Story::fromCorpus(*document, seed);
    if (!story) {
        return std::move(story).error();
    }
    const SystemClock real;
    const SystemTime start = real.now();
    for (std::size_t i = 0; i < told->size(); ++i) {
        const Deed& deed = (*told)[i];
        stage.clock.setBack(real.now() - (start - deed.ago));
        if (auto done = run(stage.plane, deed.command, deed.actor, deed.arguments); !done) {
            stage.clock.setBack({});
            return done;
        }
        // In pieces, so that the store's queue stays short.
        const SystemTime until = i + 1 < told->size() ? start - (*told)[i + 1].ago : start;
        for (SystemTime from = start - deed.ago; from < until; from += minutes(1)) {
            auto batch = pastTraffic(*story, *stage.table(), from,
                                     std::min(from + minutes(1), until), stage.identity);
            if (!batch) {
                stage.clock.setBack({});
                return std::move(batch).error();
            }
            stage.sink.accept(*std::move(batch));
        }
    }
    stage.clock.setBack({});
    return {};
}

} // namespace sluice::control::demo
