// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/dayfiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <system_error>

namespace sluice::store {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "telemetry-";
constexpr std::string_view kSuffix = ".db";
/// The database itself last: until then it is found again.
constexpr std::array<std::string_view, 4> kParts{"-wal", "-shm", "-journal", ""};

bool readNumber(std::string_view digits, int& number)
{
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size() && digits.front() != '-';
}

} // namespace

Day dayOf(SystemTime time) noexcept
{
    return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

std::string dayName(Day day)
{
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<Day> dayFromName(std::string_view name)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (name.size() != 10 || name[4] != '-' || name[7] != '-' ||
        !readNumber(name.substr(0, 4), year) || !readNumber(name.substr(5, 2), month) ||
        !readNumber(name.substr(8, 2), day)) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date}.time_since_epoch().count();
}

std::string dayFilePath(const std::string& folder, Day day)
{
    return fmt::format("{}/{}{}{}", folder, kPrefix, dayName(day), kSuffix);
}

std::vector<Day> daysIn(const std::string& folder)
{
    std::vector<Day> days;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (name.size() == kPrefix.size() + 10 + kSuffix.size() && name.starts_with(kPrefix) &&
            name.ends_with(kSuffix)) {
            if (const auto day = dayFromName(std::string_view(name).substr(kPrefix.size(), 10))) {
                days.push_back(*day);
            }
        }
    }
    std::sort(days.begin(), days.end(), std::greater<>());
    return days;
}

bool removeDatabaseFiles(const std::string& path)
{
    bool all = true;
    for (const std::string_view part : kParts) {
        std::error_code error;
        fs::remove(path + std::string(part), error);
        all = all && !error;
    }
    return all;
}

std::string setDatabaseAside(const std::string& path)
{
    std::string target = path + ".damaged";
    for (int n = 2; fs::exists(target); ++n) {
        target = fmt::format("{}.damaged-{}", path, n);
    }
    for (const std::string_view part : kParts) {
        const std::string from = path + std::string(part);
        std::error_code error;
        if (fs::exists(from, error)) {
            fs::rename(from, target + std::string(part), error);
        }
        if (error) {
            return {};
        }
    }
    return target;
}

} // namespace sluice::store
