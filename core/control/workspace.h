// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace sluice::control {

/// The workspace's folder and its lock (contracts.md, Workspace). Held for the life of the object;
/// the lock is the kernel's, so a process that dies leaves none behind. One thread.
class Workspace
{
public:
    /// Makes the folder (0700) if need be and takes the lock. Conflict names the address of the
    /// process that has it.
    static Result<std::unique_ptr<Workspace>> open(const std::string& folder);
    ~Workspace();
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    /// Writes the admin address into the lock, for those who come second.
    Status announce(std::string_view adminUrl);

    [[nodiscard]] const std::string& folder() const noexcept { return m_folder; }
    [[nodiscard]] std::string path(std::string_view name) const;

    /// 32 random bytes kept in a file of the workspace, mode 0600, made at the first call: for
    /// pseudonyms in records. In a file and not in the store, so that a copied database cannot be
    /// turned back into names.
    Result<std::string> key(std::string_view name);

private:
    Workspace(std::string folder, int lock);

    std::string m_folder;
    int m_lock;
};

/// $XDG_DATA_HOME/sluice, or ~/.local/share/sluice.
std::string defaultWorkspace();

} // namespace sluice::control
