// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/flagreader.h"

#include "core/flags/targetingschema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace sluice::flags {

namespace {

constexpr double kMaxSafe = 9007199254740991.0;           // 2^53 - 1
constexpr std::size_t kMaxSteps = 1'000'000;              // of a set
constexpr std::size_t kMaxCopied = std::size_t{8} << 20U; // bytes

Error bad(const std::string& where, std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message), where);
}

/// The schema's "^.{1,}$".
bool isName(std::string_view name) noexcept
{
    return !name.empty() && name.find_first_of("\r\n") == std::string_view::npos;
}

/// flagd's metadata is flat: text, numbers, true and false.
Status checkMetadata(const Json& metadata, const std::string& where)
{
    if (!metadata.is_object()) {
        return bad(where, "metadata is an object");
    }
    for (auto member = metadata.begin(); member != metadata.end(); ++member) {
        const Json& value = member.value();
        if (!value.is_string() && !value.is_number() && !value.is_boolean()) {
            return bad(pointerTo(where, member.key()),
                       "metadata holds text, numbers, true and false only");
        }
    }
    return {};
}

Status checkNumber(const Json& value, const std::string& where)
{
    if (value.is_number() && !(std::abs(value.get<double>()) <= kMaxSafe)) {
        return bad(where,
                   "a number must be within +-(2^53 - 1), where every client reads it alike");
    }
    return {};
}

/// As an integer, if it is one.
Json wholeOf(const Json& value)
{
    if (!value.is_number() || std::trunc(value.get<double>()) != value.get<double>()) {
        return {};
    }
    return static_cast<std::int64_t>(value.get<double>());
}

/// Whether a "$ref" is in it, anywhere; `found` is its pointer then.
bool refers(const Json& json, const std::string& where, std::string& found)
{
    if (json.is_object() && json.size() == 1 && json.contains("$ref")) {
        found = pointerTo(where, "$ref");
        return true;
    }
    if (!json.is_structured()) {
        return false;
    }
    std::size_t index = 0;
    for (auto member = json.begin(); member != json.end(); ++member, ++index) {
        if (refers(*member,
                   pointerTo(where, json.is_object() ? member.key() : std::to_string(index)),
                   found)) {
            return true;
        }
    }
    return false;
}

Status readDefault(const Json& json, const std::string& where, Flag& flag)
{
    const auto name = json.find("defaultVariant");
    if (name == json.end() || name->is_null()) {
        return {}; // the caller's own default
    }
    if (!name->is_string()) {
        return bad(pointerTo(where, "defaultVariant"),
                   "defaultVariant is a variant's name or null");
    }
    flag.fallback = flag.find(std::string_view(name->get_ref<const std::string&>()));
    if (flag.fallback == nullptr) {
        return bad(pointerTo(where, "defaultVariant"), "defaultVariant names none of the variants");
    }
    return {};
}

} // namespace

Status FlagReader::read()
{
    const auto found = m_document.is_object() ? m_document.find("flags") : m_document.end();
    const std::string all = pointerTo(m_base, "flags");
    if (found == m_document.end() ||
        !(found->is_object() || (found->is_array() && m_form == FlagForm::Daemon))) {
        return bad(all, "a flag set has an object \"flags\"");
    }
    if (auto status = readMetadata(); !status) {
        return status;
    }
    if (auto status = readEvaluators(); !status) {
        return status;
    }
    std::set<std::string> names;
    std::size_t number = 0;
    for (auto entry = found->begin(); entry != found->end(); ++entry, ++number) {
        const std::string pointer =
            pointerTo(all, found->is_object() ? entry.key() : std::to_string(number));
        auto name = found->is_object() ? Result<std::string>(entry.key())
                                       : member<std::string>(*entry, "key", pointer);
        if (!name) {
            return std::move(name).error();
        }
        if (!isName(*name) || !names.insert(*name).second) {
            return bad(pointer, "a flag needs a name of its own, on one line");
        }
        auto flag = std::make_unique<Flag>();
        flag->name = std::move(*name);
        flag->metadata = metadata;
        if (auto status = readFlag(*entry, pointer, *flag); !status) {
            return status;
        }
        flags.push_back(std::move(flag));
    }
    std::sort(flags.begin(), flags.end(),
              [](const auto& a, const auto& b) { return a->name < b->name; });
    return {};
}

Status FlagReader::readMetadata()
{
    const auto found = m_document.find("metadata");
    if (found == m_document.end()) {
        return {};
    }
    const std::string where = pointerTo(m_base, "metadata");
    if (auto status = checkMetadata(*found, where); !status) {
        return status;
    }
    for (const char* text : {"flagSetId", "version"}) {
        if (found->contains(text) && !found->at(text).is_string()) {
            return bad(pointerTo(where, text), fmt::format("{} is text", text));
        }
    }
    if (const auto version = found->find("fractionalVersion"); version != found->end()) {
        if (*version != 2 && *version != 3) {
            return bad(pointerTo(where, "fractionalVersion"), "fractionalVersion is 2 or 3");
        }
        generation = *version == 3 ? Generation::V3 : Generation::V2;
    }
    metadata = *found;
    return {};
}

