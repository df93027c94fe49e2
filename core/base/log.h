// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sluice {

enum class LogLevel
{
    Debug,
    Info,
    Warning,
    Error
};

/// One key=value pair of a log record. Values are quoted as needed.
using LogField = std::pair<std::string_view, std::string>;

/// Writes one line to stderr: `time=… level=… room=… message="…" key=value …`, in one write(2), so
/// lines never mix. Any thread. Never pass a secret; never a prompt or completion above Debug.
void log(LogLevel level, std::string_view room, std::string_view message,
         std::initializer_list<LogField> fields = {});

/// Records below this level are dropped. Default Info. Any thread.
void setLogLevel(LogLevel level) noexcept;
/// "debug", "info", "warning", "error" -> level; false for another word.
bool parseLogLevel(std::string_view word, LogLevel& level) noexcept;

} // namespace sluice
