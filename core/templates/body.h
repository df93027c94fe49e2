// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/templates/prompttemplate.h"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::templates {

// Private to the room: a prompt's body as a list of nodes.

/// Where something stands in the file, from 1.
struct Place
{
    std::size_t line = 1;
    std::size_t column = 1;
};

/// "line 3, column 7".
std::string describe(Place place);

struct Node
{
    enum class Kind : std::uint8_t
    {
        Text,
        Variable,
        Role,
        History
    };

    Kind kind = Kind::Text;
    std::string text;              ///< Text: as it is
    std::vector<std::string> path; ///< Variable: its steps, at least one
    MessageRole role = MessageRole::User;
    Place place;
};

/// Parses a body that starts at `start` of its file. InvalidArgument with the place.
Result<std::vector<Node>> parseBody(std::string_view body, Place start);

} // namespace sluice::templates
