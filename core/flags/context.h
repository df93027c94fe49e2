// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/flags/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sluice::flags {

/// A short hash of an attribute's name; rules carry it ready made.
constexpr std::uint32_t nameHash(std::string_view name) noexcept
{
    std::uint32_t hash = 2166136261U; // FNV-1a
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    return hash;
}

/// Attributes of one evaluation: user_id, targetingKey, org_id, session_id and whatever the request
/// claims. Filled once at admission on one thread, then read only. Reuse one per connection:
/// clear() keeps memory.
class Context
{
public:
    /// Sets or replaces an attribute. Text is copied.
    void set(std::string_view key, std::string_view text);
    void set(std::string_view key, double number);
    /// A template so that a string literal cannot turn into a bool.
    template <typename Bool, typename = std::enable_if_t<std::is_same_v<Bool, bool>>>
    void set(std::string_view key, Bool value)
    {
        setBool(key, value);
    }
    /// Sets every member of a JSON object (nested values too). Not an object: InvalidArgument.
    Status merge(const Json& object);
    void clear() noexcept { m_count = 0; }

    /// The attribute if it is a string; a view that is valid until the next change.
    [[nodiscard]] std::optional<std::string_view> text(std::string_view key) const noexcept;
    /// The attribute, or nothing where it was never set; `hash` is nameHash(key). Valid until the
    /// next change.
    [[nodiscard]] std::optional<Value> find(std::string_view key,
                                            std::uint32_t hash) const noexcept;
    /// Number of attributes, and one of them, in the order in which they were first set. Valid
    /// until the next change.
    [[nodiscard]] std::size_t size() const noexcept { return m_count; }
    [[nodiscard]] Member at(std::size_t index) const noexcept
    {
        return {m_attributes[index].key, valueOf(m_attributes[index])};
    }
    /// All attributes, for people and explanations.
    [[nodiscard]] Json toJson() const;

private:
    struct Attribute
    {
        std::string key;
        Value::Kind kind = Value::Kind::Null;
        double number = 0; ///< Number, and Bool as 0 or 1
        std::string text;
        Json tree;
    };

    void setBool(std::string_view key, bool value);
    Attribute& slot(std::string_view key, Value::Kind kind);
    [[nodiscard]] static Value valueOf(const Attribute& attribute) noexcept;

    std::vector<std::uint32_t> m_hashes; ///< of m_attributes, side by side for the look-up
    std::vector<Attribute>
        m_attributes; ///< the first m_count are set; the rest are kept for their memory
    std::size_t m_count = 0;
};

} // namespace sluice::flags
