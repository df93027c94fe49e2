// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace sluice::prompts {

/// A file as it is in a commit.
struct GitFile
{
    std::string commit; ///< 40 hex digits
    std::string text;
};

/// Reads `path` in the commit that `ref` (a full reference, "refs/heads/main"; tags are peeled)
/// names in the repository in `folder`, bare or not, from its objects: no checkout, no hooks, no
/// remotes. With `known` that same commit, the text is left out. NotFound for a reference or path
/// that is not there; Refused for symlinks, submodules and everything else that is no plain file;
/// TooLarge beyond `limit` bytes. Any thread; blocks.
Result<GitFile> readGitFile(const std::string& folder, const std::string& ref,
                            std::string_view path, std::string_view known, std::size_t limit);

} // namespace sluice::prompts
