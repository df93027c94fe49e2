// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/units/modelname.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::units {

namespace {

bool isDigit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

bool isWordEdge(std::string_view text, std::size_t at) noexcept
{
    return at >= text.size() || std::string_view("-_:/@.").find(text[at]) != std::string_view::npos;
}

/// Whether `word` stands in text between separators.
bool hasWord(std::string_view text, std::string_view word) noexcept
{
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        if ((at == 0 || isWordEdge(text, at - 1)) && isWordEdge(text, at + word.size())) {
            return true;
        }
    }
    return false;
}

/// Whether some run of separated characters matches a pattern in which '0' stands for a digit.
bool hasShape(std::string_view text, std::string_view shape) noexcept
{
    for (std::size_t at = 0; at + shape.size() <= text.size(); ++at) {
        const bool matches =
            std::equal(shape.begin(), shape.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                       [](char s, char c) { return s == '0' ? isDigit(c) : s == c; });
        if (matches && at > 0 && isWordEdge(text, at - 1) && isWordEdge(text, at + shape.size())) {
            return true;
        }
    }
    return false;
}

/// A family whose provider publishes snapshots: how to know it, and how its pinned names look.
struct Family
{
    bool (*matches)(std::string_view name);
    bool (*pinned)(std::string_view name);
    std::string_view form;
};

/// The name without a path or vendor in front ("us.anthropic.claude-…" -> "claude-…").
std::string_view familyPart(std::string_view model) noexcept
{
    for (const std::string_view start : {"claude-", "chatgpt-", "gpt-", "gemini-"}) {
        const auto at = model.find(start);
        if (at != std::string_view::npos && (at == 0 || isWordEdge(model, at - 1))) {
            return model.substr(at);
        }
    }
    const auto slash = model.find_last_of("/:");
    return slash == std::string_view::npos ? model : model.substr(slash + 1);
}

bool isOpenAi(std::string_view name)
{
    if (name.starts_with("gpt-oss")) {
        return false;
    }
    const bool reasoning =
        name.size() >= 2 && name[0] == 'o' && isDigit(name[1]) && isWordEdge(name, 2);
    return name.starts_with("gpt-") || name.starts_with("chatgpt-") || reasoning;
}

/// Claude generations from 4.6 on are pinned under names without a date: "claude-<tier>-4-6",
/// "claude-<tier>-5".
bool isClaudePinnedGeneration(std::string_view name)
{
    const auto tier = name.find('-', std::string_view("claude-").size());
    if (tier == std::string_view::npos || tier + 1 >= name.size() || !isDigit(name[tier + 1])) {
        return false;
    }
    const int major = name[tier + 1] - '0';
    const bool hasMinor = tier + 3 < name.size() && name[tier + 2] == '-' &&
                          isDigit(name[tier + 3]) && isWordEdge(name, tier + 4);
    return major > 4 || (major == 4 && hasMinor && name[tier + 3] >= '6');
}

constexpr std::array<Family, 3> kFamilies{{
    {isOpenAi,
     [](std::string_view name) { return hasShape(name, "0000-00-00") || hasShape(name, "0000"); },
     "<model>-YYYY-MM-DD"},
    {[](std::string_view name) { return name.starts_with("claude-"); },
     [](std::string_view name) {
         return hasShape(name, "00000000") || isClaudePinnedGeneration(name);
     },
     "<model>-YYYYMMDD"},
    {[](std::string_view name) {
         return name.starts_with("gemini-1") || name.starts_with("gemini-2.0");
     },
     [](std::string_view name) { return hasShape(name, "000") || hasShape(name, "00-00"); },
     "<model>-NNN"},
}};

Error floats(std::string_view model, std::string_view why, std::string_view form,
             std::span<const std::string> known)
{
    std::string could;
    const std::string_view stem = model.substr(0, model.find("latest"));
    for (const std::string& name : known) {
        if (name.size() > model.size() && name.starts_with(stem) && checkPinned(name)) {
            could += (could.empty() ? "" : ", ") + name;
        }
    }
    return fail(ErrorCode::InvalidArgument,
                fmt::format("the model name \"{}\" floats: {}. Name one snapshot: {}", model, why,
                            could.empty() ? std::string(form) : could));
}

} // namespace

Status checkPinned(std::string_view model, std::span<const std::string> known)
{
    const bool clean = !model.empty() && model.size() <= 256 &&
                       std::none_of(model.begin(), model.end(), [](char c) {
                           return c <= ' ' || c == '"' || c == '\\' || c == 0x7f;
                       });
    if (!clean) {
        return fail(ErrorCode::InvalidArgument,
                    "a model name is 1 to 256 printable characters without spaces");
    }
    if (hasWord(model, "latest")) {
        return floats(model, "\"latest\" is another model tomorrow",
                      "the provider's dated or numbered name", known);
    }
    const std::string_view name = familyPart(model);
    for (const Family& family : kFamilies) {
        if (family.matches(name)) {
            if (!family.pinned(name)) {
                return floats(model, "its provider moves it from snapshot to snapshot", family.form,
                              known);
            }
            break;
        }
    }
    return {};
}

} // namespace sluice::units
