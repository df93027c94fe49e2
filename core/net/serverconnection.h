// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/bytebuffer.h"
#include "core/net/chunkdecoder.h"
#include "core/net/headparser.h"
#include "core/net/httpserver.h"
#include "core/net/output.h"
#include "core/net/serverstate.h"
#include "core/net/transport.h"
#include "core/net/turns.h"

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sluice::net {

/// One accepted connection: reads requests, checks them, hands each out as an exchange and writes
/// its answer. On one I/O thread. A read is always pending, also while an exchange is being
/// answered: that is how a client that goes away is noticed; what is read then is kept for the next
/// request, up to a limit.
class ServerConnection final : public Turns::Deferred,
                               public Output::Owner,
                               public std::enable_shared_from_this<ServerConnection>
{
public:
    ServerConnection(std::shared_ptr<ServerState> server, ServerLane& lane, Socket socket);
    ~ServerConnection() = default;

    void start();
    /// At once; a live exchange learns it through onClosed.
    void close();
    /// Closes a connection that has no request; others close after their answer, as the server is
    /// draining.
    void closeWhenIdle();

    // What ServerExchange passes on, each with itself so that an exchange that is over does
    // nothing.
    [[nodiscard]] const HttpRequest& request() const noexcept { return m_request; }
    [[nodiscard]] IoThread& thread() noexcept { return m_lane.thread; }
    [[nodiscard]] bool serves(const HttpExchange* exchange) const noexcept
    {
        return m_exchange == exchange;
    }
    [[nodiscard]] bool closed() const noexcept { return m_phase == Phase::Closed; }
    [[nodiscard]] std::size_t pending() const noexcept { return m_output.pending(); }
    void respond(int status, std::span<const Header> headers, std::string body);
    void beginStream(int status, std::span<const Header> headers);
    void write(std::string_view bytes);
    void endStream();
    void breakStream();
    void onDrain(std::function<void()> callback) { m_onDrain = std::move(callback); }
    void onClosed(std::function<void()> callback) { m_onClosed = std::move(callback); }
    /// The exchange was dropped without an answer, or in the middle of one.
    void dropped();

    void afterTurn() override;
    void written() override;
    void writeWaits() override;
    void writeFailed() override { close(); }
    std::shared_ptr<Owner> keepAlive() override { return shared_from_this(); }

private:
    enum class Phase : std::uint8_t
    {
        Handshake,
        Head,
        Body,
        Answer,
        Refuse,
        Linger,
        Closed
    };
    enum class Stage : std::uint8_t
    {
        None,
        Streaming,
        Finishing,
        Breaking
    };

    void atTurnsEnd(); ///< writes what was queued, then reads on
    void read();
    void onRead(const SysError& error, std::size_t size);
    void onPeerEnd();
    void process();
    bool step();
    bool stepHead();
    bool stepBody();
    bool decodeChunks();
    bool admit();
    bool admitTarget(std::string_view host);
    void dispatch();
    void finishExchange();
    void refuse(int status, std::string_view message);
    void linger(bool broken);
    void onDeadline();
    void watch(std::chrono::milliseconds time);
    void tellDrained();

    static constexpr std::size_t kChunk = 4096;

    std::shared_ptr<ServerState> m_server;
    ServerLane& m_lane;
    Transport m_transport;
    Output m_output;
    TimerWheel::Timer m_timer; ///< the one deadline of the present phase
    std::string m_peer;
    Phase m_phase = Phase::Handshake;
    bool m_reading = false;    ///< a read is pending
    bool m_direct = false;     ///< the pending read goes straight to the end of m_in
    bool m_processing = false; ///< process() is on the stack
    bool m_peerEnded = false;
    bool m_deferred = false; ///< afterTurn() will come

    ByteBuffer m_in;    ///< the message being read or answered, and what came with it
    ByteBuffer m_ahead; ///< read while a message is being answered
    HeadParser m_head;
    ChunkDecoder m_chunks;
    bool m_bodyWatched = false; ///< the body's deadline runs
    bool m_begun = false;       ///< the first byte of the message has come
    bool m_isHead = false;      ///< the method is HEAD: no body in the answer
    std::size_t m_bodyEnd = 0;  ///< of the de-chunked body in m_in
    std::size_t m_rawBegin = 0; ///< of what is still to be de-chunked or is the next message
    HttpRequest m_request;

    HttpExchange* m_exchange = nullptr; ///< live and not completely answered; owned by its users
    Stage m_stage = Stage::None;
    bool m_keepAlive = true;
    bool m_bodiless = false;
    bool m_chunked = false;
    bool m_high = false; ///< pending() was above the mark that onDrain is about
    std::size_t m_lingered = 0;
    std::function<void()> m_onDrain;
    std::function<void()> m_onClosed;
    std::array<char, kChunk> m_chunk;
};

} // namespace sluice::net
