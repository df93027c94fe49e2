// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command.h"
#include "core/control/state.h"

#include <string>
#include <string_view>

namespace sluice::control {

/// A token that was just made: `text` is shown once and not kept.
struct NewToken
{
    Token token;
    std::string text; ///< "slk_" + id + "_" + 64 hex digits (256 random bits)
};

/// `days` = 0: does not expire.
NewToken makeToken(std::string name, api::Role role, SystemTime now, std::int64_t days = 0);

/// Who holds a token.
struct Caller
{
    std::string name;
    api::Role role = api::Role::Viewer;
    std::string tokenId;
};

/// Who a bearer token belongs to: looked up by its id, then compared by hash in constant time; an
/// unknown id costs the same comparison. Unauthorized otherwise, without a word about why. Any
/// thread.
Result<Caller> authenticate(const Index<Token>& tokens, std::string_view bearer, SystemTime now);

} // namespace sluice::control
