// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/bucketingkey.h"

#include <cmath>
#include <cstring>

namespace sluice::routing {

std::optional<BucketingKey> BucketingKey::of(const flags::Value& value) noexcept
{
    BucketingKey key;
    switch (value.kind()) {
    case flags::Value::Kind::Text:
        key.m_text = value.text();
        break;
    case flags::Value::Kind::Bool:
        key.m_text = value.boolean() ? "true" : "false";
        break;
    case flags::Value::Kind::Number: {
        if (!std::isfinite(value.number())) {
            return std::nullopt;
        }
        const std::string_view digits = flags::formatNumber(value.number(), key.m_number);
        std::memmove(key.m_number, digits.data(), digits.size()); // it may begin further on
        key.m_digits = static_cast<std::uint8_t>(digits.size());
        break;
    }
    case flags::Value::Kind::Null:
    case flags::Value::Kind::Tree:
    case flags::Value::Kind::List:
    case flags::Value::Kind::Object:
        return std::nullopt;
    }
    return key.text().empty() ? std::nullopt : std::optional(key);
}

} // namespace sluice::routing
