// SPDX-License-Identifier: GPL-3.0-or-later
// The declarative form of a route (contracts.md), read strictly and written with every member.
#include "core/routing/route.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <span>

namespace sluice::routing {

namespace {

constexpr std::int64_t kMaxMilliseconds = 3'600'000;
constexpr std::int64_t kMaxTokensPerSecond = 10'000;
constexpr std::size_t kMaxAllowed = 10'000;
constexpr std::size_t kMaxKey = 256;
constexpr std::size_t kMaxRules = 100;
constexpr std::array<std::string_view, 3> kRequestParams{"unit", "reject", "allow"};
constexpr std::array<std::string_view, 4> kSystemMessages{"open", "observe", "warn", "deny"};
constexpr std::array<std::string_view, 2> kRuleArms{"stable", "candidate"};
constexpr std::array<std::string_view, 4> kOnRollback{"drain", "migrate", "force", "restart"};
constexpr std::array<std::string_view, 2> kOnKill{"force", "restart"};
constexpr std::array<std::string_view, 4> kCapture{"none", "errors", "sample", "all"};

using Words = std::span<const std::string_view>;

Error bad(const std::string& where, std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message), where);
}

/// The members that an object may have, each with what reads it.
struct Field
{
    std::string_view name;
    std::function<Status(const Json& value, const std::string& where)> read;
};

Status readObject(const Json& json, const std::string& where, const std::vector<Field>& fields)
{
    if (!json.is_object()) {
        return bad(where, "expected an object");
    }
    for (auto entry = json.begin(); entry != json.end(); ++entry) {
        const std::string pointer = pointerTo(where, entry.key());
        const auto field = std::find_if(fields.begin(), fields.end(),
                                        [&](const Field& f) { return f.name == entry.key(); });
        if (field == fields.end()) {
            return bad(pointer, fmt::format("unknown member \"{}\"", entry.key()));
        }
        if (auto status = field->read(entry.value(), pointer); !status) {
            return status;
        }
    }
    return {};
}

/// Takes a Result's value or hands its error on.
template <typename T, typename Target>
Status take(Result<T> result, Target& target)
{
    if (!result) {
        return std::move(result).error();
    }
    target = *std::move(result);
    return {};
}

/// One of a few words, as its place among them.
Result<std::size_t> wordFromJson(const Json& json, const std::string& where, Words words)
{
    if (json.is_string()) {
        const auto at = std::find(words.begin(), words.end(), json.get_ref<const std::string&>());
        if (at != words.end()) {
            return static_cast<std::size_t>(at - words.begin());
        }
    }
    return bad(where,
               fmt::format("must be one of: {}", fmt::join(words.begin(), words.end(), ", ")));
}

template <typename E>
Field wordField(std::string_view name, E& target, Words words)
{
    return {name, [&target, words](const Json& value, const std::string& where) -> Status {
                const auto index = wordFromJson(value, where, words);
                if (!index) {
                    return index.error();
                }
                target = static_cast<E>(*index);
                return {};
            }};
}

/// A limit of the guard: a whole number of `unit`, or null for none.
template <typename T>
Field limitField(std::string_view name, std::optional<T>& target, std::int64_t most,
                 std::string_view unit)
{
    return {name, [&target, most, unit](const Json& value, const std::string& where) -> Status {
                if (value.is_null()) {
                    target.reset();
                    return {};
                }
                if (!value.is_number_integer() || value.get<double>() < 1 ||
                    value.get<double>() > static_cast<double>(most)) {
                    return bad(where, fmt::format("must be whole {}, 1..{}, or null", unit, most));
                }
                target = T(value.get<std::int64_t>());
                return {};
            }};
}

Field millisecondsField(std::string_view name, std::optional<Milliseconds>& target)
{
    return limitField(name, target, kMaxMilliseconds, "milliseconds");
}

Field percentField(std::string_view name, BasisPoints& target)
{
    return {name, [&target](const Json& value, const std::string& where) -> Status {
                return take(percentFromJson(value, where), target);
            }};
}

Result<UnitId> unitFromJson(const Json& json, const std::string& where, const UnitResolver& resolve)
{
    if (!json.is_string()) {
        return bad(where, "must name a unit, by alias or id");
    }
    auto unit = resolve(json.get_ref<const std::string&>());
    if (!unit) {
        Error error = std::move(unit).error();
        error.where = where;
        return error;
    }
    return unit;
}

