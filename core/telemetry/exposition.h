// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/secondblock.h"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace sluice::telemetry {

/// Totals since start as Prometheus text (exposition format 0.0.4), gateways merged: a scrape knows
/// its instance. One thread at a time.
class Exposition
{
public:
    void add(const SecondBlock& block);
    /// The families of contracts.md, Gateway, and the GenAI conventions' (names as OpenTelemetry's
    /// Prometheus compatibility rules make them: gen_ai.server.request.duration in s -> …_seconds).
    [[nodiscard]] std::string text(std::uint64_t dropped, std::uint64_t sampledOut) const;

private:
    using Key = std::tuple<std::string, Arm, std::string>; ///< route, arm, unit
    using FallbackKey = std::tuple<std::string, std::string, Fallback>;

    void appendRequests(std::string& out) const;
    void appendFallbacks(std::string& out) const;
    void appendHistograms(std::string& out) const;
    void appendTokens(std::string& out) const;

    std::map<Key, KeyMetrics> m_keys;
    std::map<FallbackKey, std::uint64_t> m_fallbacks;
};

} // namespace sluice::telemetry
