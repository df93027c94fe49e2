// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/demo/seed.h"
#include "core/control/demo/traffic.h"

#include <memory>
#include <string>

namespace sluice::control::demo {

/// Where --demo keeps its workspace: beside the standard one, "sluice-demo".
std::string demoWorkspace();

/// The demo around one engine: it begins afresh at each start, with the same past, and goes on in
/// real time. Owner thread only.
class Demo
{
public:
    /// Empties a workspace that an earlier demo left and prepares it. Refused if the folder holds
    /// anything else: nobody's workspace is ever deleted. Call with the workspace's lock held,
    /// before anything is opened.
    static Status begin(const std::string& workspace);

    StoryClock& clock() noexcept { return m_clock; }
    /// Starts the customers.
    Status play(const std::string& listenUrl);
    void stop() { m_traffic.reset(); }

private:
    StoryClock m_clock;
    std::unique_ptr<Traffic> m_traffic;
};

} // namespace sluice::control::demo
