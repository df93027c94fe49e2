// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QString>

#include <optional>

namespace sluice::ui {

/// JSON as people read and write it. Pure functions.
namespace jsontext {

/// Indented by two; whatever fits into `width` columns stays in one line.
QString pretty(const Json& value, int width = 88);

/// A place in a text: both from 1, columns in characters.
struct Place
{
    int line = 1;
    int column = 1;
};
/// Where the value at an RFC 6901 pointer begins in a valid JSON text; for a member or element that
/// is not there, where its parent begins.
Place placeOf(const QString& text, const std::string& pointer);
/// "line 3, column 5" as parseJson() names places.
std::optional<Place> parsePlace(const std::string& where);

} // namespace jsontext

} // namespace sluice::ui
