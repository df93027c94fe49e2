// SPDX-License-Identifier: GPL-3.0-or-later
// The answering half of ServerConnection.
#include "core/net/answerhead.h"
#include "core/net/serverconnection.h"

#include <utility>

namespace sluice::net {

namespace {

constexpr std::size_t kHighMark = std::size_t{64} << 10U; ///< see HttpExchange::onDrain

} // namespace

void ServerConnection::respond(int status, std::span<const Header> headers, std::string body)
{
    m_keepAlive = m_keepAlive && !m_server->draining;
    AnswerHead head{status,      headers,    thread().httpDate(), AnswerHead::Body::Length,
                    body.size(), m_keepAlive};
    if (bodiless(status)) {
        head.body = AnswerHead::Body::Neither;
    }
    appendAnswerHead(m_output.head(), head);
    if (head.body == AnswerHead::Body::Length && !m_isHead) {
        m_output.setBody(std::move(body));
    }
    m_stage = Stage::Finishing;
    m_output.flush();
}

void ServerConnection::beginStream(int status, std::span<const Header> headers)
{
    m_bodiless = bodiless(status) || m_isHead;
    m_chunked = !m_head.http10();
    m_keepAlive = m_keepAlive && m_chunked && !m_server->draining;
    AnswerHead head{status, headers,    thread().httpDate(), AnswerHead::Body::Neither,
                    0,      m_keepAlive};
    if (m_chunked && !bodiless(status)) {
        head.body = AnswerHead::Body::Chunked;
    }
    appendAnswerHead(m_output.head(), head);
    m_stage = Stage::Streaming;
    m_high = false;
}

void ServerConnection::write(std::string_view bytes)
{
    if (m_bodiless) {
        return;
    }
    if (m_chunked) {
        m_output.appendChunk(bytes);
    } else {
        m_output.head() += bytes;
    }
    m_high = m_high || m_output.pending() > kHighMark;
    atTurnsEnd();
}

void ServerConnection::atTurnsEnd()
{
    if (!m_deferred) {
        m_deferred = true;
        m_lane.thread.turns().later(shared_from_this());
    }
}

void ServerConnection::afterTurn()
{
    m_deferred = false;
    m_output.flush();
    read();
}

void ServerConnection::endStream()
{
    if (m_chunked && !m_bodiless) {
        m_output.head() += "0\r\n\r\n";
    }
    m_stage = Stage::Finishing;
    if (m_output.pending() == 0) {
        written();
    } else {
        atTurnsEnd();
    }
}

void ServerConnection::breakStream()
{
    m_stage = Stage::Breaking;
    if (m_output.pending() == 0) {
        written();
    } else {
        atTurnsEnd();
    }
}

void ServerConnection::dropped()
{
    m_exchange = nullptr;
    if (m_lane.thread.turns().closed()) {
        return; // the thread has ended and takes its connections with it
    }
    if (m_stage == Stage::Streaming) {
        breakStream();
    } else if (m_stage == Stage::None) {
        refuse(500, "the request was not answered");
    }
    // Otherwise the answer is complete and on its way; the connection lives on by its pending read
    // and write.
}

void ServerConnection::writeWaits()
{
    if (m_phase == Phase::Answer || m_phase == Phase::Refuse) {
        watch(m_server->options.limits.writeStall);
    }
}

void ServerConnection::tellDrained()
{
    if (!m_high || !m_onDrain) {
        return;
    }
    m_high = false;
    const auto callback = m_onDrain; // a copy: it may set another one, or end the exchange
    callback();
}

void ServerConnection::written()
{
    const auto self = shared_from_this();
    if (m_phase == Phase::Refuse) {
        linger(false);
        return;
    }
    if (m_phase != Phase::Answer) {
        return; // "100 Continue"
    }
    m_timer.cancel();
    tellDrained();
    if (m_phase != Phase::Answer || m_output.pending() > 0) {
        return;
    }
    if (m_stage == Stage::Finishing || m_stage == Stage::Breaking) {
        finishExchange();
    }
}

} // namespace sluice::net
