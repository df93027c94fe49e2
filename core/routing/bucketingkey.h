// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/value.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::routing {

/// The value of the attribute that a route buckets by, as the text that is hashed: text as it is,
/// numbers as JavaScript writes them (42, 0.5, 1e+21: also RFC 8785's form), booleans as "true" and
/// "false". So 42 and "42" are one user. Does not own text. Any thread.
class BucketingKey
{
public:
    BucketingKey() = default;
    /// Nothing for empty text, null, arrays, objects and what is not a number: no key.
    static std::optional<BucketingKey> of(const flags::Value& value) noexcept;

    /// Valid as long as this object and the text that it was made of.
    [[nodiscard]] std::string_view text() const noexcept
    {
        return m_digits == 0 ? m_text : std::string_view(m_number, m_digits);
    }

private:
    std::string_view m_text;
    char m_number[32] = {}; ///< written on demand; the first m_digits count
    std::uint8_t m_digits = 0;
};

} // namespace sluice::routing
