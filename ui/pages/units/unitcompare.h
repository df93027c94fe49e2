// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

namespace sluice::ui {

/// Two units of units.list member by member: rows {"member","left","right","same"} in reading
/// order; nested members are named with a dot. What a unit lacks is null, told from an empty text.
Json unitDifferences(const Json& left, const Json& right);

} // namespace sluice::ui
