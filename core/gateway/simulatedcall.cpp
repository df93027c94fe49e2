// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/simulatedcall.h"

#include <array>

namespace sluice::gateway {

using providers::SimulatedAnswer;
using providers::SimulatedStream;

SimulatedCall::SimulatedCall(ThreadState& state, UnitRuntime& unit, std::string_view body,
                             bool stream, net::CallHandler& handler)
    : m_state(state)
    , m_handler(handler)
    , m_timer([](void* self) { static_cast<SimulatedCall*>(self)->play(); }, this)
    , m_started(state.clock().steady())
{
    m_meta.id = "chatcmpl-" + state.ids().nextSpan();
    m_meta.created = toMicros(state.clock().now()) / 1'000'000;
    m_meta.model = unit.parts().unit.model;
    m_meta.includeUsage = true; // the codec always asks for it
    m_plan = unit.parts().simulator->plan(body, unit.nextSequence());
    if (stream && m_plan.status == 200) {
        m_stream.emplace(std::move(m_plan), m_meta);
        waitFor(m_stream->at(0));
    } else {
        waitFor(m_plan.status == 200 ? providers::completionDelay(m_plan) : m_plan.ttft);
    }
}

void SimulatedCall::cancel()
{
    m_over = true;
    m_timer.cancel();
}

void SimulatedCall::pause()
{
    m_paused = true;
}

void SimulatedCall::resume()
{
    m_paused = false;
    if (!m_over && !m_timer.armed()) {
        waitFor({});
    }
}

void SimulatedCall::waitFor(std::chrono::microseconds sinceStart)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_started + sinceStart -
                                                                   m_state.clock().steady());
    m_state.thread().deadlines().arm(m_timer, std::max(left, std::chrono::milliseconds(0)));
}

void SimulatedCall::play()
{
    if (m_paused) {
        return; // resume() goes on from here
    }
    if (m_stream) {
        playStream();
    } else {
        playWhole();
    }
}

void SimulatedCall::sendHead(std::string_view contentType)
{
    m_headSent = true;
    m_handler.onConnected(true, std::chrono::microseconds(0));
    if (m_over) {
        return;
    }
    const std::string retryAfter = std::to_string(m_plan.retryAfterSeconds);
    std::array<net::Header, 2> headers{net::Header{"content-type", contentType},
                                       {"retry-after", retryAfter}};
    const int status = m_stream ? 200 : m_plan.status;
    m_handler.onHead(status, net::HeaderList(std::span(headers).first(status == 429 ? 2 : 1)));
}

void SimulatedCall::playWhole()
{
    const bool breaks = m_plan.status == 200;
    if (breaks && m_plan.ending == SimulatedAnswer::Ending::Stall) {
        return; // nothing ever comes; the guard ends it
    }
    sendHead("application/json");
    if (m_over) {
        return;
    }
    std::string body = providers::completionBody(m_plan, m_meta);
    const bool cut = breaks && m_plan.ending == SimulatedAnswer::Ending::Cut;
    m_handler.onBody(cut ? std::string_view(body).substr(0, body.size() / 2)
                         : std::string_view(body));
    if (m_over) {
        return;
    }
    m_over = true;
    if (cut) {
        m_handler.onError(net::NetError::Cut, "the simulator cut the answer");
    } else {
        m_handler.onEnd();
    }
}

void SimulatedCall::playStream()
{
    if (!m_headSent) {
        sendHead("text/event-stream");
    }
    const auto elapsed = m_state.clock().steady() - m_started;
    while (!m_over && !m_paused && m_next < m_stream->size() && m_stream->at(m_next) <= elapsed) {
        m_handler.onBody(m_stream->event(m_next++));
    }
    if (m_over || m_paused) {
        return;
    }
    if (m_next < m_stream->size()) {
        waitFor(m_stream->at(m_next));
        return;
    }
    switch (m_stream->after()) {
    case SimulatedStream::After::Stall:
        return;
    case SimulatedStream::After::Cut:
        m_over = true;
        m_handler.onError(net::NetError::Cut, "the simulator cut the stream");
        return;
    case SimulatedStream::After::Stop:
        m_over = true;
        m_handler.onEnd();
        return;
    }
}

} // namespace sluice::gateway
