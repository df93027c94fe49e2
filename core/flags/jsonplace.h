// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::flags {

/// A place in a text, for people: both from 1, the column in bytes.
struct TextPlace
{
    std::size_t line = 1;
    std::size_t column = 1;
};

/// Where the value that `pointer` (RFC 6901) names begins in `text`, which is valid JSON; of a
/// member that is not there, the innermost object or array that is. Any thread.
TextPlace placeInJson(std::string_view text, std::string_view pointer);

/// "/flags/a/state, line 3, column 14".
std::string withPlace(std::string_view text, std::string_view pointer);

} // namespace sluice::flags
