// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/simulator.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace sluice::providers {

namespace {

/// A numeric setting: its name in JSON, where it is kept, and its largest value (the smallest is
/// 0).
struct Number
{
    std::string_view name;
    double SimulatorSettings::* field;
    double most;
};

constexpr std::array kNumbers = {
    Number{"ttft_median_ms", &SimulatorSettings::ttftMedianMs, 600'000},
    Number{"ttft_sigma", &SimulatorSettings::ttftSigma, 3},
    Number{"tokens_per_second", &SimulatorSettings::tokensPerSecond, 1e9},
    Number{"tokens_median", &SimulatorSettings::tokensMedian, 20'000},
    Number{"tokens_sigma", &SimulatorSettings::tokensSigma, 3},
    Number{"error_rate", &SimulatorSettings::errorRate, 1},
    Number{"rate_limit_rate", &SimulatorSettings::rateLimitRate, 1},
    Number{"refusal_rate", &SimulatorSettings::refusalRate, 1},
    Number{"stall_rate", &SimulatorSettings::stallRate, 1},
    Number{"cut_rate", &SimulatorSettings::cutRate, 1},
    Number{"malformed_rate", &SimulatorSettings::malformedRate, 1},
    Number{"tool_rate", &SimulatorSettings::toolRate, 1},
};

Status readMember(SimulatorSettings& settings, const std::string& name, const Json& value,
                  const std::string& pointer)
{
    if (name == "seed") {
        if (!value.is_number_unsigned()) {
            return fail(ErrorCode::InvalidArgument, "must be a whole number of at least 0",
                        pointer);
        }
        settings.seed = value.get<std::uint64_t>();
        return {};
    }
    if (name == "style" || name == "corpus") {
        if (!value.is_string()) {
            return fail(ErrorCode::InvalidArgument, "must be a string", pointer);
        }
        (name == "style" ? settings.style : settings.corpus) = value.get<std::string>();
        return {};
    }
    for (const Number& number : kNumbers) {
        if (number.name != name) {
            continue;
        }
        if (!value.is_number() || !(value.get<double>() >= 0) ||
            !(value.get<double>() <= number.most)) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("must be a number from 0 to {}", number.most), pointer);
        }
        settings.*number.field = value.get<double>();
        return {};
    }
    return fail(ErrorCode::InvalidArgument, "the simulator has no such setting", pointer);
}

} // namespace

Result<SimulatorSettings> simulatorFromJson(const Json& json, std::string_view where)
{
    SimulatorSettings settings;
    if (json.is_null()) {
        return settings;
    }
    if (!json.is_object()) {
        return fail(ErrorCode::InvalidArgument, "must be an object", std::string(where));
    }
    for (const auto& [name, value] : json.items()) {
        if (Status status = readMember(settings, name, value, pointerTo(where, name)); !status) {
            return std::move(status).error();
        }
    }
    return settings;
}

Json toJson(const SimulatorSettings& settings)
{
    Json json = {{"seed", settings.seed}};
    for (const Number& number : kNumbers) {
        json[std::string(number.name)] = settings.*number.field;
    }
    for (const auto& [name, text] :
         {std::pair("style", &settings.style), std::pair("corpus", &settings.corpus)}) {
        if (!text->empty()) {
            json[name] = *text;
        }
    }
    return json;
}

} // namespace sluice::providers
