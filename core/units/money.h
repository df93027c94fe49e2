// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/units/pricetable.h"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::units {

/// A sum of money that keeps currencies apart: nothing ever adds one to another. Value type.
class Money
{
public:
    struct Amount
    {
        std::string currency; ///< ISO 4217, or "" for nothing known (sums of older versions)
        Micros micros = 0;
        bool operator==(const Amount&) const = default;
    };

    void add(std::string_view currency, Micros micros);
    void add(const Money& other);

    /// By currency, ascending, each once.
    [[nodiscard]] const std::vector<Amount>& amounts() const noexcept { return m_amounts; }
    /// 0 for a currency that does not occur.
    [[nodiscard]] Micros of(std::string_view currency) const noexcept;
    bool operator==(const Money&) const = default;

private:
    std::vector<Amount> m_amounts;
};

} // namespace sluice::units