Result<std::string> keyFromJson(const Json& json, const std::string& where)
{
    if (!json.is_string() || json.get_ref<const std::string&>().empty() ||
        json.get_ref<const std::string&>().size() > kMaxKey) {
        return bad(where, fmt::format("must be text of 1..{} bytes", kMaxKey));
    }
    return json.get<std::string>();
}

Result<std::vector<std::string>> allowFromJson(const Json& json, const std::string& where)
{
    if (!json.is_array() || json.size() > kMaxAllowed) {
        return bad(where,
                   fmt::format("must be an array of at most {} bucketing keys", kMaxAllowed));
    }
    std::vector<std::string> allow;
    for (std::size_t i = 0; i < json.size(); ++i) {
        auto key = keyFromJson(json[i], pointerTo(where, std::to_string(i)));
        if (!key) {
            return std::move(key).error();
        }
        allow.push_back(std::move(*key));
    }
    return allow;
}

Result<std::vector<Rule>> rulesFromJson(const Json& json, const std::string& where)
{
    if (!json.is_array() || json.size() > kMaxRules) {
        return bad(where, fmt::format("must be an array of at most {} rules", kMaxRules));
    }
    std::vector<Rule> rules;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const std::string pointer = pointerTo(where, std::to_string(i));
        Rule rule;
        const auto status = readObject(json[i], pointer,
                                       {{"when",
                                         [&](const Json& value, const std::string&) -> Status {
                                             rule.when = value;
                                             return {};
                                         }},
                                        wordField("arm", rule.arm, kRuleArms)});
        if (!status) {
            return status.error();
        }
        for (const char* needed : {"when", "arm"}) {
            if (!json[i].contains(needed)) {
                return bad(pointerTo(pointer, needed),
                           fmt::format("the member \"{}\" is missing", needed));
            }
        }
        rules.push_back(std::move(rule));
    }
    return rules;
}

Result<std::optional<ShadowPolicy>> shadowFromJson(const Json& json, const std::string& where,
                                                   const UnitResolver& resolve)
{
    if (json.is_null()) {
        return std::optional<ShadowPolicy>{};
    }
    ShadowPolicy shadow;
    const auto status =
        readObject(json, where,
                   {{"unit",
                     [&](const Json& value, const std::string& pointer) -> Status {
                         return take(unitFromJson(value, pointer, resolve), shadow.unit);
                     }},
                    percentField("percent", shadow.percent)});
    if (!status) {
        return status.error();
    }
    if (shadow.unit.empty()) {
        return bad(pointerTo(where, "unit"), "the member \"unit\" is missing");
    }
    return std::optional<ShadowPolicy>(std::move(shadow));
}

/// Free-form objects with known members are kept as JSON; this only checks them.
Result<Json> sessionFromJson(const Json& json, const std::string& where)
{
    std::size_t ignored = 0;
    const auto status = readObject(
        json, where,
        {wordField("on_rollback", ignored, kOnRollback), wordField("on_kill", ignored, kOnKill)});
    return status ? Result<Json>(json) : Result<Json>(status.error());
}

Result<Json> captureFromJson(const Json& json, const std::string& where)
{
    std::size_t mode = 0;
    BasisPoints percent = 0;
    const auto days = [](const Json& value, const std::string& pointer) -> Status {
        const bool fits =
            value.is_number_integer() && value.get<double>() >= 0 && value.get<double>() <= 3650;
        return fits ? Status() : Status(bad(pointer, "must be whole days, 0..3650"));
    };
    const auto status = readObject(
        json, where,
        {wordField("mode", mode, kCapture), percentField("percent", percent), {"days", days}});
    return status ? Result<Json>(json) : Result<Json>(status.error());
}

Status guardFromJson(const Json& json, const std::string& where, Guard& guard)
{
    return readObject(json, where,
                      {millisecondsField("ttft_ms", guard.ttft),
                       millisecondsField("total_ms", guard.total),
                       millisecondsField("idle_ms", guard.idle),
                       limitField("min_tokens_per_s", guard.minTokensPerSecond, kMaxTokensPerSecond,
                                  "tokens a second"),
                       millisecondsField("hedge_after_ms", guard.hedgeAfter),
                       millisecondsField("deadline_ms", guard.deadline)});
}

