// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/servingtable.h"
#include "core/gateway/threadstate.h"
#include "core/providers/simulatorwire.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway {

/// A call to a simulated provider: plays the simulator's plan through the thread's deadlines, as
/// the bytes that an OpenAI-compatible server would send, so that guard, codec and relay cannot
/// tell it from a real one.
class SimulatedCall final : public net::Call
{
public:
    /// `body`: the encoded request. The first callback comes later, never from here.
    SimulatedCall(ThreadState& state, UnitRuntime& unit, std::string_view body, bool stream,
                  net::CallHandler& handler);

    void cancel() override;
    void pause() override;
    void resume() override;

private:
    void play();
    void playWhole();
    void playStream();
    void sendHead(std::string_view contentType);
    void waitFor(std::chrono::microseconds sinceStart);

    ThreadState& m_state;
    net::CallHandler& m_handler;
    net::TimerWheel::Timer m_timer;
    providers::SimulatedMeta m_meta;
    providers::SimulatedAnswer m_plan; ///< not streamed, or an error
    std::optional<providers::SimulatedStream> m_stream;
    SteadyTime m_started;
    std::size_t m_next = 0;
    bool m_headSent = false;
    bool m_paused = false;
    bool m_over = false;
};

} // namespace sluice::gateway
