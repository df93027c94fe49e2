// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace sluice::gateway {

/// Request and span ids without a system call each: a random start for the thread, then a counter
/// under a keyed mixing function. Unique within a process and, for all practical purposes, between
/// processes; not secrets. One thread.
class RequestIds
{
public:
    RequestIds();
    /// "req_" + 32 hex digits.
    [[nodiscard]] std::string next();
    /// 16 hex digits, never all zero: a span id of W3C Trace Context.
    [[nodiscard]] std::string nextSpan();

private:
    std::uint64_t m_prefix = 0;
    std::uint64_t m_secret = 0;
    std::uint64_t m_counter = 0;
};

} // namespace sluice::gateway
