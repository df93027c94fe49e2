// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 8785. Numbers: ECMAScript's Number::toString over the shortest digits that round-trip.
#include "core/base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sluice {

namespace {

constexpr std::int64_t kMaxSafe = 9007199254740991; // 2^53 - 1

/// ECMA-262 Number::toString(x) for finite x.
std::string ecmaNumber(double value)
{
    if (value == 0) {
        return "0"; // -0 as well
    }
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                   std::chars_format::scientific);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
    const auto e = text.find('e');
    std::string digits;
    for (const char c : text.substr(0, e)) {
        if (c != '.') {
            digits.push_back(c);
        }
    }
    int exponent = 0;
    std::string_view exponentText = text.substr(e + 1);
    if (exponentText.front() == '+') {
        exponentText.remove_prefix(1);
    }
    std::from_chars(exponentText.data(), exponentText.data() + exponentText.size(), exponent);
    const int k = static_cast<int>(digits.size());
    const int n = exponent + 1; // value = 0.digits * 10^n
    std::string out = std::signbit(value) ? "-" : "";
    if (k <= n && n <= 21) {
        out += digits + std::string(static_cast<std::size_t>(n - k), '0');
    } else if (0 < n && n <= 21) {
        out += digits.substr(0, static_cast<std::size_t>(n)) + "." +
               digits.substr(static_cast<std::size_t>(n));
    } else if (-6 < n && n <= 0) {
        out += "0." + std::string(static_cast<std::size_t>(-n), '0') + digits;
    } else {
        out += digits.substr(0, 1);
        if (k > 1) {
            out += "." + digits.substr(1);
        }
        out += fmt::format("e{}{}", n - 1 < 0 ? "-" : "+", std::abs(n - 1));
    }
    return out;
}

/// Appends the JSON string; false when text is not valid UTF-8.
bool appendString(std::string_view text, std::string& out)
{
    try {
        out += Json(text).dump(); // escapes exactly as RFC 8785, 3.2.2.2 asks: \b \t \n \f \r \"
                                  // \\ and \u00xx
        return true;
    } catch (const Json::type_error&) { // nlohmann's only report of bad UTF-8
        return false;
    }
}

/// UTF-8 to UTF-16 order: compares two valid UTF-8 strings as their UTF-16 code units would.
bool lessUtf16(const std::string& a, const std::string& b)
{
    // Byte order equals code point order; UTF-16 order differs only where a supplementary character
    // (lead byte 0xF0..0xF4, surrogates 0xD800..) meets U+E000..U+FFFF (lead byte 0xEE, 0xEF).
    const auto weight = [](unsigned char byte) -> int {
        return byte >= 0xF0 ? 0xED * 4 + byte - 0xF0 + 1 : byte * 4 + (byte >= 0xEE ? 8 : 0);
    };
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
            return weight(static_cast<unsigned char>(x)) < weight(static_cast<unsigned char>(y));
        });
}

Status append(const Json& value, const std::string& where, std::string& out);

Status appendObject(const Json& value, const std::string& where, std::string& out)
{
    std::vector<const std::string*> names;
    names.reserve(value.size());
    for (auto it = value.begin(); it != value.end(); ++it) {
        names.push_back(&it.key());
    }
    std::sort(names.begin(), names.end(),
              [](const auto* a, const auto* b) { return lessUtf16(*a, *b); });
    out.push_back('{');
    bool first = true;
    for (const std::string* name : names) {
        if (!std::exchange(first, false)) {
            out.push_back(',');
        }
        if (!appendString(*name, out)) {
            return fail(ErrorCode::InvalidArgument, "a member name is not valid UTF-8", where);
        }
        out.push_back(':');
        if (auto done = append(value.at(*name), pointerTo(where, *name), out); !done) {
            return done;
        }
    }
    out.push_back('}');
    return {};
}

Status appendNumber(const Json& value, const std::string& where, std::string& out)
{
    if (value.is_number_float()) {
        const auto number = value.get<double>();
        if (!std::isfinite(number)) {
            return fail(ErrorCode::InvalidArgument, "not a finite number", where);
        }
        out += ecmaNumber(number);
        return {};
    }
    // JSON's numbers are doubles: a larger whole number is kept only if it is written as its double would be.
    const bool wide = value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{kMaxSafe};
    const bool narrow = !wide && value.get<std::int64_t>() >= -kMaxSafe && value.get<std::int64_t>() <= kMaxSafe;
    if (!narrow && ecmaNumber(value.get<double>()) != value.dump()) {
        return fail(ErrorCode::InvalidArgument,
                    "this whole number is not exact in JSON (beyond 2^53); write it as a string", where);
    }
    out += value.dump();
    return {};
}

Status append(const Json& value, const std::string& where, std::string& out)
{
    switch (value.type()) {
    case Json::value_t::object:
        return appendObject(value, where, out);
    case Json::value_t::array: {
        out.push_back('[');
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i > 0) {
                out.push_back(',');
            }
            if (auto done = append(value[i], pointerTo(where, std::to_string(i)), out); !done) {
                return done;
            }
        }
        out.push_back(']');
        return {};
    }
    case Json::value_t::string:
        if (!appendString(value.get_ref<const std::string&>(), out)) {
            return fail(ErrorCode::InvalidArgument, "not valid UTF-8", where);
        }
        return {};
    case Json::value_t::boolean:
        out += value.get<bool>() ? "true" : "false";
        return {};
    case Json::value_t::null:
        out += "null";
        return {};
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
        return appendNumber(value, where, out);
    default:
        return fail(ErrorCode::InvalidArgument, "not a JSON value", where);
    }
}

} // namespace

Result<std::string> canonicalJson(const Json& document)
{
    std::string out;
    if (auto done = append(document, "", out); !done) {
        return std::move(done).error();
    }
    return out;
}

} // namespace sluice
