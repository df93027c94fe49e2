// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/gatewayplane.h"

namespace sluice::control {

void GatewayPlane::publish(std::shared_ptr<const gateway::ServingTable> table,
                           std::function<void()> adopted)
{
    m_latest.with([&](auto& latest) { latest = table; });
    m_gateway.publish(std::move(table), std::move(adopted));
}

void GatewayPlane::kill(std::shared_ptr<const gateway::ServingTable> table,
                        std::vector<RouteName> routes,
                        std::function<void(gateway::KillProof)> adopted,
                        std::function<void(gateway::KillProof)> finished)
{
    m_latest.with([&](auto& latest) { latest = table; });
    m_gateway.kill(std::move(table), std::move(routes), std::move(adopted), std::move(finished));
}

std::shared_ptr<const gateway::ServingTable> GatewayPlane::latest() const
{
    return m_latest.with([](const auto& latest) { return latest; });
}

} // namespace sluice::control
