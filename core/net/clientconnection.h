// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/bytebuffer.h"
#include "core/net/chunkdecoder.h"
#include "core/net/clientcall.h"
#include "core/net/clientpool.h"
#include "core/net/headparser.h"
#include "core/net/output.h"
#include "core/net/timerwheel.h"
#include "core/net/transport.h"

#include <boost/asio/ip/basic_resolver.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sluice::net {

/// One connection to an endpoint, from the look-up of its name on. Works on one call at a time;
/// idle ones keep a read pending, so that the pool learns at once when the peer closes. On one I/O
/// thread.
class ClientConnection final : public Turns::Deferred,
                               public Output::Owner,
                               public std::enable_shared_from_this<ClientConnection>
{
public:
    explicit ClientConnection(std::shared_ptr<ClientPool> pool);
    ~ClientConnection() = default;

    /// Connects, then sends the call's request.
    void open(const std::shared_ptr<ClientCall>& call);
    /// Sends on an idle connection.
    void reuse(const std::shared_ptr<ClientCall>& call);
    /// The call was cancelled.
    void abandon();
    void close();

    void afterTurn() override; ///< goes on after a pause, and reads on
    void written() override { m_sending.reset(); }
    void writeWaits() override {}
    void writeFailed() override;
    std::shared_ptr<Owner> keepAlive() override { return shared_from_this(); }

private:
    enum class Phase : std::uint8_t
    {
        Resolving,
        Connecting,
        Handshake,
        Idle,
        Busy,
        Closed
    };
    enum class Part : std::uint8_t
    {
        Head,
        Length,
        Chunked,
        UntilClose
    };
    using Tcp = boost::asio::ip::tcp;
    using Resolver = boost::asio::ip::basic_resolver<Tcp, boost::asio::io_context::executor_type>;

    void resolved(const SysError& error, const Resolver::results_type& results);
    void checkAddresses();
    void connectNext();
    void handshake();
    void connected();
    void send();
    void read();
    void onRead(const SysError& error, std::size_t size);
    void proceed();
    bool step();
    bool stepHead();
    bool beginBody();
    bool stepChunks();
    bool stepPlain();
    bool deliver(std::string_view bytes);
    void onInputEnd();
    void complete();
    void failed(NetError error, std::string_view detail);
    void onDeadline();
    void setTlsName();
    [[nodiscard]] bool works() const noexcept
    {
        return m_phase == Phase::Busy && m_call && !m_call->paused;
    }
    [[nodiscard]] std::chrono::milliseconds timeLeft() const;

    std::shared_ptr<ClientPool> m_pool;
    Transport m_transport;
    Output m_output;
    TimerWheel::Timer m_timer; ///< connecting, or idle
    std::optional<Resolver> m_resolver;
    std::vector<Tcp::endpoint> m_addresses;
    std::size_t m_nextAddress = 0;
    std::chrono::steady_clock::time_point m_started;

    Phase m_phase = Phase::Resolving;
    std::shared_ptr<ClientCall> m_call;
    std::shared_ptr<ClientCall> m_sending; ///< owner of the body that is being written
    bool m_reused = false;
    bool m_gotBytes = false; ///< of the answer
    bool m_writeFailed = false;
    bool m_reading = false;
    bool m_processing = false;
    SysError m_inputEnd; ///< why nothing more comes, when so

    ByteBuffer m_in;
    std::size_t m_pos = 0; ///< consumed of m_in
    HeadParser m_head;
    ChunkDecoder m_chunks;
    bool m_badChunks = false; ///< found behind data that was delivered first
    Part m_part = Part::Head;
    std::uint64_t m_left = 0; ///< of a body with content-length
    std::size_t m_received = 0;
    unsigned m_informational = 0;
};

} // namespace sluice::net
