// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/eventhub.h"

namespace sluice::control {

/// One subscriber. Its mutex makes "no callback runs once the destructor has returned" true.
struct EventHub::Listener
{
    std::mutex mutex;
    api::ControlPlane::OnEvent onEvent; ///< empty once the subscription has ended

    void deliver(const api::Event& event)
    {
        const std::lock_guard lock(mutex);
        if (onEvent) {
            onEvent(event);
        }
    }
};

class EventHub::Handle final : public api::Subscription
{
public:
    Handle(EventHub& hub, std::shared_ptr<Listener> listener)
        : m_hub(hub)
        , m_listener(std::move(listener))
    {
    }
    ~Handle() override
    {
        {
            const std::lock_guard lock(m_hub.m_mutex);
            m_hub.m_listeners.erase(m_listener.get());
        }
        const std::lock_guard lock(m_listener->mutex);
        m_listener->onEvent = nullptr;
    }

private:
    EventHub& m_hub;
    std::shared_ptr<Listener> m_listener;
};

EventHub::EventHub(Worker& replies, const Clock& clock, std::size_t kept)
    : m_replies(replies)
    , m_clock(clock)
    , m_keep(kept)
    , m_sequence(static_cast<std::uint64_t>(toMicros(clock.now())))
{
}

void EventHub::publish(std::string kind, Json data)
{
    const std::lock_guard lock(m_mutex);
    auto event = std::make_shared<const api::Event>(
        api::Event{++m_sequence, std::move(kind), std::move(data), m_clock.now()});
    m_kept.push_back(event);
    if (m_kept.size() > m_keep) {
        m_kept.pop_front();
    }
    for (const auto& [key, listener] : m_listeners) {
        m_replies.post([listener = listener, event] { listener->deliver(*event); });
    }
}

std::unique_ptr<api::Subscription> EventHub::subscribe(api::ControlPlane::OnEvent onEvent,
                                                       std::optional<std::uint64_t> after)
{
    auto listener = std::make_shared<Listener>();
    listener->onEvent = std::move(onEvent);
    const std::lock_guard lock(m_mutex);
    if (after) {
        for (const auto& event : m_kept) {
            if (event->sequence > *after) {
                m_replies.post([listener, event] { listener->deliver(*event); });
            }
        }
    }
    m_listeners.emplace(listener.get(), listener);
    return std::make_unique<Handle>(*this, std::move(listener));
}

std::uint64_t EventHub::last() const
{
    const std::lock_guard lock(m_mutex);
    return m_sequence;
}

} // namespace sluice::control
