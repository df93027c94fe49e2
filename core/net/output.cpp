// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/output.h"

#include "core/net/decimal.h"

#include <utility>

namespace sluice::net {

namespace {

/// Kept in front of a chunk for its size, which is not known before its end; that of most fits.
constexpr std::string_view kSizeRoom = "000\r\n";

} // namespace

void Output::appendChunk(std::string_view bytes)
{
    if (bytes.empty()) {
        return; // an empty chunk would be the last
    }
    if (!m_chunk) {
        m_chunk = m_next.head.size();
        m_next.head += kSizeRoom;
    }
    m_next.head += bytes;
}

void Output::closeChunk()
{
    if (!m_chunk) {
        return;
    }
    std::string& out = m_next.head;
    std::string line;
    appendHex(line, out.size() - *m_chunk - kSizeRoom.size());
    line += "\r\n";
    out.replace(*m_chunk, kSizeRoom.size(), line).append("\r\n");
    m_chunk.reset();
}

void Output::flush()
{
    if (m_busy || m_closed || m_next.left() == 0) {
        return;
    }
    closeChunk();
    std::swap(m_next, m_flight);
    SysError error;
    m_flight.sent += m_transport.tryWrite(m_flight.buffers(), error);
    if (error) {
        m_owner.writeFailed();
    } else if (m_flight.left() == 0) {
        m_flight.clear();
        m_owner.written();
    } else {
        m_busy = true;
        m_owner.writeWaits();
        send();
    }
}

void Output::send()
{
    m_transport.asyncWrite(m_flight.buffers(), [this, keep = m_owner.keepAlive()](
                                                   const SysError& error, std::size_t size) {
        const Turns::Scope turn(m_turns);
        sent(error, size);
    });
}

void Output::sent(const SysError& error, std::size_t size)
{
    if (m_closed) {
        return;
    }
    if (error) {
        m_busy = false;
        m_owner.writeFailed();
        return;
    }
    m_flight.sent += size;
    if (m_flight.left() > 0) {
        m_owner.writeWaits();
        send();
        return;
    }
    m_busy = false;
    m_flight.clear();
    if (m_next.left() > 0) {
        flush();
    } else {
        m_owner.written();
    }
}

void Output::trim(std::size_t keep)
{
    for (Outgoing* part : {&m_next, &m_flight}) {
        if (part->left() == 0 && part->head.capacity() > keep) {
            part->head = std::string();
        }
        if (part->left() == 0 && part->body.capacity() > keep) {
            part->body = std::string();
        }
    }
}

} // namespace sluice::net
