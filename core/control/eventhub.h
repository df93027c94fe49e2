// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"
#include "core/control/worker.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace sluice::control {

/// Numbers events, keeps the last of them for those who come back, and hands them to subscribers,
/// in order, on the replies worker. Sequences go on growing over restarts (they start at the
/// clock's microseconds). Any thread.
class EventHub
{
public:
    EventHub(Worker& replies, const Clock& clock, std::size_t kept = 1024);

    void publish(std::string kind, Json data);
    /// With `after`: first what was published since that sequence and is still kept; a gap shows by
    /// the numbers.
    [[nodiscard]] std::unique_ptr<api::Subscription>
    subscribe(api::ControlPlane::OnEvent onEvent, std::optional<std::uint64_t> after = {});
    /// The last one's number.
    [[nodiscard]] std::uint64_t last() const;

private:
    struct Listener;
    class Handle;

    Worker& m_replies;
    const Clock& m_clock;
    std::size_t m_keep;
    mutable std::mutex m_mutex;
    std::uint64_t m_sequence;
    std::deque<std::shared_ptr<const api::Event>> m_kept;
    std::map<const Listener*, std::shared_ptr<Listener>> m_listeners;
};

} // namespace sluice::control
