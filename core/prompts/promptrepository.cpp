// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompts/promptrepository.h"

#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/base/semver.h"
#include "core/prompts/git.h"
#include "core/prompts/objects.h"
#include "core/templates/prompttemplate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

namespace sluice::prompts {

namespace {

constexpr std::size_t kMaxReleases = 100'000;
constexpr const char* kMain = "refs/heads/main";

/// Newest first.
bool newer(std::string_view a, std::string_view b)
{
    const auto left = SemanticVersion::parse(a);
    const auto right = SemanticVersion::parse(b);
    return left && right && compare(*left, *right) > 0;
}

} // namespace

struct PromptRepository::Impl
{
    GitLibrary library; ///< first in, last out
    GitRepository repository;

    [[nodiscard]] Result<std::vector<ReleaseName>> names() const;
    [[nodiscard]] Result<GitCommit> main() const;
    Status tagCommit(const ReleaseName& name, std::string_view source, const git_commit* parent,
                     const git_oid& tree, const std::string& author);
    Status moveMain(const ReleaseName& name);
};

PromptRepository::PromptRepository(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
PromptRepository::~PromptRepository() = default;

Result<std::unique_ptr<PromptRepository>> PromptRepository::open(const std::string& path)
{
    auto impl = std::make_unique<Impl>();
    // Only this path: a repository further up is not ours. Owner validation stays as libgit2 has
    // it: on.
    const int code = make(impl->repository, git_repository_open_ext, path.c_str(),
                          static_cast<unsigned>(GIT_REPOSITORY_OPEN_NO_SEARCH),
                          static_cast<const char*>(nullptr));
    if (code != 0) {
        return gitError(code, "cannot open the prompt repository", path);
    }
    return std::unique_ptr<PromptRepository>(new PromptRepository(std::move(impl)));
}

Result<std::unique_ptr<PromptRepository>> PromptRepository::openOrCreate(const std::string& path)
{
    std::error_code problem;
    if (std::filesystem::exists(path, problem) && !std::filesystem::is_empty(path, problem)) {
        return open(path);
    }
    auto impl = std::make_unique<Impl>();
    git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
    options.flags = GIT_REPOSITORY_INIT_MKPATH |
                    GIT_REPOSITORY_INIT_BARE; // bare: nothing checked out to go stale
    options.mode = 0700;
    options.initial_head = "main";
    if (const int code = make(impl->repository, git_repository_init_ext, path.c_str(), &options);
        code != 0) {
        return gitError(code, "cannot make the prompt repository", path);
    }
    return std::unique_ptr<PromptRepository>(new PromptRepository(std::move(impl)));
}

/// All release tags, by name and version, newest first. Tags of another form are none of ours.
Result<std::vector<ReleaseName>> PromptRepository::Impl::names() const
{
    GitReferenceIterator iterator;
    if (const int code =
            make(iterator, git_reference_iterator_glob_new, repository.get(), "refs/tags/prompt/*");
        code != 0) {
        return gitError(code, "cannot list the releases");
    }
    std::vector<ReleaseName> found;
    const char* reference = nullptr;
    int code = 0;
    while ((code = git_reference_next_name(&reference, iterator.get())) == 0) {
        if (auto name = ReleaseName::fromReference(reference)) {
            found.push_back(std::move(*name));
        }
        if (found.size() > kMaxReleases) {
            return fail(ErrorCode::TooLarge, fmt::format("more than {} releases", kMaxReleases));
        }
    }
    if (code != GIT_ITEROVER) {
        return gitError(code, "cannot list the releases");
    }
    std::sort(found.begin(), found.end(), [](const ReleaseName& a, const ReleaseName& b) {
        return a.name != b.name ? a.name < b.name : newer(a.version, b.version);
    });
    return found;
}

Result<Release> PromptRepository::release(std::string_view name, std::string_view version) const
{
    const auto wanted = ReleaseName::check(name, version);
    if (!wanted) {
        return wanted.error();
    }
    auto read = readRelease(m_impl->repository.get(), *wanted);
    if (read || read.error().code != ErrorCode::NotFound) {
        return read;
    }
    const auto all = m_impl->names();
    if (!all) {
        return all.error();
    }
    std::vector<std::string> versions;
    for (const ReleaseName& known : *all) {
        if (known.name == name) {
            versions.push_back(known.version);
        }
    }
    return fail(ErrorCode::NotFound,
                versions.empty() ? fmt::format("no prompt \"{}\" has been released", name)
                                 : fmt::format("\"{}\" has no version {}; there are {}", name,
                                               version, fmt::join(versions, ", ")),
                wanted->tag());
}

Result<std::vector<Release>> PromptRepository::releases() const
{
    const auto all = m_impl->names();
    if (!all) {
        return all.error();
    }
    std::vector<Release> out;
    for (const ReleaseName& name : *all) {
        auto read = readRelease(m_impl->repository.get(), name);
        if (!read) { // one bad tag does not hide the others; asking for it by name says the same
            log(LogLevel::Warning, "prompts", "a tag is no release",
                {{"error", describe(read.error())}});
            continue;
        }
        read->source.clear();
        out.push_back(*std::move(read));
    }
    return out;
}

/// The commit that main is at; a null owner where main does not exist yet.
Result<GitCommit> PromptRepository::Impl::main() const
{
    git_oid id;
    int code = git_reference_name_to_id(&id, repository.get(), kMain);
    if (code == GIT_ENOTFOUND) {
        return GitCommit{};
    }
    GitCommit commit;
    code = code == 0 ? make(commit, git_commit_lookup, repository.get(), &id) : code;
    if (code != 0) {
        return gitError(code, "cannot read main", kMain);
    }
    return commit;
}

Status PromptRepository::Impl::tagCommit(const ReleaseName& name, std::string_view source,
                                         const git_commit* parent, const git_oid& treeId,
                                         const std::string& author)
{
    GitSignature signature;
    int code = make(signature, git_signature_now, author.c_str(), "sluice@localhost");
    if (code != 0) {
        return gitError(code, "not an author's name", name.tag());
    }
    GitTree tree;
    git_oid commitId;
    const std::string subject = fmt::format("Release {} {}", name.name, name.version);
    code = make(tree, git_tree_lookup, repository.get(), &treeId);
    const git_commit* parents[] = {parent};
    code = code == 0 ? git_commit_create(&commitId, repository.get(), nullptr, signature.get(),
                                         signature.get(), "UTF-8", subject.c_str(), tree.get(),
                                         parent != nullptr ? 1 : 0, parents)
                     : code;
    GitObject target;
    git_oid tagId;
    const std::string message =
        fmt::format("{}\n\ndigest: sha256:{}\n", subject, sha256Hex(source));
    code = code == 0
               ? make(target, git_object_lookup, repository.get(), &commitId, GIT_OBJECT_COMMIT)
               : code;
    code = code == 0 ? git_tag_create(&tagId, repository.get(), name.tag().c_str(), target.get(),
                                      signature.get(), message.c_str(), 0)
                     : code;
    return code == 0 ? Status() : Status(gitError(code, "cannot write the release", name.tag()));
}

/// Brings main to a release's commit where that is the next one: also after a crash between tag and
/// branch.
Status PromptRepository::Impl::moveMain(const ReleaseName& name)
{
    auto tip = main();
    if (!tip) {
        return std::move(tip).error();
    }
    GitObject tagged;
    int code = make(tagged, git_revparse_single, repository.get(),
                    (name.reference() + "^{commit}").c_str());
    GitCommit commit;
    code = code == 0
               ? make(commit, git_commit_lookup, repository.get(), git_object_id(tagged.get()))
               : code;
    if (code != 0) {
        return gitError(code, "cannot read the release's commit", name.tag());
    }
    const bool isFirst = *tip == nullptr && git_commit_parentcount(commit.get()) == 0;
    const bool isNext =
        *tip != nullptr && git_commit_parentcount(commit.get()) > 0 &&
        git_oid_equal(git_commit_parent_id(commit.get(), 0), git_commit_id(tip->get())) != 0;
    if (!isFirst && !isNext) {
        return {}; // main has it already
    }
    GitReference moved;
    const git_oid* id = git_commit_id(commit.get());
    code = isFirst ? make(moved, git_reference_create, repository.get(), kMain, id, 0, "release")
                   : make(moved, git_reference_create_matching, repository.get(), kMain, id, 1,
                          git_commit_id(tip->get()), "release");
    return code == 0 ? Status() : Status(gitError(code, "main has moved meanwhile", kMain));
}

Status PromptRepository::commitRelease(std::string_view name, std::string_view version,
                                       std::string_view source, std::string_view author)
{
    const auto wanted = ReleaseName::check(name, version);
    if (!wanted) {
        return wanted.error();
    }
    if (const auto parsed = templates::PromptTemplate::parse(source); !parsed) {
        return parsed.error();
    }
    const auto existing = readRelease(m_impl->repository.get(), *wanted);
    if (existing) {
        return existing->source == source
                   ? m_impl->moveMain(*wanted)
                   : Status(fail(ErrorCode::Conflict,
                                 "this version has been released with another text",
                                 wanted->tag()));
    }
    if (existing.error().code != ErrorCode::NotFound) {
        return existing.error();
    }
    auto parent = m_impl->main();
    if (!parent) {
        return std::move(parent).error();
    }
    GitTree tree;
    if (*parent != nullptr) {
        if (const int code = make(tree, git_commit_tree, parent->get()); code != 0) {
            return gitError(code, "cannot read main", kMain);
        }
    }
    const auto next = treeWith(m_impl->repository.get(), tree.get(), *wanted, source);
    if (!next) {
        return next.error();
    }
    if (auto status = m_impl->tagCommit(*wanted, source, parent->get(), *next, std::string(author));
        !status) {
        return status;
    }
    return m_impl->moveMain(*wanted); // the tag first: a release is a release before main shows it
}

} // namespace sluice::prompts
