// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::prompts {

/// A prompt's name and version, checked. Private to the room.
struct ReleaseName
{
    std::string name;    ///< "support/answer"
    std::string version; ///< "1.0.0"

    /// InvalidArgument unless the name is 1..8 parts of [A-Za-z0-9._-], none beginning with a dot,
    /// underscore or dash or ending with a dot or ".lock", 1..128 bytes in all, and the version is
    /// semantic.
    static Result<ReleaseName> check(std::string_view name, std::string_view version);
    /// From "refs/tags/prompt/support/answer/v1.0.0"; nothing if it is not of that form.
    static std::optional<ReleaseName> fromReference(std::string_view reference);

    [[nodiscard]] std::string tag() const { return "prompt/" + name + "/v" + version; }
    [[nodiscard]] std::string reference() const { return "refs/tags/" + tag(); }
    [[nodiscard]] std::string path() const { return "prompts/" + name + ".prompt"; }
};

} // namespace sluice::prompts
