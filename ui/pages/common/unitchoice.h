// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QString>

class QComboBox;

namespace sluice::ui {

/// Puts the units of a units.list reply into `box`, named by alias, short id and model, with the id
/// as their data; before them `none` with an empty id, if it is not empty. Quiet: no signal.
void fillUnits(QComboBox& box, const Json& units, const QString& none = {});

} // namespace sluice::ui
