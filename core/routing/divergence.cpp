// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/divergence.h"

#include "core/routing/diff.h"

namespace sluice::routing {

namespace {

/// Whether `pointer` is `around` or lies within it.
bool within(const std::string& pointer, const std::string& around)
{
    return pointer.starts_with(around) &&
           (pointer.size() == around.size() || pointer[around.size()] == '/');
}

} // namespace

Divergence divergenceOf(const std::vector<Route>& base, const std::vector<Route>& present,
                        const Json& yours, const std::set<std::string>& touched,
                        const UnitNamer& name)
{
    Divergence out;
    for (const Json& change : changesBetween(base, present, name)) {
        if (touched.contains(change.at("route").get_ref<const std::string&>())) {
            out.theirs.push_back(change);
        }
    }
    std::set<std::string> both;
    for (const Json& mine : yours) {
        for (const Json& other : out.theirs) {
            const std::string& pointer = mine.at("pointer").get_ref<const std::string&>();
            const std::string& others = other.at("pointer").get_ref<const std::string&>();
            if (mine.at("route") != other.at("route")) {
                continue;
            }
            if (within(pointer, others)) {
                both.insert(pointer);
            } else if (within(others, pointer)) {
                both.insert(others);
            }
        }
    }
    out.both.assign(both.begin(), both.end());
    return out;
}

} // namespace sluice::routing
