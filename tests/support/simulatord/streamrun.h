// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/deadlines.h"
#include "core/net/httpserver.h"
#include "core/providers/simulatorwire.h"
#include "tests/support/simulatord/journal.h"

#include <chrono>
#include <memory>
#include <string>

namespace sluice::tests {

/// One answer on its way, whole or as a stream, event after event at the times of its plan. Keeps
/// itself alive by its timer and its exchange; lives on the exchange's thread.
class StreamRun : public std::enable_shared_from_this<StreamRun>
{
public:
    StreamRun(std::shared_ptr<net::HttpExchange> exchange, providers::SimulatedAnswer answer,
              const providers::SimulatedMeta& meta, Journal& journal, std::uint64_t number);

    void start();

private:
    using Clock = std::chrono::steady_clock;

    void wait(std::chrono::microseconds until);
    void advance();
    void advanceStream();
    void answerWhole();
    void finish(Journal::State state);
    [[nodiscard]] std::chrono::microseconds elapsed() const;

    std::shared_ptr<net::HttpExchange> m_exchange;
    providers::SimulatedStream m_stream;
    providers::SimulatedMeta m_meta;
    Journal& m_journal;
    std::uint64_t m_number;
    Clock::time_point m_started = Clock::now();
    net::Deadlines::Handle m_timer;
    std::size_t m_next = 0;
    bool m_begun = false;
    bool m_over = false;
    std::string m_buffer;
};

} // namespace sluice::tests
