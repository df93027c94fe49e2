// SPDX-License-Identifier: GPL-3.0-or-later
// units.*: what can be released.
#include "core/control/commandtable.h"
#include "core/control/edits.h"
#include "core/control/schema.h"
#include "core/control/views.h"

namespace sluice::control {

namespace {

Result<Json> listUnits(const State& state, const Call& call, const Services&)
{
    Json units = Json::array();
    for (const auto& [id, entry] : state.units) {
        units.push_back(unitView(state, *entry, call.at));
    }
    return Json{{"units", std::move(units)}};
}

Result<Json> getUnit(const State& state, const Call& call, const Services&)
{
    auto id = resolveUnit(state, call.arguments.at("unit").get<std::string>());
    if (!id) {
        return std::move(id).error();
    }
    return unitView(state, *state.units.at(id->text()), call.at);
}

Result<Change> registerUnit(const State& state, const Call& call)
{
    Change change{state};
    auto id =
        putUnit(change.next, call, call.arguments.at("alias"), call.arguments.at("unit"), "/unit");
    if (!id) {
        return std::move(id).error();
    }
    change.result = unitView(change.next, *change.next.units.at(id->text()), call.at);
    return change;
}

} // namespace

void addUnitCommands(std::vector<Row>& rows)
{
    using namespace schema;
    rows.push_back({{"units.list", api::Role::Viewer, "Lists the registered units.", object({}),
                     object({{"units", arrayOf(schema::unit())}}), false},
                    Where::Readers,
                    listUnits,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"units.get", api::Role::Viewer, "Shows one unit.",
                     object({{"unit", name("alias or id")}}), schema::unit(), false},
                    Where::Readers,
                    getUnit,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"units.register", api::Role::Approver,
                     "Registers a unit under an alias; its id is the hash of what it is.",
                     object({{"alias", name()},
                             {"unit", described(open(), "provider, model, prompt, params, …")}}),
                     schema::unit(), true},
                    Where::Control,
                    {},
                    registerUnit,
                    Prepare::Prompts,
                    {}});
}

} // namespace sluice::control
