// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/flagset.h"

#include "core/flags/evaluator.h"
#include "core/flags/rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_map>

namespace sluice::flags {

namespace {

constexpr std::array<std::string_view, 5> kReasons{"STATIC", "DEFAULT", "TARGETING_MATCH",
                                                   "DISABLED", "ERROR"};
constexpr std::array<std::string_view, 3> kErrors{"", "FLAG_NOT_FOUND", "GENERAL"};
constexpr std::size_t kFew = 8;
constexpr double kMaxSafe = 9007199254740991.0;

struct Variant
{
    std::string name;
    Json value;
};

struct Flag
{
    std::string name;
    bool enabled = true;
    std::vector<Variant> variants; ///< sorted by name
    const Variant* fallback = nullptr;
    std::optional<CompiledRule> targeting;
    Json metadata;

    [[nodiscard]] const Variant* find(std::string_view wanted) const noexcept
    {
        if (variants.size() <= kFew) { // by size first, which mostly settles it
            const auto is = [wanted](const Variant& variant) { return variant.name == wanted; };
            const auto found = std::find_if(variants.begin(), variants.end(), is);
            return found != variants.end() ? &*found : nullptr;
        }
        const auto at = std::lower_bound(
            variants.begin(), variants.end(), wanted,
            [](const Variant& v, std::string_view name_) { return v.name < name_; });
        return at != variants.end() && at->name == wanted ? &*at : nullptr;
    }
};

struct NameHash
{
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const noexcept { return nameHash(name); }
};

Error bad(const std::string& where, std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message), where);
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

Status readVariants(const Json& variants, const std::string& where, Flag& flag)
{
    if (!variants.is_object() || variants.empty()) {
        return bad(where, "variants is an object with at least one member");
    }
    const Json& first = variants.begin().value();
    for (auto member = variants.begin(); member != variants.end(); ++member) {
        const std::string pointer = pointerTo(where, member.key());
        const Json& value = member.value();
        if (member.key().empty()) {
            return bad(pointer, "a variant needs a name");
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
        flag.variants.push_back({member.key(), value});
    }
    std::sort(flag.variants.begin(), flag.variants.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return {};
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
    flag.fallback = flag.find(name->get_ref<const std::string&>());
    if (flag.fallback == nullptr) {
        return bad(pointerTo(where, "defaultVariant"), "defaultVariant names none of the variants");
    }
    return {};
}

Status readTargeting(const Json& json, const std::string& where, const Evaluators* evaluators,
                     Flag& flag)
{
    const auto targeting = json.find("targeting");
    if (targeting == json.end() || (targeting->is_object() && targeting->empty())) {
        return {};
    }
    const std::string pointer = pointerTo(where, "targeting");
    if (!targeting->is_object()) {
        return bad(pointer, "targeting is a JsonLogic object");
    }
    auto rule = CompiledRule::compile(*targeting, pointer, evaluators);
    if (!rule) {
        return std::move(rule).error();
    }
    flag.targeting = std::move(*rule);
    return {};
}

Status readFlag(const Json& json, const std::string& where, const Evaluators* evaluators,
                Flag& flag)
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
    if (json.contains("metadata")) {
        if (auto status = checkMetadata(json["metadata"], pointerTo(where, "metadata")); !status) {
            return status;
        }
        flag.metadata.update(json["metadata"]);
    }
    return readTargeting(json, where, evaluators, flag);
}

} // namespace

std::string_view reasonName(Reason reason) noexcept
{
    return kReasons[static_cast<std::size_t>(reason)];
}

std::string_view evaluationErrorName(EvaluationError error) noexcept
{
    return kErrors[static_cast<std::size_t>(error)];
}

struct FlagSet::Impl
{
    std::unordered_map<std::string, Flag, NameHash, std::equal_to<>> flags;
    std::vector<std::string_view> names;
};

FlagSet::FlagSet(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
FlagSet::~FlagSet() = default;

Result<std::shared_ptr<const FlagSet>> FlagSet::fromJson(const Json& document,
                                                         std::string_view where, FlagForm form)
{
    const std::string base(where);
    const auto flags = document.is_object() ? document.find("flags") : document.end();
    if (flags == document.end() ||
        !(flags->is_object() || (flags->is_array() && form == FlagForm::Daemon))) {
        return bad(pointerTo(base, "flags"), "a flag set has an object \"flags\"");
    }
    Json metadata = Json::object();
    if (document.contains("metadata")) {
        if (auto status = checkMetadata(document["metadata"], pointerTo(base, "metadata"));
            !status) {
            return std::move(status).error();
        }
        metadata = document["metadata"];
    }
    const auto evaluators = document.find("$evaluators");
    if (evaluators != document.end() && !evaluators->is_object()) {
        return bad(pointerTo(base, "$evaluators"), "$evaluators is an object of shared rules");
    }
    auto impl = std::make_unique<Impl>();
    std::size_t number = 0;
    for (auto entry = flags->begin(); entry != flags->end(); ++entry, ++number) {
        const std::string pointer = pointerTo(
            pointerTo(base, "flags"), flags->is_object() ? entry.key() : std::to_string(number));
        const auto name = flags->is_object() ? Result<std::string>(entry.key())
                                             : member<std::string>(*entry, "key", pointer);
        if (!name) {
            return name.error();
        }
        if (name->empty() || impl->flags.contains(*name)) {
            return bad(pointer, "a flag needs a name of its own");
        }
        Flag& flag = impl->flags[*name];
        flag.name = *name;
        flag.metadata = metadata;
        auto status =
            readFlag(*entry, pointer, evaluators != document.end() ? &*evaluators : nullptr, flag);
        if (!status) {
            return std::move(status).error();
        }
    }
    for (const auto& [name, flag] : impl->flags) {
        impl->names.emplace_back(name);
    }
    std::sort(impl->names.begin(), impl->names.end());
    return std::shared_ptr<const FlagSet>(new FlagSet(std::move(impl)));
}

const std::vector<std::string_view>& FlagSet::names() const noexcept
{
    return m_impl->names;
}

bool FlagSet::contains(std::string_view key) const noexcept
{
    return m_impl->flags.find(key) != m_impl->flags.end();
}

namespace {

/// The variant that a targeting rule's value names: text as it is, true and false and numbers
/// written out.
const Variant* variantOf(const Flag& flag, const Value& value) noexcept
{
    char digits[32];
    switch (value.kind()) {
    case Value::Kind::Text:
        return flag.find(value.text());
    case Value::Kind::Bool:
        return flag.find(value.boolean() ? "true" : "false");
    case Value::Kind::Number:
        return flag.find(formatNumber(value.number(), digits));
    case Value::Kind::Null:
    case Value::Kind::Tree:
    case Value::Kind::List:
        break;
    }
    return nullptr;
}

Evaluation chosen(const Flag& flag, const Variant* variant, Reason reason) noexcept
{
    Evaluation out;
    out.reason = variant == nullptr ? Reason::Default : reason;
    out.metadata = &flag.metadata;
    if (variant != nullptr) {
        out.value = &variant->value;
        out.variant = variant->name;
    }
    return out;
}

} // namespace

Evaluation FlagSet::evaluate(std::string_view key, const Context& context,
                             SystemTime now) const noexcept
{
    const auto found = m_impl->flags.find(key);
    if (found == m_impl->flags.end()) {
        Evaluation out;
        out.error = EvaluationError::FlagNotFound;
        return out;
    }
    const Flag& flag = found->second;
    if (!flag.enabled) {
        Evaluation out;
        out.reason = Reason::Disabled;
        out.metadata = &flag.metadata;
        return out;
    }
    if (!flag.targeting) {
        return chosen(flag, flag.fallback, Reason::Static);
    }
    const Environment environment{
        &context, nullptr, flag.name,
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count()};
    Evaluator evaluator(flag.targeting->program(), environment);
    const Value value = evaluator.run();
    if (evaluator.fault() == Fault::None && value.isNull()) {
        return chosen(flag, flag.fallback, Reason::Default);
    }
    const Variant* variant = evaluator.fault() == Fault::None ? variantOf(flag, value) : nullptr;
    if (variant == nullptr) {
        Evaluation out;
        out.error = EvaluationError::General;
        out.metadata = &flag.metadata;
        return out;
    }
    return chosen(flag, variant, Reason::TargetingMatch);
}

} // namespace sluice::flags
