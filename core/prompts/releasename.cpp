// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompts/releasename.h"

#include "core/base/semver.h"

#include <algorithm>

namespace sluice::prompts {

namespace {

constexpr std::size_t kMaxName = 128;
constexpr int kMaxParts = 8;
constexpr std::string_view kPrefix = "refs/tags/prompt/";

bool isPart(std::string_view part)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !part.empty() && std::all_of(part.begin(), part.end(), fits) &&
           std::string_view("._-").find(part.front()) == std::string_view::npos &&
           !part.ends_with('.') && !part.ends_with(".lock") &&
           part.find("..") == std::string_view::npos;
}

bool isPromptName(std::string_view name)
{
    if (name.size() > kMaxName) {
        return false;
    }
    for (int parts = 1; parts <= kMaxParts; ++parts) {
        const auto slash = name.find('/');
        if (!isPart(name.substr(0, slash))) {
            return false;
        }
        if (slash == std::string_view::npos) {
            return true;
        }
        name.remove_prefix(slash + 1);
    }
    return false;
}

/// Build metadata would make two versions of one precedence.
bool isVersion(std::string_view version)
{
    return version.size() <= 64 && version.find('+') == std::string_view::npos &&
           SemanticVersion::parse(version).has_value();
}

} // namespace

Result<ReleaseName> ReleaseName::check(std::string_view name, std::string_view version)
{
    if (!isPromptName(name)) {
        return fail(ErrorCode::InvalidArgument,
                    "a prompt's name is parts of letters, digits, dot, dash and underscore, "
                    "divided by slashes",
                    "name");
    }
    if (!isVersion(version)) {
        return fail(ErrorCode::InvalidArgument,
                    "a prompt's version is MAJOR.MINOR.PATCH, as in 1.0.0", "version");
    }
    return ReleaseName{std::string(name), std::string(version)};
}

std::optional<ReleaseName> ReleaseName::fromReference(std::string_view reference)
{
    if (!reference.starts_with(kPrefix)) {
        return std::nullopt;
    }
    reference.remove_prefix(kPrefix.size());
    const auto slash = reference.rfind("/v");
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    auto made = check(reference.substr(0, slash), reference.substr(slash + 2));
    return made ? std::optional(std::move(*made)) : std::nullopt;
}

} // namespace sluice::prompts
