// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/guarded.h"
#include "core/control/dataplane.h"

namespace sluice::control {

/// The gateway as control sees it; remembers the table published last. `gateway` outlives this.
class GatewayPlane final : public DataPlane
{
public:
    explicit GatewayPlane(gateway::Gateway& gateway)
        : m_gateway(gateway)
    {
    }

    void publish(std::shared_ptr<const gateway::ServingTable> table,
                 std::function<void()> adopted) override;
    void kill(std::shared_ptr<const gateway::ServingTable> table, std::vector<RouteName> routes,
              std::function<void(gateway::KillProof)> adopted,
              std::function<void(gateway::KillProof)> finished) override;
    /// The table last published. Any thread.
    [[nodiscard]] std::shared_ptr<const gateway::ServingTable> latest() const;

private:
    gateway::Gateway& m_gateway;
    Guarded<std::shared_ptr<const gateway::ServingTable>> m_latest;
};

} // namespace sluice::control
