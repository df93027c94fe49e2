// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/flagfetcher.h"

#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/flags/flagset.h"
#include "core/prompts/gitfile.h"

#include <algorithm>

namespace sluice::control {

namespace {

constexpr std::size_t kMaxBytes = JsonLimits{}.bytes;
constexpr std::chrono::seconds kSlowest{300};
constexpr unsigned kMostDoublings = 9;

SteadyTime nextLook(SteadyTime now, std::chrono::seconds interval, unsigned failures)
{
    const auto backedOff = interval * (1 << std::min(failures, kMostDoublings));
    return now + std::min(backedOff, std::max(interval, kSlowest));
}

std::string digestOf(const std::string& text)
{
    return "sha256:" + sha256Hex(text).substr(0, 16);
}

/// Whether a version is an entity tag of the server's and not a digest of ours.
bool isTag(std::string_view version)
{
    return version.starts_with('"') || version.starts_with("W/");
}

} // namespace

FlagFetcher::FlagFetcher(Parts parts)
    : m_parts(std::move(parts))
{
    m_io.start();
}

FlagFetcher::~FlagFetcher()
{
    stop();
}

void FlagFetcher::stop()
{
    m_io.runAndWait([this] { m_fetches.clear(); });
    m_io.stop();
    m_worker.stop();
}

std::string FlagFetcher::absolute(const std::string& path) const
{
    return path.starts_with('/') ? path : m_parts.folder + "/" + path;
}

Result<FlagFetcher::Found> FlagFetcher::read(const std::string& text, std::string version,
                                             const std::string& known)
{
    if (version == known) {
        return Found{std::nullopt, std::move(version)};
    }
    // Here, where the text still is: an error names its line.
    if (auto set = flags::FlagSet::fromText(text, flags::FlagForm::Daemon); !set) {
        return std::move(set).error();
    }
    auto document = parseJson(text);
    if (!document) {
        return std::move(document).error();
    }
    return Found{std::move(*document), std::move(version)};
}

void FlagFetcher::tick()
{
    const auto state = m_parts.state();
    const SteadyTime now = m_parts.clock.steady();
    std::vector<std::pair<FlagSource, std::string>> due;
    m_looks.with([&](auto& looks) {
        std::erase_if(looks, [&](const auto& entry) {
            const auto source = state->flagSources.find(entry.first);
            return source == state->flagSources.end() || !(*source->second == entry.second.source);
        });
        for (const auto& [name, source] : state->flagSources) {
            Look& one =
                looks.try_emplace(name, Look{*source, now, false, 0, {}, {}, {}}).first->second;
            if (!one.running && one.due <= now) {
                one.running = true;
                due.emplace_back(*source, one.known);
            }
        }
    });
    for (const auto& [source, known] : due) {
        look(source, known);
    }
}

void FlagFetcher::look(const FlagSource& source, const std::string& known)
{
    Read done = [this, source](Result<Found> found) { looked(source, std::move(found)); };
    switch (source.kind) {
    case FlagSource::Kind::File:
        readFileOnce(absolute(source.location), known, std::move(done));
        return;
    case FlagSource::Kind::Git:
        readGit(source, known, std::move(done));
        return;
    case FlagSource::Kind::Http:
        break;
    }
    auto target = httpTargetFromUrl(source.location, source.local);
    if (!target) {
        looked(source, std::move(target).error());
        return;
    }
    readUrl({std::move(*target), isTag(known) ? known : std::string(), kMaxBytes}, known,
            std::move(done));
}

void FlagFetcher::readFileOnce(std::string path, std::string known, Read done)
{
    m_worker.post([path = std::move(path), known = std::move(known), done = std::move(done)] {
        const auto text = readFile(path, kMaxBytes);
        done(text ? read(*text, digestOf(*text), known) : Result<Found>(text.error()));
    });
}

void FlagFetcher::readGit(const FlagSource& source, std::string known, Read done)
{
    m_worker.post([this, source, known = std::move(known), done = std::move(done)] {
        const auto file = prompts::readGitFile(absolute(source.location), source.ref, source.path,
                                               known, kMaxBytes);
        done(file ? read(file->text, file->commit, known) : Result<Found>(file.error()));
    });
}

void FlagFetcher::readUrl(HttpFetch::Request request, std::string known, Read done)
{
    auto shared = std::make_shared<HttpFetch::Request>(std::move(request));
    m_io.post([this, shared, known = std::move(known), done = std::move(done)] {
        const std::uint64_t number = ++m_lastFetch;
        auto fetch = std::make_unique<HttpFetch>(
            m_io, std::move(*shared), [this, number, known, done](Result<HttpFetched> fetched) {
                m_io.post([this, number] { m_fetches.erase(number); });
                auto answer = std::make_shared<Result<HttpFetched>>(std::move(fetched));
                m_worker.post([answer, known, done] { // parsing may take its time
                    if (!*answer) {
                        done(answer->error());
                        return;
                    }
                    const HttpFetched& got = **answer;
                    const std::string version = !got.changed      ? known
                                                : got.tag.empty() ? digestOf(got.body)
                                                                  : got.tag;
                    done(read(got.body, version, known));
                });
            });
        HttpFetch& started = *fetch;
        m_fetches.emplace(number, std::move(fetch));
        started.start();
    });
}

void FlagFetcher::looked(const FlagSource& source, Result<Found> found)
{
    if (!found) {
        finish(source, {}, Status(std::move(found).error()));
        return;
    }
    const auto state = m_parts.state();
    const auto import = state->flagImports.find(source.name);
    const bool known = !found->document || (import != state->flagImports.end() &&
                                            import->second->version == found->version &&
                                            import->second->document == *found->document);
    if (known) {
        finish(source, found->version, {});
        return;
    }
    Json arguments{{"source", source.name},
                   {"version", found->version},
                   {"document", std::move(*found->document)}};
    m_parts.import(source.name, std::move(arguments),
                   [this, source, version = found->version](const Status& status) {
                       finish(source, version, status);
                   });
}

void FlagFetcher::finish(const FlagSource& source, const std::string& version, const Status& status)
{
    const std::int64_t at = toMicros(m_parts.clock.now());
    const SteadyTime now = m_parts.clock.steady();
    bool news = false;
    m_looks.with([&](auto& looks) {
        const auto found = looks.find(source.name);
        if (found == looks.end() || !(found->second.source == source)) {
            return; // removed or changed meanwhile
        }
        Look& one = found->second;
        news = !status && (!one.error || one.error->message != status.error().message);
        one.running = false;
        one.at = at;
        one.failures = status ? 0 : one.failures + 1;
        one.error = status ? std::nullopt : std::optional(status.error());
        if (status) {
            one.known = version;
        }
        one.due = nextLook(now, source.interval, one.failures);
    });
    if (news) {
        log(LogLevel::Warning, "control", "a source of flags has nothing to take over",
            {{"source", source.name}, {"reason", describe(status.error())}});
    }
}

Json FlagFetcher::looks() const
{
    return m_looks.with([](const auto& looks) {
        Json out = Json::object();
        for (const auto& [name, look] : looks) {
            Json& view =
                out[name] = {{"at", look.at ? Json(*look.at) : Json()}, {"error", nullptr}};
            if (look.error) {
                view["error"] = {{"message", look.error->message}, {"where", look.error->where}};
            }
        }
        return out;
    });
}

void FlagFetcher::fetch(const Json& arguments, std::function<void(Result<Json>)> done)
{
    Read read = [done = std::move(done)](Result<Found> found) {
        if (!found) {
            done(std::move(found).error());
            return;
        }
        done(std::move(*found->document)); // nothing was known: there is one
    };
    if (arguments.contains("file")) {
        readFileOnce(absolute(arguments.at("file")), {}, std::move(read));
        return;
    }
    auto target =
        httpTargetFromUrl(arguments.value("url", std::string()), arguments.value("local", false));
    if (!target) {
        m_worker.post([read, error = target.error()] { read(error); });
        return;
    }
    readUrl({std::move(*target), {}, kMaxBytes}, {}, std::move(read));
}

} // namespace sluice::control
