// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sluice::tests {

/// One thing that a faulty upstream does after it has read a request.
struct Step
{
    enum class Kind : std::uint8_t
    {
        Send,      ///< bytes as they are, HTTP framing and all
        Stall,     ///< nothing more, until the peer closes or release()
        Wait,      ///< nothing for a time, unless the peer closes
        Close,     ///< orderly (FIN)
        Reset,     ///< RST
        HalfClose, ///< FIN for our direction only, then as Stall
        Flood,     ///< sends `bytes` again and again until the peer closes or `times` is reached
    };
    Kind kind = Kind::Stall;
    std::string bytes;
    std::chrono::milliseconds time{};
    std::size_t times = 0;
};
using Script = std::vector<Step>;

/// An OpenAI-like server that misbehaves by script: the same script for every request. A script
/// without a closing step leaves the connection open for the next request. Blocking sockets, a
/// thread a connection; loopback, a free port. Methods may be called from any thread.
class FaultyUpstream
{
public:
    explicit FaultyUpstream(Script script);
    ~FaultyUpstream();
    FaultyUpstream(const FaultyUpstream&) = delete;
    FaultyUpstream& operator=(const FaultyUpstream&) = delete;

    void setScript(Script script);
    /// Ends the stalls that are under way and those to come.
    void release() { m_released = true; }

    [[nodiscard]] std::string baseUrl() const;
    [[nodiscard]] std::size_t requests() const { return m_requests; }
    /// Connections on which the peer went away while a script was still running.
    [[nodiscard]] std::size_t abandoned() const { return m_abandoned; }
    /// When the last of those was seen.
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> abandonedAt() const;
    /// Head and body of the last request.
    [[nodiscard]] std::string lastRequest() const;

private:
    void accept();
    void serve(int socket);
    bool readRequest(int socket, std::string& buffer);
    /// false: the connection is done with.
    bool perform(int socket, const Step& step);
    bool sendAll(int socket, const std::string& bytes);
    bool idle(int socket, std::optional<std::chrono::milliseconds> time);
    void noteAbandoned();

    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::atomic<bool> m_stopping{false};
    std::atomic<bool> m_released{false};
    std::atomic<std::size_t> m_requests{0};
    std::atomic<std::size_t> m_abandoned{0};
    mutable std::mutex m_mutex;
    Script m_script;
    std::string m_lastRequest;
    std::optional<std::chrono::steady_clock::time_point> m_abandonedAt;
    std::vector<std::thread>
        m_connections; ///< touched by the accepting thread, and by the destructor after it
    std::thread m_acceptor;
};

/// A base URL on which nothing listens.
std::string refusingBaseUrl();

/// Bytes of OpenAI answers, for scripts.
namespace wire {
std::string chunk(const std::string& payload); ///< one chunk of a chunked transfer
std::string streamHead(const std::string& extraHeaders = {});
std::string role(); ///< events, each in a chunk
std::string content(const std::string& text);
std::string finish();
std::string usage(int prompt, int completion, int cached = 0);
std::string done();                          ///< [DONE] without the final chunk
std::string end();                           ///< the final chunk
std::string stream(const std::string& text); ///< a whole good stream
std::string whole(const std::string& text, int prompt = 10, int completion = 5, int cached = 0);
std::string status(int status, const std::string& body, const std::string& extraHeaders = {});
} // namespace wire

} // namespace sluice::tests
