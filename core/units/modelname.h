// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <span>
#include <string>
#include <string_view>

namespace sluice::units {

/// Whether a model name is pinned to one snapshot. What floats is InvalidArgument, with the pinned
/// names of `known` that it could mean, or the form such names have:
/// - "latest" as a word anywhere (also an Ollama tag);
/// - OpenAI's gpt-*, chatgpt-* and o1, o3, o4 families without a date (-2024-08-06, or the old
/// -0613);
/// - Anthropic's claude-* up to generation 4.5 without a date (-20250929); later ones are pinned
/// without;
/// - Google's gemini-1.* and gemini-2.0-* without a number (-002).
/// Open weights (gpt-oss) and families that are not known pass: their names are the team's own.
Status checkPinned(std::string_view model, std::span<const std::string> known = {});

} // namespace sluice::units
