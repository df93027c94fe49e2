// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace sluice::control {

/// Where flags are imported from again and again. A value, as people declare it.
struct FlagSource
{
    enum class Kind : std::uint8_t
    {
        File, ///< a flagd document on this machine
        Http, ///< polled with If-None-Match
        Git,  ///< a file at a reference of a repository on this machine
    };

    std::string name;
    Kind kind = Kind::File;
    std::string location;                ///< the file, the URL, the repository's folder
    std::string path;                    ///< Git: of the file in the repository
    std::string ref = "refs/heads/main"; ///< Git: a full reference
    std::chrono::seconds interval{30};   ///< between two looks
    bool local = false;                  ///< HTTP: loopback and private addresses, and plain http

    bool operator==(const FlagSource&) const = default;
};

/// What a source's document was when it was taken over last. It stays in force while the source
/// cannot be read or has a bad one.
struct FlagImport
{
    Json document;       ///< flagd's, "flags" as an object by name
    std::string version; ///< entity tag, commit or digest: what the source calls this content
    std::int64_t at = 0; ///< microseconds
};

std::string_view flagSourceKindName(FlagSource::Kind kind) noexcept;

/// {"kind", "location", "path"?, "ref"?, "interval_s"?, "local"?}. InvalidArgument with the JSON
/// pointer below `where`: an unknown kind, an interval under 1 s or over a day, a URL that is none,
/// members that the kind does not have.
Result<FlagSource> flagSourceFromJson(const std::string& name, const Json& json,
                                      std::string_view where = {});
Json toJson(const FlagSource& source);

} // namespace sluice::control
