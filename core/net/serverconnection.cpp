// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/serverconnection.h"

#include "core/net/answerhead.h"
#include "core/net/serverexchange.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

namespace sluice::net {

namespace {

constexpr std::size_t kMaxAhead = std::size_t{64} << 10U; ///< pipelined bytes kept while answering
constexpr std::size_t kKeepBuffer = std::size_t{8}
                                    << 10U; ///< memory that an idle connection keeps, each way
constexpr std::size_t kMaxLinger = std::size_t{1} << 20U;
constexpr std::chrono::milliseconds kLingerTime{2'000};

std::string peerName(Socket& socket)
{
    SysError error;
    const auto peer = socket.remote_endpoint(error);
    if (error) {
        return {};
    }
    const std::string address = peer.address().to_string();
    return (peer.address().is_v6() ? "[" + address + "]" : address) + ":" +
           std::to_string(peer.port());
}

} // namespace

ServerConnection::ServerConnection(std::shared_ptr<ServerState> server, ServerLane& lane,
                                   Socket socket)
    : m_server(std::move(server))
    , m_lane(lane)
    , m_transport(std::move(socket))
    , m_output(m_transport, lane.thread.turns(), *this)
    , m_timer([](void* self) { static_cast<ServerConnection*>(self)->onDeadline(); }, this)
    , m_head(HeadParser::Kind::Request,
             {m_server->options.limits.headerBytes, m_server->options.limits.headers})
{
    ++m_server->open;
    m_lane.connections.insert(this);
}

void ServerConnection::watch(std::chrono::milliseconds time)
{
    m_lane.thread.deadlines().arm(m_timer, time);
}

void ServerConnection::start()
{
    m_transport.prepare();
    m_peer = peerName(m_transport.socket());
    watch(m_server->options.limits.headerDeadline);
    if (!m_server->tls) {
        m_phase = Phase::Head;
        read();
        return;
    }
    m_transport.useTls(*m_server->tls);
    m_transport.asyncHandshake(boost::asio::ssl::stream_base::server,
                               [this, self = shared_from_this()](const SysError& error) {
                                   const Turns::Scope turn(m_lane.thread.turns());
                                   if (error || m_phase == Phase::Closed) {
                                       close();
                                       return;
                                   }
                                   m_phase = Phase::Head;
                                   read();
                               });
}

void ServerConnection::close()
{
    if (m_phase == Phase::Closed) {
        return;
    }
    m_phase = Phase::Closed;
    m_timer.cancel();
    m_output.close();
    m_transport.close();
    const auto onClosed = std::exchange(m_onClosed, nullptr);
    const auto onDrain = std::exchange(m_onDrain, nullptr); // may hold the exchange: let go of it
    const bool live = std::exchange(m_exchange, nullptr) != nullptr;
    m_lane.connections.erase(this);
    m_server->connectionClosed();
    if (live && onClosed) {
        onClosed();
    }
}

void ServerConnection::closeWhenIdle()
{
    if (m_phase == Phase::Head && !m_begun) {
        close();
    }
}

void ServerConnection::read()
{
    if (m_reading || m_phase == Phase::Closed || m_peerEnded || m_ahead.size() >= kMaxAhead) {
        return;
    }
    m_reading = true;
    boost::asio::mutable_buffer buffer(m_chunk.data(), m_chunk.size());
    const std::size_t missing = m_bodyEnd > m_in.size() ? m_bodyEnd - m_in.size() : 0;
    m_direct = m_phase == Phase::Body && m_head.framing() == Framing::Length && missing > kChunk;
    if (m_direct) {
        // Memory grows with what has come, not with what was announced.
        const std::span<char> room =
            m_in.prepare(std::min(missing, std::max(m_in.size(), 4 * kChunk)));
        buffer = boost::asio::mutable_buffer(room.data(), std::min(room.size(), missing));
    }
    m_transport.asyncRead(
        buffer, [this, self = shared_from_this()](const SysError& error, std::size_t size) {
            const Turns::Scope turn(m_lane.thread.turns());
            m_reading = false;
            onRead(error, size);
        });
}

void ServerConnection::onRead(const SysError& error, std::size_t size)
{
    if (m_phase == Phase::Closed) {
        return;
    }
    if (error) {
        onPeerEnd();
        return;
    }
    const std::string_view bytes(m_chunk.data(), size);
    switch (m_phase) {
    case Phase::Head:
    case Phase::Body:
        if (m_direct) {
            m_in.commit(size);
        } else {
            m_in.append(bytes);
        }
        process();
        break;
    case Phase::Answer:
        m_ahead.append(bytes);
        break;
    case Phase::Linger:
        m_lingered += size;
        if (m_lingered > kMaxLinger) {
            close();
        }
        break;
    default:
        break; // Refuse: nobody will look at it
    }
    // Reading on finds nothing yet, as a rule: what this gave others to send goes out first.
    atTurnsEnd();
}

void ServerConnection::onPeerEnd()
{
    if (m_phase == Phase::Refuse) {
        m_peerEnded = true; // it may still read our answer; linger() closes at once then
    } else {
        close();
    }
}

void ServerConnection::onDeadline()
{
    const auto self = shared_from_this();
    if (m_phase == Phase::Head && m_begun) {
        refuse(408, "the head of the request did not come in time");
    } else if (m_phase == Phase::Body) {
        refuse(408, "the body of the request did not come in time");
    } else {
        close(); // idle, handshake, a reader that stalls, or a closing handshake that takes too
                 // long
    }
}

void ServerConnection::process()
{
    if (m_processing) {
        return;
    }
    m_processing = true;
    while (step()) {
    }
    m_processing = false;
}

bool ServerConnection::step()
{
    if (m_phase == Phase::Head) {
        return !m_in.empty() && stepHead();
    }
    return m_phase == Phase::Body && stepBody();
}

bool ServerConnection::stepHead()
{
    const bool first = !m_begun;
    if (first) {
        m_begun = true;
        m_request.started = std::chrono::steady_clock::now();
    }
    switch (m_head.parse(m_in.view())) {
    case HeadParser::State::NeedMore:
        if (first) {
            watch(m_server->options.limits.headerDeadline);
        }
        return false;
    case HeadParser::State::Bad:
        refuse(400, m_head.problem());
        return false;
    case HeadParser::State::TooLarge:
        refuse(431, m_head.problem());
        return false;
    case HeadParser::State::BadVersion:
        refuse(505, m_head.problem());
        return false;
    case HeadParser::State::Done:
        break;
    }
    if (!admit()) {
        return false;
    }
    m_phase = Phase::Body;
    const std::size_t begin = m_head.size();
    m_bodyEnd = begin + (m_head.framing() == Framing::Length ? m_head.contentLength() : 0);
    m_rawBegin = m_head.framing() == Framing::Length ? m_bodyEnd : begin;
    m_chunks.reset();
    m_bodyWatched = false;
    const bool waits =
        m_head.framing() != Framing::None && m_in.size() == begin && !m_head.http10();
    if (waits && m_head.headers().contains("expect")) {
        m_output.head() += "HTTP/1.1 100 Continue\r\n\r\n";
        m_output.flush();
    }
    return m_phase == Phase::Body;
}

bool ServerConnection::stepBody()
{
    const bool complete =
        m_head.framing() == Framing::Chunked ? decodeChunks() : m_in.size() >= m_bodyEnd;
    if (complete) {
        dispatch();
        return true;
    }
    if (m_phase == Phase::Body && !m_bodyWatched) {
        m_bodyWatched = true;
        watch(m_server->options.limits.bodyDeadline);
    }
    return false;
}

/// Moves each piece of data to the end of those before it, in place.
bool ServerConnection::decodeChunks()
{
    while (true) {
        const ChunkDecoder::Step step = m_chunks.next(m_in.view().substr(m_rawBegin));
        m_rawBegin += step.consumed;
        switch (step.state) {
        case ChunkDecoder::State::Data:
            if (m_bodyEnd - m_head.size() + step.data.size() > m_server->options.limits.bodyBytes) {
                refuse(413, "the body is too large");
                return false;
            }
            std::memmove(m_in.data() + m_bodyEnd, step.data.data(), step.data.size());
            m_bodyEnd += step.data.size();
            break;
        case ChunkDecoder::State::NeedMore:
            m_in.truncate(m_bodyEnd);
            m_rawBegin = m_bodyEnd;
            return false;
        case ChunkDecoder::State::Bad:
            refuse(400, "the chunked coding is malformed");
            return false;
        case ChunkDecoder::State::Done:
            return true;
        }
    }
}

/// Framing was checked by the parser; this is what RFC 9112 3.2 and the listener's own rules
/// demand.
bool ServerConnection::admit()
{
    m_isHead = m_head.method() == "HEAD";
    const Header* host = nullptr;
    bool foreign = false;
    for (const Header& header : m_head.headers().all()) {
        if (header.name.size() == 4 && equalIgnoringCase(header.name, "host")) {
            if (host != nullptr) {
                refuse(400, "the host header is repeated");
                return false;
            }
            host = &header;
        } else if (header.name.size() == 6) {
            if (equalIgnoringCase(header.name, "origin")) {
                foreign = foreign || !m_server->guard.originAllowed(header.value);
            } else if (equalIgnoringCase(header.name, "expect") &&
                       !equalIgnoringCase(header.value, "100-continue")) {
                refuse(417, "only 100-continue can be expected");
                return false;
            }
        }
    }
    if (host == nullptr) {
        refuse(400, "the host header is missing");
        return false;
    }
    if (!admitTarget(host->value)) {
        return false;
    }
    if (!m_server->guard.hostAllowed(host->value)) {
        refuse(403, "this host name is not served here");
        return false;
    }
    if (foreign) {
        refuse(403, "requests from this origin are not allowed");
        return false;
    }
    if (m_head.framing() == Framing::Length &&
        m_head.contentLength() > m_server->options.limits.bodyBytes) {
        refuse(413, "the body is too large");
        return false;
    }
    return true;
}

bool ServerConnection::admitTarget(std::string_view host)
{
    const std::string_view target = m_head.target();
    if (target.front() == '/' || (target == "*" && m_head.method() == "OPTIONS")) {
        return true;
    }
    for (const std::string_view scheme :
         {std::string_view("http://"), std::string_view("https://")}) {
        if (target.substr(0, scheme.size()) == scheme) { // absolute form, RFC 9112 3.2.2
            const std::size_t slash =
                std::min(target.find_first_of("/?", scheme.size()), target.size());
            if (equalIgnoringCase(target.substr(scheme.size(), slash - scheme.size()), host) &&
                slash < target.size() && target[slash] == '/') {
                return true;
            }
        }
    }
    refuse(400, "the request target is neither a path nor this host's");
    return false;
}

void ServerConnection::dispatch()
{
    m_timer.cancel();
    m_phase = Phase::Answer;
    m_stage = Stage::None;
    m_head.bind(m_in.view()); // the buffer may have grown since
    const std::size_t bodyBegin = m_head.size();
    m_request.method = m_head.method();
    m_request.target = m_head.target();
    std::string_view path = m_request.target;
    if (path.front() != '/' && path != "*") {
        path.remove_prefix(path.find('/', path.find("//") + 2));
    }
    const std::size_t mark = path.find('?');
    m_request.path = path.substr(0, mark);
    m_request.query = mark == std::string_view::npos ? std::string_view() : path.substr(mark + 1);
    m_request.headers = m_head.headers();
    m_request.body = m_in.view().substr(bodyBegin, m_bodyEnd - bodyBegin);
    m_request.peer = m_peer;
    m_keepAlive = m_head.keepAlive();
    auto exchange = std::make_shared<ServerExchange>(shared_from_this());
    m_exchange = exchange.get();
    m_server->handler(std::move(exchange));
}

void ServerConnection::finishExchange()
{
    m_exchange = nullptr;
    // They may hold the exchange and what belongs to it; let go of them last.
    const auto onClosed = std::exchange(m_onClosed, nullptr);
    const auto onDrain = std::exchange(m_onDrain, nullptr);
    const Stage stage = std::exchange(m_stage, Stage::None);
    if (stage == Stage::Breaking && !m_chunked) {
        m_transport.reset(); // the end of the connection would be the end of the body
        close();
        return;
    }
    if (stage == Stage::Breaking || !m_keepAlive || m_server->draining) {
        linger(stage == Stage::Breaking);
        return;
    }
    m_in.consume(m_rawBegin);
    m_head.reset();
    m_bodyEnd = 0;
    m_begun = false;
    m_isHead = false;
    m_phase = Phase::Head;
    if (!m_ahead.empty()) {
        m_in.append(m_ahead.view());
        m_ahead.clear();
        m_ahead.trim(0);
    }
    m_in.trim(kKeepBuffer);
    m_output.trim(kKeepBuffer);
    watch(m_server->options.limits.idle);
    process();
    read();
}

void ServerConnection::refuse(int status, std::string_view message)
{
    m_exchange = nullptr;
    m_phase = Phase::Refuse;
    m_stage = Stage::None;
    m_timer.cancel();
    std::string_view path = m_head.targetSoFar(m_in.view());
    path = path.substr(0, path.find('?'));
    std::string body;
    std::string type = "text/plain; charset=utf-8";
    if (m_server->options.errorBody) {
        std::tie(body, type) = m_server->options.errorBody(status, message, path);
    } else {
        body.append(message).append("\n");
    }
    const std::array<Header, 1> headers{Header{"content-type", type}};
    appendAnswerHead(m_output.head(), {status, headers, thread().httpDate(),
                                       AnswerHead::Body::Length, body.size(), false});
    if (!m_isHead) {
        m_output.setBody(std::move(body));
    }
    m_output.flush();
}

/// Says that nothing more comes and reads on for a while: a close with unread input would reset the
/// connection, and the peer might lose the answer.
void ServerConnection::linger(bool broken)
{
    m_phase = Phase::Linger;
    if (m_peerEnded) {
        close();
        return;
    }
    watch(kLingerTime);
    if (m_transport.tls() != nullptr && !broken) {
        m_transport.asyncTlsShutdown(
            [self = shared_from_this()](const SysError&) { /* the pending read ends it */ });
    } else {
        m_transport.shutdownSend();
    }
    read();
}

} // namespace sluice::net
