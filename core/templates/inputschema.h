// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::templates {

/// A prompt's variables as Picoschema declares them: scalars, enums, arrays and nested objects, `?`
/// for optional (and then null is taken too), `(*)` for further members. Private to the room.
class InputSchema
{
public:
    /// Reads the object below `input.schema`. InvalidArgument with the pointer below `where`.
    static Result<InputSchema> parse(const Json& schema, std::string_view where);

    /// Missing, unknown and mistyped members are InvalidArgument with the pointer below `where`.
    [[nodiscard]] Status validate(const Json& value, std::string_view where) const;
    /// Whether a path leads to something declared.
    [[nodiscard]] bool declares(std::span<const std::string> path) const;

private:
    enum class Type : std::uint8_t
    {
        Any,
        String,
        Number,
        Integer,
        Boolean,
        Null,
        Enum,
        Array,
        Object
    };

    Status parseField(const std::string& key, const Json& value, const std::string& where,
                      int depth);
    Status parseType(const std::string& kind, const Json& value, const std::string& where,
                     int depth);
    Status parseMembers(const Json& members, const std::string& where, int depth);
    [[nodiscard]] bool accepts(const Json& value) const;
    [[nodiscard]] std::string_view expected() const;
    [[nodiscard]] const InputSchema* field(std::string_view name) const;

    std::string m_name;
    Type m_type = Type::Object;
    bool m_optional = false;
    Json m_enum;
    std::vector<InputSchema> m_fields; ///< Object: its members; Array: its element's type, one
    std::vector<InputSchema> m_others; ///< Object: the type of members not named, at most one
};

} // namespace sluice::templates
