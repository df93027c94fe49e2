// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/json.h"
#include "tests/support/shareddata.h"

#include <string>

namespace sluice::tests {

/// A document of the tests; discarded where it cannot be read.
inline Json loadJson(const std::string& path)
{
    const auto text = readFile(path, std::size_t{16} << 20U);
    return text ? Json::parse(*text, nullptr, false) : Json(Json::value_t::discarded);
}

/// flagd-core's and flagd-testbed's vectors where they are at hand, our own small selection of
/// them otherwise.
inline const Json& fractionalVectors()
{
    static const Json kVectors = [] {
        const std::string shared = sharedData("flags/fractional_vectors.json");
        return loadJson(shared.empty() ? std::string(SLUICE_SOURCE_DIR
                                                     "/tests/flags/data/fractional-small.json")
                                       : shared);
    }();
    return kVectors;
}

} // namespace sluice::tests
