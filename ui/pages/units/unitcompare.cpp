// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/units/unitcompare.h"

#include <algorithm>
#include <string>
#include <vector>

namespace sluice::ui {

namespace {

const Json kAbsent = nullptr;

const Json& memberOf(const Json& object, const std::string& name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() ? *found : kAbsent;
}

void compare(const std::string& name, const Json& left, const Json& right, Json& rows)
{
    if (left.is_object() || right.is_object()) {
        std::vector<std::string> members;
        for (const Json* side : {&left, &right}) {
            for (auto it = side->begin(); side->is_object() && it != side->end(); ++it) {
                if (std::find(members.begin(), members.end(), it.key()) == members.end()) {
                    members.push_back(it.key());
                }
            }
        }
        for (const std::string& member : members) {
            compare(name + "." + member, memberOf(left, member), memberOf(right, member), rows);
        }
        return;
    }
    if (left.is_null() && right.is_null()) {
        return;
    }
    rows.push_back({{"member", name}, {"left", left}, {"right", right}, {"same", left == right}});
}

} // namespace

Json unitDifferences(const Json& left, const Json& right)
{
    Json rows = Json::array();
    for (const char* member : {"provider", "model", "prompt", "params", "tools", "schema",
                               "generation", "price", "simulated", "registered_by"}) {
        compare(member, memberOf(left, member), memberOf(right, member), rows);
    }
    return rows;
}

} // namespace sluice::ui
