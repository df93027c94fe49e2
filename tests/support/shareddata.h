// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace sluice::tests {

/// The path of `relative` in the shared oracle data (../shared/data beside the checkout, or
/// $SLUICE_SHARED_DATA), or an empty string where that is absent: then a test says so and runs on
/// the project's own small copy.
inline std::string sharedData(const std::string& relative)
{
    namespace fs = std::filesystem;
    const char* set =
        std::getenv("SLUICE_SHARED_DATA"); // NOLINT(concurrency-mt-unsafe): tests set nothing
    const fs::path base =
        set != nullptr ? fs::path(set) : fs::path(SLUICE_SOURCE_DIR) / ".." / "shared" / "data";
    const fs::path path = base / relative;
    return fs::exists(path) ? path.string() : std::string{};
}

} // namespace sluice::tests