/// Each of them by itself, used or not. They do not refer to each other, so that nothing can go in
/// circles.
Status FlagReader::readEvaluators()
{
    const auto found = m_document.find("$evaluators");
    if (found == m_document.end()) {
        return {};
    }
    const std::string where = pointerTo(m_base, "$evaluators");
    if (!found->is_object()) {
        return bad(where, "$evaluators is an object of shared rules");
    }
    for (auto entry = found->begin(); entry != found->end(); ++entry) {
        const std::string pointer = pointerTo(where, entry.key());
        if (!isName(entry.key())) {
            return bad(pointer, "a shared rule needs a name, on one line");
        }
        if (auto status = checkTargeting(entry.value(), pointer); !status) {
            return status;
        }
        std::string reference;
        if (refers(entry.value(), pointer, reference)) {
            return bad(reference, "a shared rule must not refer to another one, or to itself");
        }
        const auto rule = CompiledRule::compile(entry.value(), pointer, nullptr, generation);
        if (!rule) {
            return rule.error();
        }
        if (auto status = spend(rule->size(), pointer); !status) {
            return status;
        }
    }
    evaluators = *found;
    return {};
}

Status FlagReader::readFlag(const Json& json, const std::string& where, Flag& flag)
{
    if (!json.is_object()) {
        return bad(where, "a flag is an object");
    }
    const auto state = member<std::string>(json, "state", where);
    if (!state) {
        return state.error();
    }
    if (*state != "ENABLED" && *state != "DISABLED") {
        return bad(pointerTo(where, "state"), "state is \"ENABLED\" or \"DISABLED\"");
    }
    flag.enabled = *state == "ENABLED";
    if (!json.contains("variants")) {
        return bad(where, "a flag needs variants");
    }
    if (auto status = readVariants(json["variants"], pointerTo(where, "variants"), flag); !status) {
        return status;
    }
    if (auto status = readDefault(json, where, flag); !status) {
        return status;
    }
    if (const auto own = json.find("metadata"); own != json.end()) {
        const std::string inside = pointerTo(where, "metadata");
        if (auto status = checkMetadata(*own, inside); !status) {
            return status;
        }
        if (own->contains("fractionalVersion")) {
            return bad(pointerTo(inside, "fractionalVersion"),
                       "fractionalVersion belongs to the whole set's metadata");
        }
        flag.metadata.update(*own);
    }
    return readTargeting(json, where, flag);
}

Status FlagReader::readVariants(const Json& json, const std::string& where, Flag& flag)
{
    if (!json.is_object() || json.empty()) {
        return bad(where, "variants is an object with at least one member");
    }
    const Json& first = json.begin().value();
    for (auto entry = json.begin(); entry != json.end(); ++entry) {
        const std::string pointer = pointerTo(where, entry.key());
        const Json& value = entry.value();
        if (!isName(entry.key())) {
            return bad(pointer, "a variant needs a name, on one line");
        }
        const bool same = (value.is_number() && first.is_number()) || value.type() == first.type();
        if (!same || value.is_null() || value.is_array()) {
            return bad(
                pointer,
                "the variants of a flag are all booleans, all text, all numbers or all objects");
        }
        if (auto status = checkNumber(value, pointer); !status) {
            return status;
        }
        flag.variants.push_back({entry.key(), value, wholeOf(value)});
        if (auto status = insertReferences(flag.variants.back().value, pointer); !status) {
            return status;
        }
    }
    std::sort(flag.variants.begin(), flag.variants.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return {};
}

/// flagd replaces {"$ref": NAME} in the whole text, so in a variant's value too.
Status FlagReader::insertReferences(Json& value, const std::string& where)
{
    if (value.is_object() && value.size() == 1 && value.contains("$ref") &&
        value["$ref"].is_string()) {
        const auto shared = evaluators.find(value["$ref"].get_ref<const std::string&>());
        if (shared == evaluators.end()) {
            return {};
        }
        m_copied += shared->dump().size();
        if (m_copied > kMaxCopied) {
            return fail(ErrorCode::TooLarge,
                        fmt::format("shared rules in variants take more than {} bytes", kMaxCopied),
                        where);
        }
        value = Json(*shared);
        return {};
    }
    if (value.is_structured()) {
        for (Json& inner : value) {
            if (auto status = insertReferences(inner, where); !status) {
                return status;
            }
        }
    }
    return {};
}

Status FlagReader::readTargeting(const Json& json, const std::string& where, Flag& flag)
{
    const auto targeting = json.find("targeting");
    if (targeting == json.end() || (targeting->is_object() && targeting->empty())) {
        return {};
    }
    const std::string pointer = pointerTo(where, "targeting");
    if (auto status = checkTargeting(*targeting, pointer); !status) {
        return status;
    }
    auto rule = CompiledRule::compile(*targeting, pointer, &evaluators, generation);
    flag.rule = *targeting;
    if (!rule && rule.error().code == ErrorCode::NotFound) { // as flagd has it: this flag's error
        flag.parseError = describe(rule.error());
        warnings.push_back(rule.error());
        return {};
    }
    if (!rule) {
        return std::move(rule).error();
    }
    const std::size_t steps = rule->size();
    flag.targeting = std::move(*rule);
    return spend(steps, pointer);
}

Status FlagReader::spend(std::size_t steps, const std::string& where)
{
    m_steps += steps;
    if (m_steps > kMaxSteps) {
        return fail(ErrorCode::TooLarge,
                    fmt::format("the set's rules have more than {} steps", kMaxSteps), where);
    }
    return {};
}

} // namespace sluice::flags
