// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/units/money.h"

#include <algorithm>

namespace sluice::units {

namespace {

template <typename Amounts>
auto placeOf(Amounts& amounts, std::string_view currency)
{
    return std::lower_bound(amounts.begin(), amounts.end(), currency,
                            [](const Money::Amount& one, std::string_view wanted) {
                                return one.currency < wanted;
                            });
}

} // namespace

void Money::add(std::string_view currency, Micros micros)
{
    const auto place = placeOf(m_amounts, currency);
    if (place != m_amounts.end() && place->currency == currency) {
        place->micros += micros;
    } else {
        m_amounts.insert(place, {std::string(currency), micros});
    }
}

void Money::add(const Money& other)
{
    for (const Amount& amount : other.m_amounts) {
        add(amount.currency, amount.micros);
    }
}

Micros Money::of(std::string_view currency) const noexcept
{
    const auto place = placeOf(m_amounts, currency);
    return place != m_amounts.end() && place->currency == currency ? place->micros : 0;
}

} // namespace sluice::units
