// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::flags {

/// Attributes of one evaluation: user_id, targetingKey, org_id, session_id and whatever the request claims.
/// Filled once at admission on one thread, then read only. Reuse one per connection: clear() keeps memory.
class Context
{
public:
    /// Sets or replaces an attribute. Text is copied.
    void set(std::string_view key, std::string_view text);
    void set(std::string_view key, double number);
    void set(std::string_view key, bool value);
    /// Sets every member of a JSON object (nested values too). Not an object: InvalidArgument.
    Status merge(const Json& object);
    void clear() noexcept;

    /// The attribute if it is a string; a view that is valid until the next change.
    [[nodiscard]] std::optional<std::string_view> text(std::string_view key) const noexcept;
    /// All attributes, for people and explanations.
    [[nodiscard]] Json toJson() const;
};

} // namespace sluice::flags
