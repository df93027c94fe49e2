// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/flagsource.h"

#include "core/control/httpfetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::control {

namespace {

constexpr std::array<std::string_view, 3> kKinds{"file", "http", "git"};
constexpr std::int64_t kMaxInterval = 86'400;

Error bad(std::string_view where, std::string_view member, std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message), pointerTo(where, member));
}

Status readGit(const Json& json, std::string_view where, FlagSource& source)
{
    if (source.kind != FlagSource::Kind::Git) {
        for (const char* only : {"path", "ref"}) {
            if (json.contains(only)) {
                return bad(where, only, "only a Git source has it");
            }
        }
        return {};
    }
    source.path = json.value("path", std::string());
    if (source.path.empty() || source.path.front() == '/') {
        return bad(where, "path", "name the file in the repository, such as \"flags/shop.json\"");
    }
    std::string ref = json.value("ref", std::string("main"));
    source.ref = ref.starts_with("refs/") ? std::move(ref) : "refs/heads/" + ref;
    return {};
}

Status readHttp(const Json& json, std::string_view where, FlagSource& source)
{
    if (source.kind != FlagSource::Kind::Http) {
        return json.contains("local") ? Status(bad(where, "local", "only an HTTP source has it"))
                                      : Status();
    }
    source.local = json.value("local", false);
    auto target = httpTargetFromUrl(source.location, source.local);
    return target ? Status() : Status(bad(where, "location", target.error().message));
}

} // namespace

std::string_view flagSourceKindName(FlagSource::Kind kind) noexcept
{
    return kKinds[static_cast<std::size_t>(kind)];
}

Result<FlagSource> flagSourceFromJson(const std::string& name, const Json& json,
                                      std::string_view where)
{
    FlagSource source;
    source.name = name;
    const auto kind = member<std::string>(json, "kind", where);
    const auto location = member<std::string>(json, "location", where);
    if (!kind || !location) {
        return !kind ? kind.error() : location.error();
    }
    const auto known = std::find(kKinds.begin(), kKinds.end(), *kind);
    if (known == kKinds.end()) {
        return bad(where, "kind", "a source is a file, http or git");
    }
    source.kind = static_cast<FlagSource::Kind>(known - kKinds.begin());
    source.location = *location;
    if (source.location.empty()) {
        return bad(where, "location", "say where: a file, a URL or a repository's folder");
    }
    const auto interval = json.value("interval_s", std::int64_t{30});
    if (interval < 1 || interval > kMaxInterval) {
        return bad(where, "interval_s", "an interval is 1 to 86400 seconds");
    }
    source.interval = std::chrono::seconds(interval);
    if (auto status = readGit(json, where, source); !status) {
        return std::move(status).error();
    }
    if (auto status = readHttp(json, where, source); !status) {
        return std::move(status).error();
    }
    return source;
}

Json toJson(const FlagSource& source)
{
    Json json{{"kind", flagSourceKindName(source.kind)},
              {"location", source.location},
              {"interval_s", source.interval.count()}};
    if (source.kind == FlagSource::Kind::Git) {
        json["path"] = source.path;
        json["ref"] = source.ref;
    } else if (source.kind == FlagSource::Kind::Http) {
        json["local"] = source.local;
    }
    return json;
}

} // namespace sluice::control
