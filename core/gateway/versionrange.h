// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace sluice::gateway {

enum class VersionMatch
{
    Yes,
    No,
    BadRange
};

/// Whether a released version satisfies a range, written as npm users write it: "1.2.3" exactly;
/// "1", "1.2", "1.x", "*" any below; "^1.2" up to the next major (for 0.y the next minor), "~1.2"
/// up to the next minor; ">=1.0 <2" all of them; "1 || 2" one of them. A pre-release satisfies only
/// a comparator that has one itself.
VersionMatch matchVersion(std::string_view version, std::string_view range);

} // namespace sluice::gateway
