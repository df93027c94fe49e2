// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/servedflags.h"

#include <string>
#include <string_view>

/// OFREP's JSON. Pure functions, any thread.
namespace sluice::gateway {

/// evaluationSuccess, or evaluationFailure where the evaluation has an error. No "value" where the
/// application's own default applies.
void appendEvaluation(std::string& out, std::string_view key, const flags::Evaluation& evaluation);

/// A route's own flag, evaluated by the route.
void appendRoute(std::string& out, const routing::CompiledRoute& route, const RouteFlag& flag,
                 const flags::Context& context);

/// {"key"?, "errorCode", "errorDetails"}; without a key for a whole request.
void appendFailure(std::string& out, std::string_view key, std::string_view code,
                   std::string_view details);

} // namespace sluice::gateway
