// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/flag.h"
#include "core/flags/flagset.h"

namespace sluice::flags {

/// What a FlagSet holds. Private to core/flags.
struct FlagSet::Impl
{
    /// One place of the look-up table.
    struct Place
    {
        std::uint32_t hash = 0;
        std::uint32_t flag = 0; ///< 1 + index into flags; 0: empty
    };

    std::vector<std::unique_ptr<Flag>> flags; ///< sorted by name
    std::vector<std::string_view> names;
    std::vector<Place> table; ///< open addressing, a power of two, at most half full
    Json metadata;
    Json evaluators;
    Generation generation = Generation::V2;
    std::vector<Error> warnings;

    void index();
    [[nodiscard]] const Flag* find(std::string_view key) const noexcept;
};

/// What `$flagd` and `fractional` need to know.
Environment environmentOf(const Flag& flag, const Context& context, SystemTime now) noexcept;

/// What a targeting rule's value or fault comes to.
Evaluation settle(const Flag& flag, const Value& value, Fault fault) noexcept;

} // namespace sluice::flags
