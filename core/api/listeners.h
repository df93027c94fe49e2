// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"

#include <map>
#include <memory>
#include <mutex>

namespace sluice::api {

/// Who listens to a control plane that hands its events on one at a time. Subscriptions may outlive
/// this. Any thread.
class Listeners
{
public:
    Listeners();

    /// As ControlPlane::subscribe().
    [[nodiscard]] std::unique_ptr<Subscription> add(ControlPlane::OnEvent onEvent);
    /// Calls all of them, on this thread. A subscription that ends meanwhile waits for it.
    void tell(const Event& event) const;

private:
    struct Shared
    {
        std::mutex mutex; ///< held while listeners run
        std::map<int, ControlPlane::OnEvent> listeners;
        int next = 1;
    };
    class Ticket;

    std::shared_ptr<Shared> m_shared;
};

} // namespace sluice::api
