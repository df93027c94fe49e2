// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"

#include <fmt/chrono.h>

namespace sluice {

SystemTime SystemClock::now() const
{
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady() const
{
    return std::chrono::steady_clock::now();
}

std::string toRfc3339(SystemTime time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto millis =
        std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count();
    const auto calendar = fmt::gmtime(std::chrono::system_clock::to_time_t(seconds));
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", calendar, millis);
}

std::int64_t toMicros(SystemTime time) noexcept
{
    return time.time_since_epoch().count();
}

SystemTime fromMicros(std::int64_t micros) noexcept
{
    return SystemTime{std::chrono::microseconds{micros}};
}

} // namespace sluice
