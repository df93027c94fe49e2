// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/clientconnection.h"

#include "core/net/addresses.h"
#include "core/net/answerhead.h"
#include "core/net/deadlines.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sluice::net {

namespace {

constexpr std::size_t kReadSize = std::size_t{16} << 10U;
constexpr unsigned kMaxInformational = 16;
constexpr std::chrono::milliseconds kIdleTime{
    55'000}; ///< below the 60 s after which many servers close

NetError connectError(const SysError& error) noexcept
{
    return error == boost::asio::error::timed_out ? NetError::ConnectTimeout
                                                  : NetError::ConnectRefused;
}

} // namespace

ClientConnection::ClientConnection(std::shared_ptr<ClientPool> pool)
    : m_pool(std::move(pool))
    , m_transport(Socket(m_pool->thread.context().get_executor()))
    , m_output(m_transport, m_pool->thread.turns(), *this)
    , m_timer([](void* self) { static_cast<ClientConnection*>(self)->onDeadline(); }, this)
    , m_head(HeadParser::Kind::Response, {})
{
}

void ClientConnection::open(const std::shared_ptr<ClientCall>& call)
{
    m_call = call;
    call->connection = shared_from_this();
    m_started = std::chrono::steady_clock::now();
    if (m_pool->endpoint.scheme == "https" && !m_pool->tls) {
        failed(NetError::Tls, m_pool->tlsProblem);
        return;
    }
    m_pool->thread.deadlines().arm(m_timer, call->request.connectTimeout);
    if (m_pool->address) {
        m_addresses = {{*m_pool->address, m_pool->endpoint.port}};
        checkAddresses();
        return;
    }
    m_resolver.emplace(m_pool->thread.context().get_executor());
    m_resolver->async_resolve(
        m_pool->hostName, std::to_string(m_pool->endpoint.port), Tcp::resolver::numeric_service,
        [this, self = shared_from_this()](const SysError& error, auto results) {
            const Turns::Scope turn(m_pool->thread.turns());
            resolved(error, results);
        });
}

void ClientConnection::resolved(const SysError& error, const Resolver::results_type& results)
{
    if (m_phase != Phase::Resolving) {
        return;
    }
    if (error || results.empty()) {
        failed(NetError::NameNotFound, error.message());
        return;
    }
    for (const auto& entry : results) {
        m_addresses.push_back(entry.endpoint());
    }
    checkAddresses();
}

/// One address that is not allowed condemns the name: an answer that mixes public and private ones
/// is an attack or a mistake. What is connected to is what was checked; the name is not looked up
/// again.
void ClientConnection::checkAddresses()
{
    for (const Tcp::endpoint& candidate : m_addresses) {
        if (!addressAllowed(candidate.address(), m_pool->endpoint.local)) {
            failed(NetError::AddressRefused, candidate.address().to_string());
            return;
        }
    }
    m_phase = Phase::Connecting;
    connectNext();
}

std::chrono::milliseconds ClientConnection::timeLeft() const
{
    const auto passed = std::chrono::steady_clock::now() - m_started;
    return m_call->request.connectTimeout -
           std::chrono::duration_cast<std::chrono::milliseconds>(passed);
}

void ClientConnection::connectNext()
{
    const Tcp::endpoint target = m_addresses[m_nextAddress++];
    // Each address gets its share of the time, so that a dead one does not use up that of the
    // others.
    const auto share = timeLeft() / static_cast<int>(m_addresses.size() - m_nextAddress + 1);
    m_pool->thread.deadlines().arm(m_timer, share);
    Socket& socket = m_transport.socket();
    SysError error;
    socket.close(error);
    socket.open(target.protocol(), error);
    if (error) {
        failed(connectError(error), error.message());
        return;
    }
    m_transport.prepare();
    socket.async_connect(target, [this, self = shared_from_this()](const SysError& result) {
        const Turns::Scope turn(m_pool->thread.turns());
        if (m_phase != Phase::Connecting) {
            return;
        }
        if (!result) {
            handshake();
        } else if (m_nextAddress < m_addresses.size() && timeLeft().count() > 0) {
            connectNext();
        } else {
            const bool timedOut =
                result == boost::asio::error::operation_aborted; // by our own deadline
            failed(timedOut ? NetError::ConnectTimeout : connectError(result),
                   timedOut ? "no answer within the connect timeout" : result.message());
        }
    });
}

void ClientConnection::setTlsName()
{
    SSL* ssl = m_transport.tls();
    if (!m_pool->address) {
        // What the macro SSL_set_tlsext_host_name stands for, without its C cast; OpenSSL copies
        // the name.
        SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 m_pool->hostName.data());
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        SSL_set1_host(ssl, m_pool->hostName.c_str());
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), m_pool->hostName.c_str());
    }
    static constexpr unsigned char kProtocols[] = "\x08http/1.1";
    SSL_set_alpn_protos(ssl, kProtocols, sizeof kProtocols - 1);
}

