// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/engine.h"

namespace sluice::control {

/// Whether a host is this machine only: 127.0.0.0/8, ::1, localhost.
bool isLoopback(std::string_view host);

/// Refused (with the remedy) for an address that others can reach without keys and TLS, unless that
/// is meant. The admin port always asks for tokens, so for it only TLS counts. Pure.
Status checkExposure(const EngineOptions& options, bool hasKeys);

} // namespace sluice::control
