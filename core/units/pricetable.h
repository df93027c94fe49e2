// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::units {

/// Tokens of one request as prices see them: the four kinds do not overlap.
struct BilledTokens
{
    std::int64_t input = 0;       ///< not cached
    std::int64_t cachedInput = 0; ///< read from the provider's cache
    std::int64_t cacheWrite = 0;  ///< written to it
    std::int64_t output = 0;      ///< reasoning included
};

/// Money in millionths of the currency's unit: 1 USD = 1,000,000. Never a floating point sum.
using Micros = std::int64_t;

/// Price of one model at one provider from a date on. Rates are micro-units per million tokens, so
/// 3.0 USD per million tokens is 3,000,000.
struct Price
{
    std::string provider;
    std::string model;
    std::string currency; ///< ISO 4217
    SystemTime from{};    ///< 00:00 UTC of "from"
    Micros inputPerMtok = 0;
    std::optional<Micros> cachedInputPerMtok; ///< absent: cached input cannot be priced
    std::optional<Micros> cacheWritePerMtok;
    Micros outputPerMtok = 0;

    bool operator==(const Price&) const = default;
};

/// How a cost came about. Anything but Exact means: there is no number, and that is an alarm, never
/// 0.
enum class CostState
{
    Exact,
    Missing,  ///< no price is known for this provider and model at this time
    Unpriced, ///< a price is known, but not for a kind of token that occurred, or usage itself is
              ///< unknown
};

struct Cost
{
    CostState state = CostState::Missing;
    Micros micros = 0; ///< only if state is Exact
    std::string currency;
};

/// Immutable set of prices; share as shared_ptr<const PriceTable>. Any thread.
class PriceTable
{
public:
    /// Reads the "prices" array of the declarative file. Negative rates, unknown members, two
    /// prices for one (provider, model, from), and more than six decimals are InvalidArgument with
    /// the pointer.
    static Result<PriceTable> fromJson(const Json& array, std::string_view where = {});
    [[nodiscard]] Json toJson() const;

    /// The price in force at a time, or nullptr. Valid for the life of the table.
    [[nodiscard]] const Price* find(std::string_view provider, std::string_view model,
                                    SystemTime at) const;

    [[nodiscard]] const std::vector<Price>& prices() const noexcept { return m_prices; }

private:
    std::vector<Price> m_prices; ///< sorted by provider, model, from
};

/// Cost of tokens at a price (nullptr: Missing): summed in integers, then rounded half up to a
/// micro-unit once. Negative counts and overflow are Unpriced. No allocation.
Cost costOf(const Price* price, const BilledTokens& tokens);

} // namespace sluice::units
