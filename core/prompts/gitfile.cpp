// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompts/gitfile.h"

#include "core/prompts/objects.h"

namespace sluice::prompts {

namespace {

std::string hexOf(const git_oid* id)
{
    char text[GIT_OID_HEXSZ + 1];
    return git_oid_tostr(text, sizeof(text), id);
}

Result<GitTree> treeOf(git_repository* repository, const std::string& ref, std::string& commit)
{
    git_oid id;
    if (const int code = git_reference_name_to_id(&id, repository, ref.c_str()); code != 0) {
        return gitError(code, "cannot read the reference", ref);
    }
    GitObject named;
    int code = make(named, git_object_lookup, repository, &id, GIT_OBJECT_ANY);
    GitObject peeled;
    code = code == 0 ? make(peeled, git_object_peel, named.get(), GIT_OBJECT_COMMIT) : code;
    GitTree tree;
    if (code == 0) {
        commit = hexOf(git_object_id(peeled.get()));
        GitCommit found;
        code = make(found, git_commit_lookup, repository, git_object_id(peeled.get()));
        code = code == 0 ? make(tree, git_commit_tree, found.get()) : code;
    }
    if (code != 0) {
        return gitError(code, "cannot read the commit", ref);
    }
    return tree;
}

/// The id of the plain file at `path`, through plain folders only.
Result<git_oid> fileAt(git_repository* repository, GitTree tree, std::string_view path)
{
    const std::string where(path);
    while (true) {
        const std::size_t slash = path.find('/');
        const std::string part(path.substr(0, slash));
        const git_tree_entry* entry = git_tree_entry_byname(tree.get(), part.c_str());
        if (entry == nullptr) {
            return fail(ErrorCode::NotFound, "the commit has no such file", where);
        }
        const git_filemode_t mode = git_tree_entry_filemode(entry);
        const bool folder = mode == GIT_FILEMODE_TREE;
        const bool file = mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
        if (slash == std::string_view::npos ? !file : !folder) {
            return fail(ErrorCode::Refused,
                        "not a plain file in plain folders; links and submodules are not followed",
                        where);
        }
        const git_oid id = *git_tree_entry_id(entry);
        if (file) {
            return id;
        }
        if (auto status = checkSize(repository, id, kMaxTreeBytes, where); !status) {
            return std::move(status).error();
        }
        if (const int code = make(tree, git_tree_lookup, repository, &id); code != 0) {
            return gitError(code, "cannot read a folder", where);
        }
        path.remove_prefix(slash + 1);
    }
}

} // namespace

Result<GitFile> readGitFile(const std::string& folder, const std::string& ref,
                            std::string_view path, std::string_view known, std::size_t limit)
{
    const GitLibrary library;
    GitRepository repository;
    if (const int code = make(repository, git_repository_open_ext, folder.c_str(),
                              static_cast<unsigned>(GIT_REPOSITORY_OPEN_NO_SEARCH),
                              static_cast<const char*>(nullptr));
        code != 0) {
        return gitError(code, "cannot open the repository", folder);
    }
    GitFile file;
    auto tree = treeOf(repository.get(), ref, file.commit);
    if (!tree) {
        return std::move(tree).error();
    }
    if (file.commit == known) {
        return file;
    }
    const std::string where(path);
    const auto id = fileAt(repository.get(), std::move(*tree), path);
    if (!id) {
        return id.error();
    }
    if (auto status = checkSize(repository.get(), *id, limit, where); !status) {
        return std::move(status).error();
    }
    GitBlob blob;
    if (const int code = make(blob, git_blob_lookup, repository.get(), &*id); code != 0) {
        return gitError(code, "cannot read the file", where);
    }
    file.text.assign(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                     static_cast<std::size_t>(git_blob_rawsize(blob.get())));
    return file;
}

} // namespace sluice::prompts
