// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/adminevents.h"

#include <fmt/format.h>

namespace sluice::control {

namespace {

constexpr std::size_t kMaxPending = std::size_t{1} << 20U; // a client that does not read is let go
constexpr unsigned kHeartbeatTicks = 10;

} // namespace

std::string sseMessage(const api::Event& event)
{
    const Json data{{"sequence", event.sequence},
                    {"kind", event.kind},
                    {"at", toMicros(event.at)},
                    {"data", event.data}};
    return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.sequence, event.kind,
                       data.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// Lives as long as either the client or an event on its way needs it.
struct AdminEvents::Stream
{
    std::shared_ptr<net::HttpExchange> exchange;
    std::string tokenId;
    std::unique_ptr<api::Subscription> subscription;
    bool open = true;

    void write(std::string_view bytes)
    {
        if (!open) {
            return;
        }
        if (exchange->pending() > kMaxPending) {
            close();
            return;
        }
        exchange->write(bytes);
    }
    void close()
    {
        if (open) {
            open = false;
            exchange->breakStream();
        }
    }
};

void AdminEvents::open(const std::shared_ptr<net::HttpExchange>& exchange, std::string tokenId,
                       std::optional<std::uint64_t> after)
{
    static constexpr net::Header kHeaders[] = {{"content-type", "text/event-stream"},
                                               {"cache-control", "no-store"}};
    auto stream = std::make_shared<Stream>();
    stream->exchange = exchange;
    stream->tokenId = std::move(tokenId);
    exchange->beginStream(200, kHeaders);
    exchange->write(fmt::format(": sluice events, last {}\n\n", m_events.last()));
    exchange->onClosed([weak = std::weak_ptr<Stream>(stream)] {
        if (const auto gone = weak.lock()) {
            gone->open = false;
        }
    });
    net::IoThread& thread = exchange->thread();
    stream->subscription = m_events.subscribe(
        [&thread, weak = std::weak_ptr<Stream>(stream)](const api::Event& event) {
            thread.post([weak, message = sseMessage(event)] {
                if (const auto open = weak.lock()) {
                    open->write(message);
                }
            });
        },
        after);
    m_streams.push_back(std::move(stream));
}

void AdminEvents::tick(const State& state, SystemTime now)
{
    const bool beat = ++m_ticks % kHeartbeatTicks == 0;
    for (const auto& stream : m_streams) {
        const auto token = state.tokens.find(stream->tokenId);
        if (token == state.tokens.end() ||
            (token->second->expiresAt && *token->second->expiresAt <= toMicros(now))) {
            stream->close();
        } else if (beat) {
            stream->write(": still here\n\n");
        }
    }
    m_streams.remove_if([](const auto& stream) { return !stream->open; });
}

void AdminEvents::closeAll()
{
    for (const auto& stream : m_streams) {
        stream->close();
    }
    m_streams.clear();
}

} // namespace sluice::control
