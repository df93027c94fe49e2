// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/route.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::routing {

/// All that a gateway needs to start without the store: the routes of one revision, and as
/// `members` whatever else control wants to have back (units, providers, prices, keys). Secrets are
/// references, never values.
struct Snapshot
{
    std::uint64_t revision = 0;
    std::vector<Route> routes;
    Json members = Json::object();
};

/// The file's bytes: 8 bytes "SLUICERT", version and payload length (little-endian, 32 and 64
/// bits), SHA-256 of all of these and the payload, then the payload, JSON.
Result<std::string> encodeSnapshot(const Snapshot& snapshot);
/// Corrupt on any mismatch, a newer version too: a snapshot is taken whole or not at all.
Result<Snapshot> decodeSnapshot(std::string_view bytes);

/// Replaces the file atomically, mode 0600. Blocks.
Status writeSnapshot(const std::string& path, const Snapshot& snapshot);
/// NotFound, Io, or Corrupt. Blocks.
Result<Snapshot> readSnapshot(const std::string& path);

} // namespace sluice::routing
