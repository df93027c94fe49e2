// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/fractional.h"

#include "core/flags/murmur3.h"
#include "core/flags/value.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace sluice::flags {

namespace {

/// CBOR's major types that occur, and its simple values and floats.
enum class Major : std::uint8_t
{
    Unsigned = 0,
    Negative = 1,
    Text = 3,
    Array = 4,
    Map = 5,
    Other = 7
};

constexpr char kFalse = '\xf4';
constexpr char kTrue = '\xf5';
constexpr char kNull = '\xf6';
constexpr std::uint8_t kHalf = 25;
constexpr std::uint8_t kSingle = 26;
constexpr std::uint8_t kDouble = 27;

/// RFC 8949's core deterministic encoding, hashed as it is written.
class CborHash
{
public:
    void byte(char byte) noexcept { m_hash.add({&byte, 1}); }
    void head(Major major, std::uint64_t argument) noexcept;
    void text(std::string_view text, std::string_view more = {}) noexcept;
    void number(double number) noexcept;
    void value(const Value& value) noexcept;
    [[nodiscard]] std::uint32_t finish() const noexcept { return m_hash.finish(); }

private:
    void argument(Major major, std::uint8_t info, std::uint64_t bits, int bytes) noexcept;
    void map(const Value& object) noexcept;

    Murmur3 m_hash;
};

void CborHash::argument(Major major, std::uint8_t info, std::uint64_t bits, int bytes) noexcept
{
    char encoded[9];
    encoded[0] = static_cast<char>((static_cast<unsigned>(major) << 5U) | info);
    for (int i = 0; i < bytes; ++i) {
        encoded[1 + i] = static_cast<char>(bits >> (8U * static_cast<unsigned>(bytes - 1 - i)));
    }
    m_hash.add({encoded, static_cast<std::size_t>(bytes) + 1});
}

void CborHash::head(Major major, std::uint64_t number) noexcept
{
    if (number < 24) {
        argument(major, static_cast<std::uint8_t>(number), 0, 0);
    } else if (number <= 0xffU) {
        argument(major, 24, number, 1);
    } else if (number <= 0xffffU) {
        argument(major, 25, number, 2);
    } else if (number <= 0xffffffffU) {
        argument(major, 26, number, 4);
    } else {
        argument(major, 27, number, 8);
    }
}

void CborHash::text(std::string_view text, std::string_view more) noexcept
{
    head(Major::Text, text.size() + more.size());
    m_hash.add(text);
    m_hash.add(more);
}

/// The half-precision float of the same value, if there is one. Not for whole numbers.
std::optional<std::uint16_t> halfOf(float number) noexcept
{
    const auto bits = std::bit_cast<std::uint32_t>(number);
    const auto sign = static_cast<std::uint16_t>((bits >> 16U) & 0x8000U);
    const float units = std::ldexp(std::fabs(number), 24); // of the smallest subnormal, 2^-24
    if (units < 1024 && std::trunc(units) == units) {
        return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(units));
    }
    const std::uint32_t exponent = (bits >> 23U) & 0xffU;
    if (exponent < 113 || exponent > 142 || (bits & 0x1fffU) != 0) { // 2^-14 .. 2^15, ten bits
        return std::nullopt;
    }
    return static_cast<std::uint16_t>(sign | ((exponent - 112) << 10U) | ((bits >> 13U) & 0x3ffU));
}

void CborHash::number(double number) noexcept
{
    constexpr double kUnsignedEnd = 18446744073709551616.0; // 2^64
    constexpr double kSignedBegin = -9223372036854775808.0; // -2^63
    if (std::trunc(number) == number && number >= kSignedBegin && number < kUnsignedEnd) {
        if (number >= 0) {
            head(Major::Unsigned, static_cast<std::uint64_t>(number));
        } else {
            head(Major::Negative, ~static_cast<std::uint64_t>(static_cast<std::int64_t>(number)));
        }
        return;
    }
    const bool inRange = std::fabs(number) <= std::numeric_limits<float>::max();
    const float single = inRange ? static_cast<float>(number) : 0.0F;
    if (!inRange || static_cast<double>(single) != number) {
        argument(Major::Other, kDouble, std::bit_cast<std::uint64_t>(number), 8);
    } else if (const auto half = halfOf(single)) {
        argument(Major::Other, kHalf, *half, 2);
    } else {
        argument(Major::Other, kSingle, std::bit_cast<std::uint32_t>(single), 4);
    }
}

/// In the order of the encoded names, which begin with their length: the shorter first, and of one
/// length by their bytes. A pass for each length, so that nothing has to be stored.
void CborHash::map(const Value& object) noexcept
{
    std::size_t count = 0;
    object.eachMember([&](std::string_view, const Value&) { ++count; });
    head(Major::Map, count);
    constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
    std::size_t length = 0;
    while (length != kNone) {
        std::size_t next = kNone;
        object.eachMember([&](std::string_view name, const Value& member) {
            if (name.size() == length) {
                text(name);
                value(member);
            } else if (name.size() > length) {
                next = std::min(next, name.size());
            }
        });
        length = next;
    }
}

void CborHash::value(const Value& what) noexcept
{
    switch (what.kind()) {
    case Value::Kind::Null:
        return byte(kNull);
    case Value::Kind::Bool:
        return byte(what.boolean() ? kTrue : kFalse);
    case Value::Kind::Number:
        return number(what.number());
    case Value::Kind::Text:
        return text(what.text());
    case Value::Kind::Tree:
    case Value::Kind::List:
    case Value::Kind::Object:
        break;
    }
    if (!what.isArray()) {
        return map(what);
    }
    head(Major::Array, what.size());
    for (std::size_t i = 0; i < what.size(); ++i) {
        value(what.at(i));
    }
}

} // namespace

std::uint32_t fractionalHashV2(std::string_view text, std::string_view more) noexcept
{
    return murmur3(text, more);
}

std::uint32_t fractionalHashV3(std::string_view text, std::string_view more) noexcept
{
    CborHash hash;
    hash.text(text, more);
    return hash.finish();
}

std::optional<std::uint32_t> fractionalHashV3(const Value& value) noexcept
{
    if (value.isNull() || value.isArray()) {
        return std::nullopt;
    }
    CborHash hash;
    hash.value(value);
    return hash.finish();
}

std::uint32_t fractionalHash(Generation generation, std::string_view flagKey,
                             std::string_view targetingKey) noexcept
{
    if (generation == Generation::V2) {
        return fractionalHashV2(flagKey, targetingKey);
    }
    CborHash hash;
    hash.head(Major::Array, 2);
    hash.text(flagKey);
    hash.text(targetingKey);
    return hash.finish();
}

} // namespace sluice::flags
