// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QString>

namespace sluice::ui {

/// A change's JSON pointer ("/guard/ttft_ms") in words; what has none is shown as it is.
QString changedMember(const QString& pointer);
/// The value at that pointer in words: shares as per cent, units by name, rules one a line; what
/// has none is shown as JSON. Null is "–".
QString changedValue(const QString& pointer, const Json& value);

} // namespace sluice::ui
