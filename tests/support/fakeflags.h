// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <string>

namespace sluice::tests {

/// Flags, sources and the flags' commands of the FakePlane: a document of six flags of every type
/// and kind of targeting, two sources (one of them failing), and changes that really change it.
class FakeFlags
{
public:
    explicit FakeFlags(std::int64_t now);

    /// Whether a command is one of the flags'.
    [[nodiscard]] static bool knows(const std::string& command);
    /// `routes`: as routes.list has them; each is a flag as well.
    [[nodiscard]] Result<Json> read(const std::string& command, const Json& arguments,
                                    const Json& routes) const;
    [[nodiscard]] Result<Json> change(const std::string& command, const Json& arguments,
                                      const Json& routes);

private:
    [[nodiscard]] Json list(const Json& routes) const;
    [[nodiscard]] Result<Json> evaluate(const Json& arguments, const Json& routes) const;
    [[nodiscard]] Result<Json> replace(Json flags, const Json& arguments);
    [[nodiscard]] Json generation(const Json& arguments);

    Json m_flags;
    Json m_sources;
    int m_generation = 2;
};

} // namespace sluice::tests
