// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/flaglisteners.h"

#include <fmt/format.h>

namespace sluice::gateway {

namespace {

constexpr std::size_t kMaxPending = std::size_t{64} << 10U;
constexpr unsigned kHeartbeatTicks = 20;

std::string notice(std::string_view version)
{
    return fmt::format("id: {0}\nevent: message\n"
                       "data: {{\"type\":\"refetchEvaluation\",\"etag\":\"{0}\"}}\n\n",
                       version);
}

} // namespace

FlagListeners::FlagListeners(std::atomic<std::size_t>& open)
    : m_open(open)
{
}

FlagListeners::~FlagListeners()
{
    m_open.fetch_sub(m_streams.size(), std::memory_order_relaxed);
}

void FlagListeners::add(std::shared_ptr<net::HttpExchange> exchange,
                        std::span<const net::Header> headers, std::string_view version)
{
    const bool knows = exchange->request().headers.find("last-event-id") == version;
    const std::uint64_t number = ++m_last;
    exchange->beginStream(200, headers);
    exchange->write("retry: 2000\n\n");
    if (!knows) {
        exchange->write(notice(version));
    }
    exchange->onClosed([this, number] {
        if (m_streams.erase(number) != 0) {
            m_open.fetch_sub(1, std::memory_order_relaxed);
        }
    });
    m_streams.emplace(number, std::move(exchange));
    m_open.fetch_add(1, std::memory_order_relaxed);
}

void FlagListeners::write(std::string_view text)
{
    for (auto stream = m_streams.begin(); stream != m_streams.end();) {
        if (stream->second->pending() <= kMaxPending) {
            stream->second->write(text);
            ++stream;
            continue;
        }
        stream->second->breakStream();
        stream = m_streams.erase(stream);
        m_open.fetch_sub(1, std::memory_order_relaxed);
    }
}

void FlagListeners::changed(std::string_view version)
{
    write(notice(version));
}

void FlagListeners::tick()
{
    if (++m_ticks % kHeartbeatTicks == 0) {
        write(":\n\n");
    }
}

void FlagListeners::close()
{
    m_open.fetch_sub(m_streams.size(), std::memory_order_relaxed);
    for (const auto& [number, stream] : m_streams) {
        stream->endStream();
    }
    m_streams.clear();
}

} // namespace sluice::gateway
