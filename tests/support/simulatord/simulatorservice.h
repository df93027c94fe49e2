// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/httpserver.h"
#include "core/providers/simulator.h"
#include "tests/support/simulatord/journal.h"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sluice::tests {

/// The simulator's HTTP side: POST /v1/chat/completions, GET and DELETE /sim/journal. One I/O
/// thread.
class SimulatorService
{
public:
    SimulatorService(std::shared_ptr<const providers::Simulator> simulator, const Clock& clock)
        : m_simulator(std::move(simulator))
        , m_clock(clock)
        , m_journal(clock)
    {
    }

    void handle(const std::shared_ptr<net::HttpExchange>& exchange);

private:
    void chat(const std::shared_ptr<net::HttpExchange>& exchange);
    std::uint64_t sequenceOf(std::string_view body);

    std::shared_ptr<const providers::Simulator> m_simulator;
    const Clock& m_clock;
    Journal m_journal;
    std::unordered_map<std::size_t, std::uint64_t> m_calls; ///< by hash of the body
};

} // namespace sluice::tests
