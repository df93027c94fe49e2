// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <git2.h>

#include <memory>
#include <string>

namespace sluice::prompts {

// Private to the room: libgit2's handles as owners, and its errors as ours.

template <auto Free>
struct GitDeleter
{
    template <typename T>
    void operator()(T* handle) const noexcept
    {
        Free(handle);
    }
};

using GitRepository = std::unique_ptr<git_repository, GitDeleter<git_repository_free>>;
using GitReference = std::unique_ptr<git_reference, GitDeleter<git_reference_free>>;
using GitObject = std::unique_ptr<git_object, GitDeleter<git_object_free>>;
using GitTag = std::unique_ptr<git_tag, GitDeleter<git_tag_free>>;
using GitCommit = std::unique_ptr<git_commit, GitDeleter<git_commit_free>>;
using GitTree = std::unique_ptr<git_tree, GitDeleter<git_tree_free>>;
using GitTreeBuilder = std::unique_ptr<git_treebuilder, GitDeleter<git_treebuilder_free>>;
using GitBlob = std::unique_ptr<git_blob, GitDeleter<git_blob_free>>;
using GitOdb = std::unique_ptr<git_odb, GitDeleter<git_odb_free>>;
using GitSignature = std::unique_ptr<git_signature, GitDeleter<git_signature_free>>;
using GitReferenceIterator =
    std::unique_ptr<git_reference_iterator, GitDeleter<git_reference_iterator_free>>;

/// libgit2's own reference-counted start and stop.
class GitLibrary
{
public:
    GitLibrary() { git_libgit2_init(); }
    ~GitLibrary() { git_libgit2_shutdown(); }
    GitLibrary(const GitLibrary&) = delete;
    GitLibrary& operator=(const GitLibrary&) = delete;
};

/// The Error of a libgit2 call that has just failed with `code`; reads git_error_last(), so call it
/// at once.
Error gitError(int code, const std::string& what, std::string where = {});

/// Calls a libgit2 constructor function and owns what it gives: `make<GitTree>(git_tree_lookup,
/// repo, &id)`.
template <typename Owner, typename Function, typename... Arguments>
int make(Owner& owner, Function function, Arguments... arguments)
{
    typename Owner::pointer raw = nullptr;
    const int code = function(&raw, arguments...);
    owner.reset(raw);
    return code;
}

} // namespace sluice::prompts
