// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompts/objects.h"

#include "core/base/hash.h"

#include <fmt/format.h>

#include <array>

namespace sluice::prompts {

namespace {

constexpr std::size_t kMaxBlob = std::size_t{1} << 20U;
constexpr std::size_t kMaxEntries = 10'000;
constexpr std::size_t kMaxTag = std::size_t{64} << 10U;
constexpr std::string_view kDigestLine = "digest: sha256:";

Error refuse(std::string what, const ReleaseName& name)
{
    return fail(ErrorCode::Refused, std::move(what), name.tag());
}

/// The Error of a failed look-up of an object that another one names: that it is absent is damage.
Error objectError(int code, const std::string& what, const std::string& where)
{
    Error error = gitError(code, what, where);
    if (error.code == ErrorCode::NotFound) {
        error.code = ErrorCode::Corrupt;
    }
    return error;
}

} // namespace

Status checkSize(git_repository* repository, const git_oid& id, std::size_t limit,
                 const std::string& where)
{
    GitOdb odb;
    if (const int code = make(odb, git_repository_odb, repository); code != 0) {
        return objectError(code, "cannot read the repository's objects", where);
    }
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (const int code = git_odb_read_header(&size, &type, odb.get(), &id); code != 0) {
        return objectError(code, "cannot read an object of the repository", where);
    }
    if (size > limit) {
        return fail(ErrorCode::TooLarge,
                    fmt::format("{} bytes in Git; at most {} are read", size, limit), where);
    }
    return {};
}

namespace {

/// The annotated tag behind the release's reference.
Result<GitTag> readTag(git_repository* repository, const ReleaseName& name)
{
    git_oid id;
    if (const int code = git_reference_name_to_id(&id, repository, name.reference().c_str());
        code != 0) {
        return gitError(code, "cannot read the release", name.tag());
    }
    if (auto status = checkSize(repository, id, kMaxTag, name.tag()); !status) {
        return std::move(status).error();
    }
    GitObject object;
    if (const int code = make(object, git_object_lookup, repository, &id, GIT_OBJECT_ANY);
        code != 0) {
        return objectError(code, "cannot read the release's tag", name.tag());
    }
    if (git_object_type(object.get()) != GIT_OBJECT_TAG) {
        return refuse("a release is an annotated tag; this is a lightweight one", name);
    }
    GitTag tag;
    if (const int code = make(tag, git_tag_lookup, repository, &id); code != 0) {
        return objectError(code, "cannot read the release's tag", name.tag());
    }
    if (git_tag_target_type(tag.get()) != GIT_OBJECT_COMMIT) {
        return refuse("a release's tag names a commit, and nothing else", name);
    }
    if (name.tag() != git_tag_name(tag.get())) {
        return refuse(fmt::format("the tag calls itself \"{}\"", git_tag_name(tag.get())), name);
    }
    return tag;
}

/// The id of the entry `part` of a tree, which must be of `mode` (a file may be executable).
Result<git_oid> entryOf(git_repository* repository, const git_oid& treeId, const std::string& part,
                        git_filemode_t mode, const ReleaseName& name)
{
    // A tree's entry is at least 24 bytes long: bound the object, then count.
    if (auto status = checkSize(repository, treeId, kMaxTreeBytes, name.tag()); !status) {
        return std::move(status).error();
    }
    GitTree tree;
    if (const int code = make(tree, git_tree_lookup, repository, &treeId); code != 0) {
        return objectError(code, "cannot read a folder of the release", name.tag());
    }
    if (git_tree_entrycount(tree.get()) > kMaxEntries) {
        return fail(ErrorCode::TooLarge,
                    fmt::format("a folder of more than {} entries", kMaxEntries), name.tag());
    }
    const git_tree_entry* entry = git_tree_entry_byname(tree.get(), part.c_str());
    if (entry == nullptr) {
        return fail(ErrorCode::Corrupt, fmt::format("the release's commit has no {}", name.path()),
                    name.tag());
    }
    const git_filemode_t found = git_tree_entry_filemode(entry);
    const bool executable = mode == GIT_FILEMODE_BLOB && found == GIT_FILEMODE_BLOB_EXECUTABLE;
    if (found != mode && !executable) {
        return refuse(found == GIT_FILEMODE_LINK     ? "symbolic links are not followed"
                      : found == GIT_FILEMODE_COMMIT ? "submodules are not followed"
                                                     : "the prompt's path is not a plain file",
                      name);
    }
    return *git_tree_entry_id(entry);
}

/// The text of the release's file in a commit's tree.
Result<std::string> readSource(git_repository* repository, const git_commit* commit,
                               const ReleaseName& name)
{
    git_oid at = *git_commit_tree_id(commit);
    std::string path = name.path();
    for (;;) {
        const auto slash = path.find('/');
        const bool last = slash == std::string::npos;
        const auto next = entryOf(repository, at, path.substr(0, slash),
                                  last ? GIT_FILEMODE_BLOB : GIT_FILEMODE_TREE, name);
        if (!next) {
            return next.error();
        }
        at = *next;
        if (last) {
            break;
        }
        path.erase(0, slash + 1);
    }
    if (auto status = checkSize(repository, at, kMaxBlob, name.tag()); !status) {
        return std::move(status).error();
    }
    GitBlob blob;
    if (const int code = make(blob, git_blob_lookup, repository, &at); code != 0) {
        return objectError(code, "cannot read the prompt's text", name.tag());
    }
    return std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                       static_cast<std::size_t>(git_blob_rawsize(blob.get())));
}

/// The digest that a release states about itself, if it does.
std::string_view statedDigest(std::string_view message)
{
    for (std::size_t at = 0; at < message.size();) {
        const auto end = std::min(message.find('\n', at), message.size());
        const std::string_view line = message.substr(at, end - at);
        if (line.starts_with(kDigestLine)) {
            return line.substr(kDigestLine.size());
        }
        at = end + 1;
    }
    return {};
}

} // namespace

