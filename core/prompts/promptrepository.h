// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::prompts {

/// One released prompt: an annotated tag `prompt/<name>/v<semver>` and the blob it releases.
struct Release
{
    std::string name;    ///< "support/answer"
    std::string version; ///< "1.0.0"
    std::string source;  ///< the `.prompt` file's text
    std::string digest;  ///< sha256 hex of the resolved release (source and partials)
    std::string commit;  ///< 40 hex digits
    std::string author;
    std::int64_t atSeconds = 0;
    std::string message; ///< the tag's
};

/// The workspace's prompt repository, read through libgit2 from blobs (no checkout). One object,
/// one thread. Refuses symlinks, submodules, `..`, oversized blobs and trees (research, SEC-12).
class PromptRepository
{
public:
    /// Opens an existing repository. Io or Corrupt with libgit2's message.
    static Result<std::unique_ptr<PromptRepository>> open(const std::string& path);
    /// Opens, or makes an empty one with branch main.
    static Result<std::unique_ptr<PromptRepository>> openOrCreate(const std::string& path);
    ~PromptRepository();

    /// NotFound names the versions that exist.
    [[nodiscard]] Result<Release> release(std::string_view name, std::string_view version) const;
    /// All releases, by name and version, newest version first; without `source`.
    [[nodiscard]] Result<std::vector<Release>> releases() const;
    /// Commits `source` as prompts/<name>.prompt on main and tags it. For the demo and tests until
    /// the review workflow exists; Conflict if the tag is there already with other bytes, and does
    /// nothing for the same.
    Status commitRelease(std::string_view name, std::string_view version, std::string_view source,
                         std::string_view author);

private:
    struct Impl;
    explicit PromptRepository(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::prompts
