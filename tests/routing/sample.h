// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/route.h"

#include <string>

namespace sluice::tests {

/// A unit id made of one repeated digit.
inline UnitId unit(char digit)
{
    return UnitId("u_" + std::string(64, digit));
}

/// Stable a, candidate b at a percentage.
inline routing::RouteDefinition definition(routing::BasisPoints percent = 500)
{
    routing::RouteDefinition out;
    out.stable = unit('a');
    out.candidate = unit('b');
    out.percent = percent;
    return out;
}

inline routing::Route route(routing::RouteDefinition of = definition())
{
    routing::Route out;
    out.name = RouteName("support-assistant");
    out.definition = std::move(of);
    out.knownGood = {out.definition.stable, 1};
    return out;
}

} // namespace sluice::tests
