// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompts/git.h"
#include "core/prompts/promptrepository.h"
#include "core/prompts/releasename.h"

namespace sluice::prompts {

// Private to the room: reading releases out of a repository's objects, without a checkout.

/// The annotated tag of a release, the commit that it names, and the prompt's text there. NotFound
/// if there is no such tag; Refused for lightweight tags, symlinks, submodules and anything else
/// that is not a plain file; TooLarge for blobs over 1 MiB and trees over 10,000 entries; Corrupt
/// if the tag states another digest.
Result<Release> readRelease(git_repository* repository, const ReleaseName& name);

/// Checks an object's size before it is read into memory: TooLarge beyond `limit` bytes, Corrupt
/// where the object that something names is not there.
Status checkSize(git_repository* repository, const git_oid& id, std::size_t limit,
                 const std::string& where);

/// What a folder may weigh: an entry is at least 24 bytes, and 10,000 are read.
inline constexpr std::size_t kMaxTreeBytes = std::size_t{10'000} * 300;

/// The tree below `tree` after putting `source` at the release's path; `tree` may be nullptr for
/// none.
Result<git_oid> treeWith(git_repository* repository, git_tree* tree, const ReleaseName& name,
                         std::string_view source);

} // namespace sluice::prompts
