// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/flagset.h"

#include "core/flags/evaluation.h"
#include "core/flags/flagreader.h"
#include "core/flags/flagsetimpl.h"
#include "core/flags/jsonplace.h"

#include <array>
#include <bit>
#include <cstring>

namespace sluice::flags {

namespace {

constexpr std::array<std::string_view, 5> kReasons{"STATIC", "DEFAULT", "TARGETING_MATCH",
                                                   "DISABLED", "ERROR"};
constexpr std::array<std::string_view, 5> kErrors{"", "FLAG_NOT_FOUND", "PARSE_ERROR",
                                                  "TYPE_MISMATCH", "GENERAL"};

std::uint64_t load(const char* bytes, std::size_t count) noexcept
{
    std::uint64_t block = 0;
    std::memcpy(&block, bytes, count);
    return block;
}

/// A key's look-up is most of what a static flag costs: eight bytes at a time, the last of them
/// overlapping, and never a copy of unknown length.
std::uint32_t keyHash(std::string_view key) noexcept
{
    constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15U;
    std::uint64_t hash = key.size() * kMultiplier;
    const auto mix = [&hash](std::uint64_t block) {
        hash = (std::rotl(hash, 25) ^ block) * kMultiplier;
    };
    const char* const end = key.data() + key.size();
    if (key.size() >= 8) {
        for (const char* at = key.data(); end - at > 8; at += 8) {
            mix(load(at, 8));
        }
        mix(load(end - 8, 8));
    } else if (key.size() >= 4) {
        mix(load(key.data(), 4) << 32U | load(end - 4, 4));
    } else {
        for (const char byte : key) {
            mix(static_cast<unsigned char>(byte));
        }
    }
    return static_cast<std::uint32_t>(hash >> 32U);
}

Evaluation failed(EvaluationError error, std::string_view details, const Json& metadata) noexcept
{
    Evaluation out;
    out.error = error;
    out.details = details;
    out.metadata = &metadata;
    return out;
}

/// Without a variant the caller's own default applies.
Evaluation chosen(const Flag& flag, const Variant* variant, Reason reason) noexcept
{
    Evaluation out;
    out.reason = reason;
    out.metadata = &flag.metadata;
    if (variant != nullptr) {
        out.value = &variant->value;
        out.variant = variant->name;
    }
    return out;
}

bool isOf(const Json& value, ValueType type) noexcept
{
    switch (type) {
    case ValueType::Boolean:
        return value.is_boolean();
    case ValueType::String:
        return value.is_string();
    case ValueType::Integer:
    case ValueType::Float:
        return value.is_number();
    case ValueType::Object:
        return value.is_object();
    }
    return false;
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

void FlagSet::Impl::index()
{
    table.resize(std::bit_ceil(2 * flags.size() + 1));
    for (std::size_t i = 0; i < flags.size(); ++i) {
        names.emplace_back(flags[i]->name);
        const std::uint32_t hash = keyHash(flags[i]->name);
        std::size_t at = hash & (table.size() - 1);
        while (table[at].flag != 0) {
            at = (at + 1) & (table.size() - 1);
        }
        table[at] = {hash, static_cast<std::uint32_t>(i + 1)};
    }
}

const Flag* FlagSet::Impl::find(std::string_view key) const noexcept
{
    const std::uint32_t hash = keyHash(key);
    for (std::size_t at = hash & (table.size() - 1); table[at].flag != 0;
         at = (at + 1) & (table.size() - 1)) {
        if (table[at].hash == hash) {
            const Flag& flag = *flags[table[at].flag - 1];
            if (flag.name == key) {
                return &flag;
            }
        }
    }
    return nullptr;
}

FlagSet::FlagSet(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
FlagSet::~FlagSet() = default;

Result<std::shared_ptr<const FlagSet>> FlagSet::fromJson(const Json& document,
                                                         std::string_view where, FlagForm form)
{
    FlagReader reader(document, where, form);
    if (auto status = reader.read(); !status) {
        return std::move(status).error();
    }
    auto impl = std::make_unique<Impl>();
    impl->flags = std::move(reader.flags);
    impl->metadata = std::move(reader.metadata);
    impl->evaluators = std::move(reader.evaluators);
    impl->generation = reader.generation;
    impl->warnings = std::move(reader.warnings);
    impl->index();
    return std::shared_ptr<const FlagSet>(new FlagSet(std::move(impl)));
}

Result<std::shared_ptr<const FlagSet>> FlagSet::fromText(std::string_view text, FlagForm form)
{
    const auto document = parseJson(text);
    if (!document) {
        return document.error();
    }
    auto set = fromJson(*document, {}, form);
    if (!set) {
        Error error = std::move(set).error();
        error.where = withPlace(text, error.where);
        return error;
    }
    return set;
}

const std::vector<std::string_view>& FlagSet::names() const noexcept
{
    return m_impl->names;
}

bool FlagSet::contains(std::string_view key) const noexcept
{
    return m_impl->find(key) != nullptr;
}

const Json& FlagSet::metadata() const noexcept
{
    return m_impl->metadata;
}

Generation FlagSet::generation() const noexcept
{
    return m_impl->generation;
}

const std::vector<Error>& FlagSet::warnings() const noexcept
{
    return m_impl->warnings;
}

Environment environmentOf(const Flag& flag, const Context& context, SystemTime now) noexcept
{
    return {&context, nullptr, flag.name,
            std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count()};
}

Evaluation settle(const Flag& flag, const Value& value, Fault fault) noexcept
{
    if (fault != Fault::None) {
        return failed(EvaluationError::General, faultName(fault), flag.metadata);
    }
    if (value.isNull()) {
        return chosen(flag, flag.fallback, Reason::Default);
    }
    const Variant* variant = flag.find(value);
    return variant != nullptr ? chosen(flag, variant, Reason::TargetingMatch)
                              : failed(EvaluationError::General,
                                       "targeting chose what is not a variant", flag.metadata);
}

namespace {

/// By itself, so that a static flag does not pay for the room that a rule works in.
[[gnu::noinline]] Evaluation target(const Flag& flag, const Context& context,
                                    SystemTime now) noexcept
{
    return flags::evaluate(
        flag.targeting->program(), environmentOf(flag, context, now),
        [&flag](const Value& value, Fault fault) { return settle(flag, value, fault); });
}

} // namespace

Evaluation FlagSet::evaluate(std::string_view key, const Context& context,
                             SystemTime now) const noexcept
{
    const Flag* flag = m_impl->find(key);
    if (flag == nullptr) {
        return failed(EvaluationError::FlagNotFound, "there is no flag of this name",
                      m_impl->metadata);
    }
    if (!flag->enabled) {
        return chosen(*flag, nullptr, Reason::Disabled);
    }
    if (!flag->parseError.empty()) {
        return failed(EvaluationError::ParseError, flag->parseError, flag->metadata);
    }
    if (!flag->targeting) {
        return chosen(*flag, flag->fallback,
                      flag->fallback != nullptr ? Reason::Static : Reason::Default);
    }
    return target(*flag, context, now);
}

Evaluation FlagSet::evaluate(std::string_view key, const Context& context, SystemTime now,
                             ValueType wanted) const noexcept
{
    Evaluation out = evaluate(key, context, now);
    if (out.value == nullptr) {
        return out;
    }
    if (wanted == ValueType::Integer && out.value->is_number()) {
        out.value = &m_impl->find(key)->find(out.variant)->whole;
    }
    if (!isOf(*out.value, wanted)) {
        return failed(EvaluationError::TypeMismatch, "the flag's value is of another type",
                      *out.metadata);
    }
    return out;
}

} // namespace sluice::flags
