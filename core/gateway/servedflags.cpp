// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/servedflags.h"

#include <algorithm>

namespace sluice::gateway {

const flags::FlagSet* ServedFlags::find(std::string_view key) const noexcept
{
    const auto found = std::find_if(sets.begin(), sets.end(),
                                    [key](const auto& set) { return set->contains(key); });
    return found != sets.end() ? found->get() : nullptr;
}

void nameUser(flags::Context& context)
{
    constexpr std::string_view kUser = "user_id";
    const auto user = context.find(kUser, flags::nameHash(kUser));
    if (user && !user->isNull()) {
        return;
    }
    if (const auto target = context.text("targetingKey")) {
        context.set(kUser, std::string(*target)); // a copy: setting may move what it points into
    }
}

flags::Reason routeReason(const routing::CompiledRoute& route,
                          const routing::Assignment& assignment) noexcept
{
    if (route.route().killed || !route.route().definition.candidate) {
        return flags::Reason::Static;
    }
    return assignment.hasKey ? flags::Reason::TargetingMatch : flags::Reason::Default;
}

Json routeMetadata(const routing::Route& route)
{
    Json metadata{{"route", true}, {"bucket_by", route.definition.bucketBy}};
    if (route.killed) {
        metadata["killed"] = true;
    }
    return metadata;
}

} // namespace sluice::gateway
