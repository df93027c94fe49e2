// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace sluice {

/// The whole file. NotFound if it is not there, TooLarge beyond `limit` bytes, Io otherwise. Any
/// thread; blocks.
Result<std::string> readFile(const std::string& path, std::size_t limit);

/// Replaces `path` so that a reader, also after a crash, sees the old or the new content and
/// nothing between: temporary file beside it, fsync, rename, fsync of the folder. `mode` as chmod.
/// Any thread; blocks.
Status writeFileAtomically(const std::string& path, std::string_view content, unsigned mode = 0600);

} // namespace sluice
