// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/damage.h"

#include "core/base/log.h"

namespace sluice::store {

void Damage::report(const std::string& path, const Error& error)
{
    const bool added = m_files.with(
        [&](auto& files) { return files.insert_or_assign(path, error.message).second; });
    if (added) {
        log(LogLevel::Error, "store", "telemetry file skipped",
            {{"file", path}, {"reason", error.message}});
    }
}

std::vector<std::string> Damage::list() const
{
    return m_files.with([](const auto& files) {
        std::vector<std::string> lines;
        for (const auto& [path, reason] : files) {
            lines.push_back(path + ": " + reason);
        }
        return lines;
    });
}

} // namespace sluice::store