void ClientConnection::handshake()
{
    if (!m_pool->tls) {
        connected();
        return;
    }
    m_phase = Phase::Handshake;
    m_pool->thread.deadlines().arm(m_timer, std::max(timeLeft(), std::chrono::milliseconds(1)));
    m_transport.useTls(*m_pool->tls);
    setTlsName();
    m_transport.asyncHandshake(
        boost::asio::ssl::stream_base::client,
        [this, self = shared_from_this()](const SysError& error) {
            const Turns::Scope turn(m_pool->thread.turns());
            if (m_phase != Phase::Handshake) {
                return;
            }
            if (!error) {
                connected();
                return;
            }
            const long verdict = SSL_get_verify_result(m_transport.tls());
            failed(NetError::Tls,
                   verdict == X509_V_OK ? error.message() : X509_verify_cert_error_string(verdict));
        });
}

void ClientConnection::connected()
{
    m_timer.cancel();
    m_resolver.reset();
    m_phase = Phase::Busy;
    const std::shared_ptr<ClientCall> call = m_call;
    const auto time = std::chrono::steady_clock::now() - m_started;
    call->handler->onConnected(false, std::chrono::duration_cast<std::chrono::microseconds>(time));
    if (m_call == call) {
        send();
        read();
    }
}

void ClientConnection::reuse(const std::shared_ptr<ClientCall>& call)
{
    m_timer.cancel();
    m_phase = Phase::Busy;
    m_reused = true;
    m_call = call;
    call->connection = shared_from_this();
    call->handler->onConnected(true, std::chrono::microseconds(0));
    if (m_call == call) {
        send();
        read();
    }
}

void ClientConnection::send()
{
    m_gotBytes = false;
    m_part = Part::Head;
    m_received = 0;
    m_informational = 0;
    m_head.reset();
    m_sending = m_call;
    appendRequestHead(m_output.head(), m_call->request, *m_pool);
    m_output.lendBody(m_call->request.body);
    m_output.flush();
}

void ClientConnection::writeFailed()
{
    // The peer may have answered before it closed: the read that is pending knows.
    m_writeFailed = true;
    m_sending.reset();
}

void ClientConnection::read()
{
    const bool wanted =
        m_phase == Phase::Idle || (m_phase == Phase::Busy && m_call && !m_call->paused);
    if (m_reading || !wanted || m_inputEnd) {
        return;
    }
    m_reading = true;
    const std::span<char> room = m_in.prepare(kReadSize);
    m_transport.asyncRead(
        boost::asio::mutable_buffer(room.data(), room.size()),
        [this, self = shared_from_this()](const SysError& error, std::size_t size) {
            const Turns::Scope turn(m_pool->thread.turns());
            m_reading = false;
            onRead(error, size);
        });
}

void ClientConnection::onRead(const SysError& error, std::size_t size)
{
    if (m_phase == Phase::Closed) {
        return;
    }
    if (m_phase == Phase::Idle) {
        close(); // the peer has closed, or speaks without being asked
        return;
    }
    m_in.commit(size);
    m_gotBytes = m_gotBytes || size > 0;
    m_inputEnd = error;
    proceed();
    // Reading on finds nothing yet, as a rule: what this gave others to send goes out first.
    m_pool->thread.turns().later(shared_from_this());
}

void ClientConnection::afterTurn()
{
    proceed();
    read();
}

void ClientConnection::proceed()
{
    if (m_processing) {
        return;
    }
    m_processing = true;
    while (works() && step()) {
    }
    m_processing = false;
    if (m_pos == m_in.size()) {
        m_in.clear();
        m_pos = 0;
    }
    if (m_inputEnd && works()) {
        onInputEnd();
    }
}

bool ClientConnection::step()
{
    switch (m_part) {
    case Part::Head:
        return m_pos < m_in.size() && stepHead();
    case Part::Chunked:
        return stepChunks();
    case Part::Length:
    case Part::UntilClose:
        return stepPlain();
    }
    return false;
}

bool ClientConnection::stepHead()
{
    switch (m_head.parse(m_in.view().substr(m_pos))) {
    case HeadParser::State::NeedMore:
        return false;
    case HeadParser::State::TooLarge:
        failed(NetError::TooLarge, m_head.problem());
        return false;
    case HeadParser::State::Bad:
    case HeadParser::State::BadVersion:
        failed(NetError::Malformed, m_head.problem());
        return false;
    case HeadParser::State::Done:
        break;
    }
    m_pos += m_head.size();
    if (m_head.status() >= 200) {
        return beginBody();
    }
    if (m_head.status() == 101 || ++m_informational > kMaxInformational) {
        failed(NetError::Malformed, "an informational answer that was not asked for");
        return false;
    }
    m_head.reset();
    return true;
}

