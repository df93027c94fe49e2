// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/flags/rule.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::flags {

struct Variant
{
    std::string name;
    Json value;
    Json whole; ///< the value as an integer where it is a whole number; else null
};

/// One flag, compiled. Private to core/flags. Not to be moved once `fallback` is set.
struct Flag
{
    std::string name;
    bool enabled = true;
    std::vector<Variant> variants;     ///< sorted by name
    const Variant* fallback = nullptr; ///< nullptr: the caller's own default
    std::optional<CompiledRule> targeting;
    Json rule;              ///< targeting as it was written, for explanations
    std::string parseError; ///< why targeting cannot be evaluated; empty otherwise
    Json metadata;          ///< over the set's

    /// The variant of a name; nullptr where there is none.
    [[nodiscard]] const Variant* find(std::string_view wanted) const noexcept;
    /// The variant that a targeting rule's value names: text as it is, true and false and numbers
    /// written out.
    [[nodiscard]] const Variant* find(const Value& value) const noexcept;
};

} // namespace sluice::flags
