// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::flags {

struct Member;

/// A value during one evaluation: sixteen bytes, owns nothing. Text, trees and lists are views into
/// the rule, the context or the evaluation's arena, whichever outlives it. Conversions are
/// JavaScript's, as JsonLogic asks.
class Value
{
public:
    enum class Kind : std::uint8_t
    {
        Null,
        Bool,
        Number,
        Text,
        Tree,   ///< a JSON array or object of the rule or the context
        List,   ///< an array made by the evaluation
        Object, ///< an object made by the evaluation
    };

    constexpr Value() noexcept
        : m_number(0)
    {
    }
    static Value ofBool(bool value) noexcept;
    static Value ofNumber(double value) noexcept;
    static Value ofText(std::string_view text) noexcept;
    static Value ofList(const Value* items, std::uint32_t size) noexcept;
    /// `members` are sorted by name, each name once.
    static Value ofObject(const Member* members, std::uint32_t size) noexcept;
    /// Scalars become scalars, text a view, arrays and objects a Tree. `json` must outlive the
    /// Value.
    static Value of(const Json& json) noexcept;

    [[nodiscard]] Kind kind() const noexcept { return m_kind; }
    [[nodiscard]] bool isNull() const noexcept { return m_kind == Kind::Null; }
    [[nodiscard]] bool isText() const noexcept { return m_kind == Kind::Text; }
    [[nodiscard]] bool isNumber() const noexcept { return m_kind == Kind::Number; }
    [[nodiscard]] bool boolean() const noexcept { return m_bool; }
    [[nodiscard]] double number() const noexcept { return m_number; }
    [[nodiscard]] std::string_view text() const noexcept { return {m_text, m_size}; }
    [[nodiscard]] const Json& tree() const noexcept { return *m_tree; }

    /// Whether it is an array, of either kind.
    [[nodiscard]] bool isArray() const noexcept;
    /// Number of elements of an array; 0 for anything else.
    [[nodiscard]] std::size_t size() const noexcept;
    /// Element of an array; `index` < size().
    [[nodiscard]] Value at(std::size_t index) const noexcept;
    /// Whether it is neither an array nor an object.
    [[nodiscard]] bool isScalar() const noexcept { return m_kind < Kind::Tree; }
    /// A member of an object, of either kind; nothing where there is none.
    [[nodiscard]] std::optional<Value> member(std::string_view name) const noexcept;
    /// Calls `visit` with name and value of each member of an object, in the order of the names'
    /// bytes.
    template <typename Visit>
    void eachMember(Visit&& visit) const;

    /// JsonLogic's truth: false, null, 0, NaN, "" and [] are false.
    [[nodiscard]] bool truthy() const noexcept;
    /// JavaScript's Number(): null 0, booleans 0 and 1, text parsed. Arrays and objects are NaN.
    [[nodiscard]] double toNumber() const noexcept;
    /// `===` for scalars; arrays and objects equal only themselves.
    [[nodiscard]] bool strictlyEquals(const Value& other) const noexcept;
    /// A copy that owns itself. Whole numbers within +-(2^53 - 1) become integers.
    [[nodiscard]] Json toJson() const;

private:
    union {
        bool m_bool;
        double m_number;
        const char* m_text;
        const Json* m_tree;
        const Value* m_list;
        const Member* m_members;
    };
    std::uint32_t m_size = 0;
    Kind m_kind = Kind::Null;
};

/// A member of an object that the evaluation makes.
struct Member
{
    std::string_view name;
    Value value;
};

template <typename Visit>
void Value::eachMember(Visit&& visit) const
{
    if (m_kind == Kind::Object) {
        for (std::uint32_t i = 0; i < m_size; ++i) {
            visit(m_members[i].name, m_members[i].value);
        }
    } else if (m_kind == Kind::Tree && m_tree->is_object()) {
        for (auto member = m_tree->begin(); member != m_tree->end(); ++member) {
            visit(std::string_view(member.key()), of(member.value()));
        }
    }
}

/// A number as JavaScript writes it, into `buffer`; the view is of it.
std::string_view formatNumber(double number, char (&buffer)[32]) noexcept;

} // namespace sluice::flags
