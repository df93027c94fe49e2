// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/outgoing.h"
#include "core/net/transport.h"
#include "core/net/turns.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::net {

/// The sending side of a connection: what is appended while a write is under way goes out with the
/// next one. A plain socket is written to at once, without a completion handler, as long as the
/// kernel takes everything.
class Output
{
public:
    class Owner
    {
    public:
        virtual void written() = 0;    ///< nothing is left to send
        virtual void writeWaits() = 0; ///< the peer is slow; called again with each step forward
        virtual void writeFailed() = 0;
        virtual std::shared_ptr<Owner> keepAlive() = 0;

    protected:
        ~Owner() = default;
    };

    Output(Transport& transport, Turns& turns, Owner& owner)
        : m_transport(transport)
        , m_turns(turns)
        , m_owner(owner)
    {
    }

    /// Where to append; flush() sends it.
    [[nodiscard]] std::string& head()
    {
        closeChunk();
        return m_next.head;
    }
    /// Appends to the HTTP chunk that is being gathered (RFC 9112, 7.1); flush() and head() end it.
    void appendChunk(std::string_view bytes);
    /// Goes out behind what is in head(); nothing may be appended to head() before the next
    /// flush().
    void setBody(std::string body) { m_next.body = std::move(body); }
    /// The same for a body that stays where it is until written() or writeFailed().
    void lendBody(std::string_view body) { m_next.borrowed = body; }
    /// Bytes that the kernel has not taken.
    [[nodiscard]] std::size_t pending() const noexcept { return m_next.left() + m_flight.left(); }
    [[nodiscard]] bool busy() const noexcept { return m_busy; }
    /// May call the owner back before it returns.
    void flush();
    void close() noexcept { m_closed = true; }
    /// Gives memory above `keep` bytes back; when nothing is pending.
    void trim(std::size_t keep);

private:
    void closeChunk();
    void send();
    void sent(const SysError& error, std::size_t size);

    Transport& m_transport;
    Turns& m_turns;
    Owner& m_owner;
    Outgoing m_next;
    Outgoing m_flight;
    std::optional<std::size_t> m_chunk; ///< where in m_next.head the chunk being gathered begins
    bool m_busy = false;
    bool m_closed = false;
};

} // namespace sluice::net
