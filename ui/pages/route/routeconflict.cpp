// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/routeconflict.h"

#include "ui/models/format.h"

#include <algorithm>

namespace sluice::ui {

namespace {

Json change(const Json& route, const std::string& pointer, Json from, Json to)
{
    return {{"route", read::text(route, "name").toStdString()},
            {"pointer", pointer},
            {"from", std::move(from)},
            {"to", std::move(to)}};
}

Json memberOf(const Json& route, const std::string& name)
{
    return route.is_object() ? route.value(name, Json()) : Json();
}

/// Objects of known members change member by member; everything else as a whole.
void compare(const Json& route, const std::string& pointer, const Json& before, const Json& after,
             Json& changes)
{
    const bool parts = pointer == "/guard" || pointer == "/session" || pointer == "/capture";
    if (!parts || !before.is_object() || !after.is_object()) {
        if (before != after) {
            changes.push_back(change(route, pointer, before, after));
        }
        return;
    }
    Json members = before;
    members.update(after);
    for (const auto& [name, value] : members.items()) {
        compare(route, pointer + '/' + name, memberOf(before, name), memberOf(after, name),
                changes);
    }
}

bool isUnit(const std::string& member)
{
    return member == "stable" || member == "candidate";
}

} // namespace

bool RouteConflict::overlaps() const
{
    return std::any_of(yours.begin(), yours.end(), [&](const Json& mine) {
        return std::any_of(theirs.begin(), theirs.end(), [&](const Json& their) {
            return their["pointer"] == mine["pointer"] && their["to"] != mine["to"];
        });
    });
}

Json declarativeMember(const Json& route, const std::string& member)
{
    const Json value = memberOf(route, member);
    return isUnit(member) && value.is_object() ? Json(value.value("id", "")) : value;
}

Json routeDifferences(const Json& from, const Json& to)
{
    Json changes = Json::array();
    for (const char* member :
         {"percent", "stable", "candidate", "bucket_by", "allow", "rules", "guard", "shadow",
          "session", "system_messages", "request_params", "capture", "killed"}) {
        compare(to, std::string("/") + member, memberOf(from, member), memberOf(to, member),
                changes);
    }
    return changes;
}

Json patchDifferences(const Json& route, const Json& patch)
{
    Json changes = Json::array();
    for (const auto& [member, value] : patch.items()) {
        const Json before = memberOf(route, member);
        if (isUnit(member)) {
            if (declarativeMember(route, member) != value) {
                changes.push_back(change(route, "/" + member, before, value));
            }
            continue;
        }
        Json after = before;
        if (value.is_object() && after.is_object()) {
            after.merge_patch(value);
        } else {
            after = value;
        }
        compare(route, "/" + member, before, after, changes);
    }
    return changes;
}

} // namespace sluice::ui
