// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QString>

namespace sluice::ui {

/// A routes.dry_run reply as escaped rich text: who moves from which arm to which, how many
/// requests a minute that is, what it does to cost and latency, and what could not be told.
QString movesHtml(const Json& dryRun);

} // namespace sluice::ui
