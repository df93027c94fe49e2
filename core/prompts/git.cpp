// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompts/git.h"

namespace sluice::prompts {

Error gitError(int code, const std::string& what, std::string where)
{
    const git_error* last = git_error_last();
    const int kind = last != nullptr ? last->klass : GIT_ERROR_NONE;
    const std::string text =
        last != nullptr && last->message != nullptr ? what + ": " + last->message : what;
    switch (code) {
    case GIT_ENOTFOUND:
        return fail(ErrorCode::NotFound, text, std::move(where));
    case GIT_EEXISTS:
    case GIT_EMODIFIED:
    case GIT_ELOCKED:
        return fail(ErrorCode::Conflict, text, std::move(where));
    case GIT_EOWNER:
        return fail(ErrorCode::Refused, text, std::move(where));
    case GIT_EINVALIDSPEC:
        return fail(ErrorCode::InvalidArgument, text, std::move(where));
    case GIT_EMISMATCH: // an object whose bytes are not those of its id
        return fail(ErrorCode::Corrupt, text, std::move(where));
    default:
        break;
    }
    return fail(kind == GIT_ERROR_OS || kind == GIT_ERROR_FILESYSTEM ? ErrorCode::Io
                                                                     : ErrorCode::Corrupt,
                text, std::move(where));
}

} // namespace sluice::prompts
