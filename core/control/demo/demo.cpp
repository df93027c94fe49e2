// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/demo/demo.h"

#include "core/base/file.h"
#include "core/control/workspace.h"

#include <filesystem>

namespace sluice::control::demo {

namespace {

constexpr const char* kMark =
    "demo.workspace"; // says that the folder is the demo's and may be emptied
constexpr const char* kLock = "workspace.lock"; // held, and so kept

} // namespace

std::string demoWorkspace()
{
    return defaultWorkspace() + "-demo";
}

Status Demo::begin(const std::string& workspace)
{
    namespace fs = std::filesystem;
    const fs::path folder(workspace);
    std::error_code error;
    const bool ours = fs::exists(folder / kMark, error);
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (name == kLock || name == kMark) {
            continue;
        }
        if (!ours) {
            return fail(ErrorCode::Refused,
                        "the demo needs a folder of its own; this one holds a workspace",
                        workspace);
        }
        std::error_code failed;
        fs::remove_all(entry.path(), failed);
        if (failed) {
            return fail(ErrorCode::Io, "cannot empty the demo's folder: " + failed.message(),
                        entry.path().string());
        }
    }
    if (error) {
        return fail(ErrorCode::Io, "cannot read the demo's folder: " + error.message(), workspace);
    }
    if (auto marked =
            writeFileAtomically((folder / kMark).string(), "Emptied at each start of the demo.\n");
        !marked) {
        return marked;
    }
    return prepareWorkspace(workspace);
}

Status Demo::play(const std::string& listenUrl)
{
    auto document = corpus();
    if (!document) {
        return std::move(document).error();
    }
    constexpr std::uint64_t seed =
        20261124; // another day than the past's, so that users repeat and questions differ
    auto story = Story::fromCorpus(*document, seed);
    if (!story) {
        return std::move(story).error();
    }
    auto traffic = Traffic::start(listenUrl, std::move(*story));
    if (!traffic) {
        return std::move(traffic).error();
    }
    m_traffic = std::move(*traffic);
    return {};
}

} // namespace sluice::control::demo
