// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/requestrecord.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice::store {

/// What the rows of one transaction hold (table `blocks`), so that searches pass over whole blocks.
struct BlockSummary
{
    std::int64_t minAt = 0;
    std::int64_t maxAt = 0;
    std::int64_t outcomes = 0;  ///< bit set by enumerator
    std::int64_t arms = 0;      ///< bit set by enumerator
    std::int64_t fallbacks = 0; ///< requests with one
    std::string routes;         ///< names, each between line feeds
    std::string ids;            ///< idHash() of each row, four bytes little-endian
};

/// Of at least one record.
BlockSummary summarise(std::span<const telemetry::RequestRecord> records);

/// FNV-1a, 32 bits: stored, so it must never change.
std::uint32_t idHash(std::string_view id) noexcept;
/// Whether BlockSummary::ids may have this id: no false negatives, one false positive in four
/// million rows.
bool mayHold(std::string_view ids, std::string_view id) noexcept;

} // namespace sluice::store
