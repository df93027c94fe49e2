// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/providers/simulator.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::providers {

/// What of an answer does not come from its plan.
struct SimulatedMeta
{
    std::string id;            ///< "chatcmpl-…"
    std::int64_t created = 0;  ///< seconds since the Unix epoch
    std::string model;         ///< as the answer names it
    bool includeUsage = false; ///< the request had stream_options.include_usage
};

/// The whole body of an answer that is not streamed: a chat completion, or the error object if the
/// plan's status is not 200. Ending Malformed gives text that is not JSON; Cut and Stall are for
/// the caller to act out (completionDelay() tells when).
std::string completionBody(const SimulatedAnswer& answer, const SimulatedMeta& meta);

/// When an answer that is not streamed comes: after the time that all of its chunks take.
std::chrono::microseconds completionDelay(const SimulatedAnswer& answer);

/// A simulated answer as the server-sent events of a stream, one after another: role, contents,
/// finish, usage if asked, [DONE]; fewer where the plan breaks off (none where it breaks off before
/// the first content). For status 200. One thread; reuses its buffer.
class SimulatedStream
{
public:
    SimulatedStream(SimulatedAnswer answer, const SimulatedMeta& meta);

    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    /// Event `index`, framed ("data: …\n\n"); valid until the next call.
    [[nodiscard]] std::string_view event(std::size_t index);
    /// Appends event `index` to `out`.
    void append(std::size_t index, std::string& out) const;
    /// Time from the start of the request to event `index`.
    [[nodiscard]] std::chrono::microseconds at(std::size_t index) const noexcept;
    /// What happens after the last event: Stop means a clean end of the message; Cut: close without
    /// one; Stall: neither, ever.
    enum class After : std::uint8_t
    {
        Stop,
        Cut,
        Stall
    };
    [[nodiscard]] After after() const noexcept;
    [[nodiscard]] const SimulatedAnswer& answer() const noexcept { return m_answer; }

private:
    void appendRole(std::string& out) const;
    void appendContent(std::string_view chunk, std::string& out) const;
    void appendTail(std::string& out) const;

    SimulatedAnswer m_answer;
    std::string m_head;  ///< every chunk up to and with `"choices":[`
    std::string m_usage; ///< their end: `,"usage":null}` where usage was asked for
    std::string m_callId;
    std::size_t m_contents = 0;
    std::size_t m_size = 0;
    bool m_broken = false;
    bool m_includeUsage = false;
    std::string m_buffer;
};

} // namespace sluice::providers
