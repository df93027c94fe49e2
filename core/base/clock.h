// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

namespace sluice {

using SystemTime = std::chrono::sys_time<std::chrono::microseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Where time comes from. Deadlines and rates use steady(), what people read uses now().
/// Implementations are safe from any thread.
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual SystemTime now() const = 0;
    [[nodiscard]] virtual SteadyTime steady() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock
{
public:
    [[nodiscard]] SystemTime now() const override;
    [[nodiscard]] SteadyTime steady() const override;
};

/// RFC 3339 in UTC with milliseconds: "2026-11-23T09:12:44.120Z".
std::string toRfc3339(SystemTime time);
/// Microseconds since the Unix epoch, the form in which times are stored.
std::int64_t toMicros(SystemTime time) noexcept;
SystemTime fromMicros(std::int64_t micros) noexcept;

} // namespace sluice
