// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/templates/body.h"

#include <string_view>

namespace sluice::templates {

/// A `.prompt` file in its two parts. Private to the room.
struct Document
{
    Json frontMatter = Json::object();
    std::string_view
        body; ///< into the source; trimmed if there is front matter, as dotprompt has it
    Place bodyStart;
};

/// Splits and reads the front matter: YAML, at most 64 KiB, 32 levels, 10,000 values, aliases
/// counted as often as they are used. InvalidArgument or TooLarge with line and column.
Result<Document> splitDocument(std::string_view source);

} // namespace sluice::templates
