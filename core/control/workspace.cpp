// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/workspace.h"

#include "core/base/file.h"
#include "core/base/hash.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sluice::control {

namespace fs = std::filesystem;

Workspace::Workspace(std::string folder, int lock)
    : m_folder(std::move(folder))
    , m_lock(lock)
{
}

Workspace::~Workspace()
{
    ::close(m_lock);
}

Result<std::unique_ptr<Workspace>> Workspace::open(const std::string& folder)
{
    std::error_code problem;
    const bool made = fs::create_directories(folder, problem);
    if (problem) {
        return fail(ErrorCode::Io, "cannot make the workspace folder: " + problem.message(),
                    folder);
    }
    if (made) {
        fs::permissions(folder, fs::perms::owner_all, problem);
    }
    const std::string path = folder + "/workspace.lock";
    const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        return fail(ErrorCode::Io,
                    "cannot open the workspace's lock: " + std::generic_category().message(errno),
                    path);
    }
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock);
        const auto holder = readFile(path, 4096);
        const std::string address =
            holder && !holder->empty() ? *holder : std::string("(starting)\n");
        return fail(ErrorCode::Conflict,
                    fmt::format("another process serves this workspace; connect to {}",
                                address.substr(0, address.find('\n'))),
                    folder);
    }
    return std::unique_ptr<Workspace>(new Workspace(folder, lock));
}

Status Workspace::announce(std::string_view adminUrl)
{
    const std::string text = fmt::format("{}\npid {}\n", adminUrl, ::getpid());
    if (::ftruncate(m_lock, 0) != 0 ||
        ::pwrite(m_lock, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        return fail(ErrorCode::Io,
                    "cannot write the workspace's lock: " + std::generic_category().message(errno),
                    path("workspace.lock"));
    }
    return {};
}

std::string Workspace::path(std::string_view name) const
{
    return fmt::format("{}/{}", m_folder, name);
}

Result<std::string> Workspace::key(std::string_view name)
{
    auto present = readFile(path(name), 256);
    if (present || present.error().code != ErrorCode::NotFound) {
        return present;
    }
    std::array<unsigned char, 32> bytes{};
    fillRandom(bytes);
    std::string key = toHex(bytes);
    if (auto status = writeFileAtomically(path(name), key); !status) {
        return std::move(status).error();
    }
    return key;
}

std::string defaultWorkspace()
{
    // NOLINTBEGIN(concurrency-mt-unsafe): read at start, nobody calls setenv
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/') {
        return std::string(data) + "/sluice";
    }
    const char* home = std::getenv("HOME");
    // NOLINTEND(concurrency-mt-unsafe)
    return std::string(home != nullptr ? home : ".") + "/.local/share/sluice";
}

} // namespace sluice::control
