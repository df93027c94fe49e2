// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway {

/// The text behind %XX; nothing if an escape is broken or the result is not UTF-8. '+' stays '+'.
std::optional<std::string> percentDecoded(std::string_view text);

/// The first value of a name in "a=b&c=d", decoded; empty if it is absent or broken.
std::string queryValue(std::string_view query, std::string_view name);

} // namespace sluice::gateway
