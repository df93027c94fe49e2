// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include "core/base/clock.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <unistd.h>

namespace sluice {

namespace {

std::atomic<LogLevel> threshold{LogLevel::Info}; // read-mostly, no ordering needed

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};

void appendValue(std::string_view value, std::string& line)
{
    const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7f;
    });
    if (plain) {
        line += value;
        return;
    }
    line.push_back('"');
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            line.push_back('\\');
            line.push_back(c);
        } else if (c == '\n') {
            line += "\\n";
        } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
            line.push_back('?'); // no control characters on a terminal
        } else {
            line.push_back(c);
        }
    }
    line.push_back('"');
}

} // namespace

void log(LogLevel level, std::string_view room, std::string_view message,
         std::initializer_list<LogField> fields)
{
    if (level < threshold.load(std::memory_order_relaxed)) {
        return;
    }
    std::string line = "time=" + toRfc3339(SystemClock{}.now());
    line += " level=";
    line += kLevels.at(static_cast<std::size_t>(level));
    line += " room=";
    line += room;
    line += " message=";
    appendValue(message, line);
    for (const auto& [key, value] : fields) {
        line.push_back(' ');
        line += key;
        line.push_back('=');
        appendValue(value, line);
    }
    line.push_back('\n');
    // A log that cannot be written has nowhere to say so.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

void setLogLevel(LogLevel level) noexcept
{
    threshold.store(level, std::memory_order_relaxed);
}

bool parseLogLevel(std::string_view word, LogLevel& level) noexcept
{
    const auto found = std::find(kLevels.begin(), kLevels.end(), word);
    if (found == kLevels.end()) {
        return false;
    }
    level = static_cast<LogLevel>(found - kLevels.begin());
    return true;
}

} // namespace sluice
