// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/apierror.h"
#include "core/gateway/servingtable.h"

#include <optional>

namespace sluice::gateway {

/// A unit's prompt, filled with one request's variables.
struct BoundPrompt
{
    const UnitRuntime::Ready::Prompt* prompt =
        nullptr; ///< null: the unit has none. Into the unit, or into `own`
    UnitRuntime::Ready::Prompt own;
};

/// Checks the request's "prompt" object against the unit's prompt and renders it into `bound`. 404
/// prompt_unknown, 409 prompt_version_incompatible, 400 prompt_version_invalid,
/// prompt_variable_invalid or (a unit without a prompt, asked with variables or a version)
/// prompt_not_used, with the JSON pointer.
std::optional<ApiError> bindPrompt(const UnitRuntime& unit, const providers::ChatRequest& chat,
                                   BoundPrompt& bound);

} // namespace sluice::gateway
