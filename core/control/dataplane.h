// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway.h"

#include <functional>
#include <memory>
#include <vector>

namespace sluice::control {

/// What control asks of the data plane: the Gateway in the product, a recording fake in tests.
/// Called on the control thread; callbacks come on any thread.
class DataPlane
{
public:
    virtual ~DataPlane() = default;
    /// `adopted` once every I/O thread has the table.
    virtual void publish(std::shared_ptr<const gateway::ServingTable> table,
                         std::function<void()> adopted) = 0;
    /// The same with priority; see gateway::Gateway::kill().
    virtual void kill(std::shared_ptr<const gateway::ServingTable> table,
                      std::vector<RouteName> routes,
                      std::function<void(gateway::KillProof)> adopted,
                      std::function<void(gateway::KillProof)> finished) = 0;
};

} // namespace sluice::control