Result<Release> readRelease(git_repository* repository, const ReleaseName& name)
{
    auto tag = readTag(repository, name);
    if (!tag) {
        return std::move(tag).error();
    }
    const git_oid* commitId = git_tag_target_id(tag->get());
    if (auto status = checkSize(repository, *commitId, kMaxTag, name.tag()); !status) {
        return std::move(status).error();
    }
    GitCommit commit;
    if (const int code = make(commit, git_commit_lookup, repository, commitId); code != 0) {
        return objectError(code, "cannot read the release's commit", name.tag());
    }
    auto source = readSource(repository, commit.get(), name);
    if (!source) {
        return std::move(source).error();
    }
    Release release;
    release.name = name.name;
    release.version = name.version;
    release.source = *std::move(source);
    release.digest = sha256Hex(release.source); // no partials yet: the source is the resolved text
    std::array<char, GIT_OID_HEXSZ + 1> hex{};
    release.commit = git_oid_tostr(hex.data(), hex.size(), commitId);
    const git_signature* by = git_tag_tagger(tag->get());
    by = by != nullptr ? by : git_commit_author(commit.get());
    release.author = by->name;
    release.atSeconds = by->when.time;
    const char* message = git_tag_message(tag->get());
    release.message = message != nullptr ? message : "";
    const std::string_view stated = statedDigest(release.message);
    if (!stated.empty() && stated != release.digest) {
        return fail(ErrorCode::Corrupt,
                    "the release's text is not the one that its tag was made for", name.tag());
    }
    return release;
}

Result<git_oid> treeWith(git_repository* repository, git_tree* tree, const ReleaseName& name,
                         std::string_view source)
{
    git_tree_update update{};
    update.action = GIT_TREE_UPDATE_UPSERT;
    update.filemode = GIT_FILEMODE_BLOB;
    const std::string path = name.path();
    update.path = path.c_str();
    if (const int code =
            git_blob_create_from_buffer(&update.id, repository, source.data(), source.size());
        code != 0) {
        return gitError(code, "cannot write the prompt", name.tag());
    }
    GitTree empty;
    if (tree == nullptr) {
        GitTreeBuilder builder;
        git_oid id;
        int code =
            make(builder, git_treebuilder_new, repository, static_cast<const git_tree*>(nullptr));
        code = code == 0 ? git_treebuilder_write(&id, builder.get()) : code;
        code = code == 0 ? make(empty, git_tree_lookup, repository, &id) : code;
        if (code != 0) {
            return gitError(code, "cannot write the prompt's folder", name.tag());
        }
        tree = empty.get();
    }
    git_oid made;
    if (const int code = git_tree_create_updated(&made, repository, tree, 1, &update); code != 0) {
        return gitError(code, "cannot write the prompt's folder", name.tag());
    }
    return made;
}

} // namespace sluice::prompts
