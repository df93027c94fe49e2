// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/guarded.h"
#include "core/base/result.h"

#include <map>
#include <string>
#include <vector>

namespace sluice::store {

/// Files of the telemetry folder that are skipped because they cannot be read, with why: an alarm,
/// not a failure. Written by the writer and by readers; any thread.
class Damage
{
public:
    void report(const std::string& path, const Error& error);
    [[nodiscard]] std::vector<std::string> list() const;

private:
    Guarded<std::map<std::string, std::string>> m_files; ///< path -> what to say
};

} // namespace sluice::store
