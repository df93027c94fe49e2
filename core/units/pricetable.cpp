// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/units/pricetable.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>

namespace sluice::units {

namespace {

constexpr double kMicrosPerUnit = 1e6;
constexpr double kLargestRate =
    1e9; // currency units a million tokens: far beyond any price, far below overflow

auto keyOf(const Price& price)
{
    return std::tie(price.provider, price.model, price.from);
}

/// "2026-01-31" as midnight UTC.
std::optional<SystemTime> parseDate(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = -1;
        const char* end = text.data() + at + length;
        return std::from_chars(text.data() + at, end, value).ptr == end ? value : -1;
    };
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    if (!date.ok()) {
        return std::nullopt;
    }
    return SystemTime(std::chrono::sys_days(date));
}

std::string formatDate(SystemTime time)
{
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

Result<Micros> rateFromJson(const Json& value, const std::string& where)
{
    if (!value.is_number()) {
        return fail(ErrorCode::InvalidArgument,
                    "a price is a number, in currency units a million tokens", where);
    }
    const double micros = value.get<double>() * kMicrosPerUnit;
    if (!(micros >= 0) || micros > kLargestRate * kMicrosPerUnit) {
        return fail(ErrorCode::InvalidArgument,
                    "a price lies between 0 and 1,000,000,000 a million tokens", where);
    }
    const double rounded = std::nearbyint(micros);
    if (std::fabs(micros - rounded) > 1e-3) {
        return fail(ErrorCode::InvalidArgument, "a price has at most six decimals", where);
    }
    return static_cast<Micros>(rounded);
}

/// Reads the text members of a price; the rates are read by the caller.
Status readIdentity(const Json& json, const std::string& where, Price& price)
{
    for (auto [key, into] :
         {std::pair{"provider", &price.provider}, std::pair{"model", &price.model},
          std::pair{"currency", &price.currency}}) {
        auto text = member<std::string>(json, key, where);
        if (!text) {
            return std::move(text).error();
        }
        *into = std::move(*text);
    }
    const bool isCode =
        price.currency.size() == 3 && std::all_of(price.currency.begin(), price.currency.end(),
                                                  [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!isCode) {
        return fail(ErrorCode::InvalidArgument, "a currency is three capital letters (ISO 4217)",
                    pointerTo(where, "currency"));
    }
    auto from = member<std::string>(json, "from", where);
    if (!from) {
        return std::move(from).error();
    }
    const auto date = parseDate(*from);
    if (!date) {
        return fail(ErrorCode::InvalidArgument, "a date is written YYYY-MM-DD",
                    pointerTo(where, "from"));
    }
    price.from = *date;
    return {};
}

Result<Price> priceFromJson(const Json& json, const std::string& where)
{
    Price price;
    if (auto done = readIdentity(json, where, price); !done) {
        return std::move(done).error();
    }
    bool hasInput = false;
    bool hasOutput = false;
    for (const auto& [key, value] : json.items()) {
        if (key == "provider" || key == "model" || key == "currency" || key == "from") {
            continue;
        }
        const std::string at = pointerTo(where, key);
        auto rate = rateFromJson(value, at);
        if (!rate) {
            return std::move(rate).error();
        }
        if (key == "input_per_mtok") {
            price.inputPerMtok = *rate;
            hasInput = true;
        } else if (key == "output_per_mtok") {
            price.outputPerMtok = *rate;
            hasOutput = true;
        } else if (key == "cached_input_per_mtok") {
            price.cachedInputPerMtok = *rate;
        } else if (key == "cache_write_per_mtok") {
            price.cacheWritePerMtok = *rate;
        } else {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("a price has no member \"{}\"", key), at);
        }
    }
    if (!hasInput || !hasOutput) {
        return fail(ErrorCode::InvalidArgument,
                    "a price needs \"input_per_mtok\" and \"output_per_mtok\"", where);
    }
    return price;
}

double toRate(Micros micros)
{
    return static_cast<double>(micros) / kMicrosPerUnit;
}

} // namespace

Result<PriceTable> PriceTable::fromJson(const Json& array, std::string_view where)
{
    if (!array.is_array()) {
        return fail(ErrorCode::InvalidArgument, "prices are an array", std::string(where));
    }
    PriceTable table;
    for (std::size_t i = 0; i < array.size(); ++i) {
        const std::string at = pointerTo(where, std::to_string(i));
        auto price = priceFromJson(array[i], at);
        if (!price) {
            return std::move(price).error();
        }
        const auto place =
            std::lower_bound(table.m_prices.begin(), table.m_prices.end(), *price,
                             [](const Price& a, const Price& b) { return keyOf(a) < keyOf(b); });
        if (place != table.m_prices.end() && keyOf(*place) == keyOf(*price)) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("a second price for {} at {} from {}", price->model,
                                    price->provider, formatDate(price->from)),
                        at);
        }
        table.m_prices.insert(place, std::move(*price));
    }
    return table;
}

Json PriceTable::toJson() const
{
    Json array = Json::array();
    for (const Price& price : m_prices) {
        Json json{{"provider", price.provider},
                  {"model", price.model},
                  {"currency", price.currency},
                  {"from", formatDate(price.from)},
                  {"input_per_mtok", toRate(price.inputPerMtok)},
                  {"output_per_mtok", toRate(price.outputPerMtok)}};
        if (price.cachedInputPerMtok) {
            json["cached_input_per_mtok"] = toRate(*price.cachedInputPerMtok);
        }
        if (price.cacheWritePerMtok) {
            json["cache_write_per_mtok"] = toRate(*price.cacheWritePerMtok);
        }
        array.push_back(std::move(json));
    }
    return array;
}

const Price* PriceTable::find(std::string_view provider, std::string_view model,
                              SystemTime at) const
{
    const auto key = std::tuple(provider, model, at);
    const auto after = std::upper_bound(
        m_prices.begin(), m_prices.end(), key, [](const auto& k, const Price& price) {
            return k < std::tuple(std::string_view(price.provider), std::string_view(price.model),
                                  price.from);
        });
    if (after == m_prices.begin()) {
        return nullptr;
    }
    const Price& price = *std::prev(after);
    return price.provider == provider && price.model == model ? &price : nullptr;
}

Cost costOf(const Price* price, const BilledTokens& tokens)
{
    if (price == nullptr) {
        return {};
    }
    Cost cost{CostState::Unpriced, 0, price->currency};
    const bool unpriced = (tokens.cachedInput != 0 && !price->cachedInputPerMtok) ||
                          (tokens.cacheWrite != 0 && !price->cacheWritePerMtok);
    if (unpriced || tokens.input < 0 || tokens.cachedInput < 0 || tokens.cacheWrite < 0 ||
        tokens.output < 0) {
        return cost;
    }
    Micros sum = 0;
    const auto add = [&](std::int64_t count, Micros rate) {
        Micros product = 0;
        return !__builtin_mul_overflow(count, rate, &product) &&
               !__builtin_add_overflow(sum, product, &sum);
    };
    constexpr Micros half = 500'000;
    constexpr Micros million = 1'000'000;
    if (!add(tokens.input, price->inputPerMtok) ||
        !add(tokens.cachedInput, price->cachedInputPerMtok.value_or(0)) ||
        !add(tokens.cacheWrite, price->cacheWritePerMtok.value_or(0)) ||
        !add(tokens.output, price->outputPerMtok) || __builtin_add_overflow(sum, half, &sum)) {
        return cost;
    }
    cost.state = CostState::Exact;
    cost.micros = sum / million;
    return cost;
}

} // namespace sluice::units
