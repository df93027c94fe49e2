// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/simulatord/streamrun.h"

#include <fmt/format.h>

#include <array>

namespace sluice::tests {

using Ending = providers::SimulatedAnswer::Ending;
using providers::SimulatedStream;

StreamRun::StreamRun(std::shared_ptr<net::HttpExchange> exchange, providers::SimulatedAnswer answer,
                     const providers::SimulatedMeta& meta, Journal& journal, std::uint64_t number)
    : m_exchange(std::move(exchange))
    , m_stream(std::move(answer), meta)
    , m_meta(meta)
    , m_journal(journal)
    , m_number(number)
{
}

void StreamRun::start()
{
    m_exchange->onClosed([weak = weak_from_this()] {
        if (const auto run = weak.lock(); run && !run->m_over) {
            run->finish(Journal::State::Cancelled);
        }
    });
    advance();
}

std::chrono::microseconds StreamRun::elapsed() const
{
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - m_started);
}

void StreamRun::wait(std::chrono::microseconds until)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - elapsed());
    m_timer =
        m_exchange->thread().deadlines().arm(std::max(left, std::chrono::milliseconds(0)),
                                             [self = shared_from_this()] { self->advance(); });
}

void StreamRun::advance()
{
    const providers::SimulatedAnswer& answer = m_stream.answer();
    if (m_over) {
        return;
    }
    if (answer.status == 200 && answer.stream) {
        advanceStream();
        return;
    }
    const auto due = answer.status == 200 ? providers::completionDelay(answer) : answer.ttft;
    if (due > elapsed()) {
        wait(due);
    } else {
        answerWhole();
    }
}

void StreamRun::answerWhole()
{
    const providers::SimulatedAnswer& answer = m_stream.answer();
    const bool good = answer.status == 200;
    const std::string id = fmt::format("req_sim_{}", m_number);
    const std::string retryAfter = std::to_string(answer.retryAfterSeconds);
    const std::array<net::Header, 3> headers = {
        {{"content-type", "application/json"}, {"x-request-id", id}, {"retry-after", retryAfter}}};
    const std::span<const net::Header> sent(headers.data(), answer.retryAfterSeconds > 0 ? 3 : 2);
    if (good && answer.ending == Ending::Stall) {
        wait(std::chrono::hours(24)); // the client gives up long before
        return;
    }
    std::string body = completionBody(answer, m_meta);
    if (good && answer.ending == Ending::Cut) {
        m_exchange->beginStream(200, sent);
        m_exchange->write(std::string_view(body).substr(0, body.size() / 2));
        m_exchange->breakStream();
        finish(Journal::State::Broken);
        return;
    }
    m_exchange->respond(answer.status, sent, std::move(body));
    finish(Journal::State::Answered);
}

void StreamRun::advanceStream()
{
    const auto now = elapsed();
    m_buffer.clear();
    while (m_next < m_stream.size() && m_stream.at(m_next) <= now) {
        m_stream.append(m_next++, m_buffer);
        m_journal.chunkSent(m_number);
    }
    if (!m_begun && (!m_buffer.empty() || m_stream.size() == 0)) {
        m_begun = true;
        const std::string id = fmt::format("req_sim_{}", m_number);
        const std::array<net::Header, 3> headers = {
            {{"content-type", "text/event-stream; charset=utf-8"},
             {"cache-control", "no-cache"},
             {"x-request-id", id}}};
        m_exchange->beginStream(200, headers);
    }
    if (!m_buffer.empty()) {
        m_exchange->write(m_buffer);
    }
    if (m_next < m_stream.size()) {
        wait(m_stream.at(m_next));
        return;
    }
    switch (m_stream.after()) {
    case SimulatedStream::After::Stop:
        m_exchange->endStream();
        finish(Journal::State::Answered);
        break;
    case SimulatedStream::After::Cut:
        m_exchange->breakStream();
        finish(Journal::State::Broken);
        break;
    case SimulatedStream::After::Stall:
        wait(std::chrono::hours(24));
        break;
    }
}

void StreamRun::finish(Journal::State state)
{
    m_over = true;
    m_journal.end(m_number, state);
    // The timer's callback owns this object: let it go last.
    const auto self = shared_from_this();
    m_timer = {};
    m_exchange.reset();
}

} // namespace sluice::tests