bool ClientConnection::beginBody()
{
    Framing framing = m_head.framing();
    if (m_call->request.method == "HEAD" || bodiless(m_head.status())) {
        framing = Framing::None;
    }
    m_left = framing == Framing::Length ? m_head.contentLength() : 0;
    m_part = framing == Framing::Chunked      ? Part::Chunked
             : framing == Framing::UntilClose ? Part::UntilClose
                                              : Part::Length;
    m_chunks.reset();
    m_badChunks = false;
    if (m_left > m_call->request.maxBodyBytes) {
        failed(NetError::TooLarge, "the answer is larger than allowed");
        return false;
    }
    m_call->handler->onHead(m_head.status(), m_head.headers());
    return true;
}

bool ClientConnection::deliver(std::string_view bytes)
{
    m_received += bytes.size();
    if (m_received > m_call->request.maxBodyBytes) {
        failed(NetError::TooLarge, "the answer is larger than allowed");
        return false;
    }
    m_call->handler->onBody(bytes);
    return true;
}

bool ClientConnection::stepChunks()
{
    // All data that has come is put together in place: each piece that is delivered has its price.
    const std::size_t begin = m_pos;
    std::size_t end = begin;
    while (!m_badChunks) {
        const ChunkDecoder::Step step = m_chunks.next(m_in.view().substr(m_pos));
        m_pos += step.consumed;
        if (step.state == ChunkDecoder::State::Data) {
            std::memmove(m_in.data() + end, step.data.data(), step.data.size());
            end += step.data.size();
            continue;
        }
        m_badChunks = step.state == ChunkDecoder::State::Bad;
        if (end == begin && step.state == ChunkDecoder::State::Done) {
            complete();
            return false;
        }
        break;
    }
    if (end > begin) {
        return deliver(m_in.view().substr(begin, end - begin)); // and come back for how it ends
    }
    if (m_badChunks) {
        failed(NetError::Malformed, "the chunked coding is malformed");
    }
    return false;
}

bool ClientConnection::stepPlain()
{
    if (m_part == Part::Length && m_left == 0) {
        complete();
        return false;
    }
    std::string_view piece = m_in.view().substr(m_pos);
    if (m_part == Part::Length) {
        piece = piece.substr(0, std::min<std::uint64_t>(piece.size(), m_left));
        m_left -= piece.size();
    }
    m_pos += piece.size();
    return !piece.empty() && deliver(piece);
}

void ClientConnection::onInputEnd()
{
    const bool closed = m_inputEnd == boost::asio::error::eof;
    if (m_part == Part::UntilClose && closed) {
        complete();
        return;
    }
    if (m_reused && !m_gotBytes && !m_call->retried) {
        // Idle connections are closed by their servers; RFC 9112 9.3.1 and the contract of
        // HttpClient.
        const std::shared_ptr<ClientCall> call = std::exchange(m_call, nullptr);
        call->retried = true;
        call->connection.reset();
        close();
        m_pool->runFresh(call);
        return;
    }
    const bool cut = closed || m_inputEnd == boost::asio::ssl::error::stream_truncated;
    failed(cut ? NetError::Cut : NetError::Reset,
           cut ? "closed before the answer was complete" : m_inputEnd.message());
}

void ClientConnection::complete()
{
    const std::shared_ptr<ClientCall> call = std::exchange(m_call, nullptr);
    CallHandler* handler = call->finish();
    const bool whole =
        m_pos == m_in.size() && m_output.pending() == 0 && !m_writeFailed && !m_inputEnd;
    if (m_head.keepAlive() && m_part != Part::UntilClose && whole &&
        m_pool->keep(shared_from_this())) {
        m_phase = Phase::Idle;
        m_pool->thread.deadlines().arm(m_timer, kIdleTime);
    } else {
        close();
    }
    handler->onEnd();
}

void ClientConnection::failed(NetError error, std::string_view detail)
{
    const std::shared_ptr<ClientCall> call = std::exchange(m_call, nullptr);
    CallHandler* handler = call->finish();
    close();
    handler->onError(error, detail);
}

void ClientConnection::onDeadline()
{
    const auto self = shared_from_this();
    if (m_phase == Phase::Connecting) {
        SysError ignored;
        m_transport.socket().cancel(ignored); // its handler takes the next address, or gives up
    } else if (m_phase == Phase::Idle) {
        close();
    } else if (m_call) {
        failed(NetError::ConnectTimeout, "no connection within the connect timeout");
    }
}

void ClientConnection::abandon()
{
    m_call.reset();
    close();
}

void ClientConnection::close()
{
    if (m_phase == Phase::Closed) {
        return;
    }
    const auto self = shared_from_this();
    if (m_phase == Phase::Idle) {
        m_pool->forget(this);
    }
    m_phase = Phase::Closed;
    m_timer.cancel();
    m_output.close();
    if (m_resolver) {
        m_resolver->cancel();
    }
    m_transport.close();
}

} // namespace sluice::net
