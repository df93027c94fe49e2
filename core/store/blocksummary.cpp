// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/blocksummary.h"

#include <algorithm>
#include <set>

namespace sluice::store {

namespace {

std::int64_t bit(std::uint8_t enumerator) noexcept
{
    return std::int64_t{1} << enumerator;
}

void appendLittleEndian(std::uint32_t value, std::string& out)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        out.push_back(static_cast<char>((value >> shift) & 0xffU));
    }
}

} // namespace

BlockSummary summarise(std::span<const telemetry::RequestRecord> records)
{
    BlockSummary block;
    block.minAt = INT64_MAX;
    block.maxAt = INT64_MIN;
    block.ids.reserve(records.size() * 4);
    std::set<std::string_view> routes;
    for (const telemetry::RequestRecord& record : records) {
        block.minAt = std::min(block.minAt, toMicros(record.at));
        block.maxAt = std::max(block.maxAt, toMicros(record.at));
        block.outcomes |= bit(static_cast<std::uint8_t>(record.outcome));
        block.arms |= bit(static_cast<std::uint8_t>(record.arm));
        block.fallbacks += record.fallback == telemetry::Fallback::None ? 0 : 1;
        routes.insert(record.route);
        appendLittleEndian(idHash(record.id), block.ids);
    }
    block.routes.push_back('\n');
    for (const std::string_view route : routes) {
        block.routes.append(route).push_back('\n');
    }
    return block;
}

std::uint32_t idHash(std::string_view id) noexcept
{
    std::uint32_t hash = 2166136261U;
    for (const char c : id) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    return hash;
}

bool mayHold(std::string_view ids, std::string_view id) noexcept
{
    std::string wanted;
    appendLittleEndian(idHash(id), wanted);
    for (std::size_t i = 0; i + 4 <= ids.size(); i += 4) {
        if (ids.compare(i, 4, wanted) == 0) {
            return true;
        }
    }
    return false;
}

} // namespace sluice::store
