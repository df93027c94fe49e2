// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// The part of JSON Schema 2020-12 that the command table is written in: type (one or several),
/// properties, required, additionalProperties, items, enum, minimum, maximum, minLength, maxLength;
/// description and default are for people. Pure functions, any thread.
namespace sluice::control::schema {

/// Whether `value` fits `schema`. InvalidArgument with the JSON pointer of the first misfit below
/// `where`.
Status validate(const Json& schema, const Json& value, std::string_view where = {});

/// Whether `schema` itself keeps to the subset above: a misspelt keyword would otherwise check
/// nothing.
Status check(const Json& schema, std::string_view where = {});

/// A member of object(): a name that ends in '?' is optional.
struct Member
{
    std::string name;
    Json schema;
};

/// A closed object: other members are refused.
Json object(std::initializer_list<Member> members);
/// An object with any members, each fitting `members` (an empty schema fits everything).
Json mapOf(Json members);
Json open();
Json arrayOf(Json items);
Json text(std::string_view description = {});
/// Text of 1..128 characters; whether it is a name is checked where it is used.
Json name(std::string_view description = {});
Json oneOf(std::vector<std::string> words);
Json integer(std::int64_t least = 0);
Json integer(std::int64_t least, std::int64_t most);
Json number();
Json number(double least, double most);
Json boolean();
/// The same, or null.
Json nullable(Json schema);
/// With a sentence for the help text.
Json described(Json schema, std::string_view description);

} // namespace sluice::control::schema
