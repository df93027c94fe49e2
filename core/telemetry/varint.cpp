// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/varint.h"

namespace sluice::telemetry {

void putVarint(std::uint64_t value, std::string& out)
{
    while (value >= 0x80) {
        out.push_back(static_cast<char>((value & 0x7fU) | 0x80U));
        value >>= 7U;
    }
    out.push_back(static_cast<char>(value));
}

void putSignedVarint(std::int64_t value, std::string& out)
{
    const auto bits = static_cast<std::uint64_t>(value);
    putVarint((bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0), out);
}

bool takeVarint(std::string_view& bytes, std::uint64_t& value)
{
    std::uint64_t result = 0;
    for (std::size_t i = 0; i < bytes.size() && i < 10; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if (i == 9 && byte > 1) {
            return false;
        }
        result |= static_cast<std::uint64_t>(byte & 0x7fU) << (7 * i);
        if ((byte & 0x80U) == 0) {
            bytes.remove_prefix(i + 1);
            value = result;
            return true;
        }
    }
    return false;
}

bool takeSignedVarint(std::string_view& bytes, std::int64_t& value)
{
    std::uint64_t zigzag = 0;
    if (!takeVarint(bytes, zigzag)) {
        return false;
    }
    value = static_cast<std::int64_t>((zigzag >> 1U) ^ (0 - (zigzag & 1U)));
    return true;
}

} // namespace sluice::telemetry