/// A field whose value one function reads.
template <typename Reader, typename Target>
Field field(std::string_view name, Target& target, Reader reader)
{
    return {name, [&target, reader](const Json& value, const std::string& where) -> Status {
                return take(reader(value, where), target);
            }};
}

Json toJson(const std::optional<Milliseconds>& time)
{
    return time ? Json(time->count()) : Json();
}

Json toJson(const Guard& guard)
{
    return {{"ttft_ms", toJson(guard.ttft)},
            {"total_ms", toJson(guard.total)},
            {"idle_ms", toJson(guard.idle)},
            {"min_tokens_per_s",
             guard.minTokensPerSecond ? Json(*guard.minTokensPerSecond) : Json()},
            {"hedge_after_ms", toJson(guard.hedgeAfter)},
            {"deadline_ms", toJson(guard.deadline)}};
}

} // namespace

Result<BasisPoints> percentFromJson(const Json& json, std::string_view where)
{
    const double percent = json.is_number() ? json.get<double>() : -1;
    const double points = std::round(percent * 100);
    if (!(percent >= 0 && percent <= 100)) {
        return bad(std::string(where), "must be a percentage, 0..100");
    }
    if (std::fabs(percent * 100 - points) > 1e-7) {
        return bad(std::string(where), "a percentage has at most two decimals");
    }
    return static_cast<BasisPoints>(points);
}

Json percentToJson(BasisPoints percent)
{
    return percent % 100 == 0 ? Json(percent / 100) : Json(static_cast<double>(percent) / 100);
}

Result<RouteDefinition> definitionFromJson(const Json& json, const UnitResolver& resolve,
                                           std::string_view where)
{
    RouteDefinition out;
    const auto unit = [&](const Json& value, const std::string& pointer) {
        return unitFromJson(value, pointer, resolve);
    };
    const std::vector<Field> fields{
        field("stable", out.stable, unit),
        {"candidate",
         [&](const Json& value, const std::string& pointer) -> Status {
             out.candidate.reset();
             return value.is_null() ? Status() : take(unit(value, pointer), out.candidate);
         }},
        percentField("percent", out.percent),
        field("bucket_by", out.bucketBy, keyFromJson),
        field("allow", out.allow, allowFromJson),
        field("rules", out.rules, rulesFromJson),
        {"guard",
         [&](const Json& value, const std::string& pointer) {
             return guardFromJson(value, pointer, out.guard);
         }},
        field("shadow", out.shadow,
              [&](const Json& value, const std::string& pointer) {
                  return shadowFromJson(value, pointer, resolve);
              }),
        field("session", out.session, sessionFromJson),
        wordField("system_messages", out.systemMessages, kSystemMessages),
        wordField("request_params", out.requestParams, kRequestParams),
        field("capture", out.capture, captureFromJson),
    };
    if (auto status = readObject(json, std::string(where), fields); !status) {
        return std::move(status).error();
    }
    if (out.stable.empty()) {
        return bad(pointerTo(where, "stable"), "the member \"stable\" is missing");
    }
    return out;
}

Json toJson(const RouteDefinition& definition, const UnitNamer& name)
{
    Json rules = Json::array();
    for (const Rule& rule : definition.rules) {
        rules.push_back(
            {{"when", rule.when}, {"arm", kRuleArms[static_cast<std::size_t>(rule.arm)]}});
    }
    Json shadow;
    if (definition.shadow) {
        shadow = {{"unit", name(definition.shadow->unit)},
                  {"percent", percentToJson(definition.shadow->percent)}};
    }
    return {
        {"stable", name(definition.stable)},
        {"candidate", definition.candidate ? Json(name(*definition.candidate)) : Json()},
        {"percent", percentToJson(definition.percent)},
        {"bucket_by", definition.bucketBy},
        {"allow", definition.allow},
        {"rules", std::move(rules)},
        {"guard", toJson(definition.guard)},
        {"shadow", std::move(shadow)},
        {"session", definition.session},
        {"system_messages", kSystemMessages[static_cast<std::size_t>(definition.systemMessages)]},
        {"request_params", kRequestParams[static_cast<std::size_t>(definition.requestParams)]},
        {"capture", definition.capture}};
}

} // namespace sluice::routing
