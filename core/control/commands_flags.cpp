// SPDX-License-Identifier: GPL-3.0-or-later
// flags.*: the flagd document.
#include "core/control/commandtable.h"
#include "core/control/edits.h"
#include "core/control/flagdocument.h"
#include "core/control/schema.h"
#include "core/flags/flagset.h"

#include <fmt/format.h>

namespace sluice::control {

Status checkFlagDocument(const State& state, const Json& document, std::string_view where)
{
    auto set = flags::FlagSet::fromJson(document, where);
    if (!set) {
        return std::move(set).error();
    }
    for (const std::string_view name : (*set)->names()) {
        if (state.routes.contains(std::string(name))) {
            return fail(ErrorCode::Conflict,
                        fmt::format("\"{}\" is a route, and a route is a flag of its own", name),
                        pointerTo(std::string(where) + "/flags", name));
        }
    }
    return {};
}

Status checkRouteIsNoFlag(const State& state, std::string_view route)
{
    if (state.flags->value("flags", Json::object()).contains(std::string(route))) {
        return fail(ErrorCode::Conflict,
                    fmt::format("\"{}\" is a flag already, and a route is a flag of its own; "
                                "take another name",
                                route));
    }
    return {};
}

namespace {

Result<Json> listFlags(const State& state, const Call&, const Services&)
{
    return Json{{"flags", state.flags->value("flags", Json::object())}};
}

Result<Change> putAllFlags(const State& state, const Call& call)
{
    Change change{state};
    if (auto status = putFlags(change.next, call.arguments.at("document"), "/document"); !status) {
        return std::move(status).error();
    }
    return change;
}

Result<Json> evaluateFlag(const State& state, const Call& call, const Services&)
{
    auto set = flags::FlagSet::fromJson(*state.flags);
    if (!set) {
        return std::move(set).error();
    }
    flags::Context context;
    if (auto status = context.merge(call.arguments.value("context", Json::object())); !status) {
        return std::move(status).error();
    }
    const auto found =
        (*set)->evaluate(call.arguments.at("flag").get<std::string>(), context, call.at);
    Json result{{"value", found.value == nullptr ? Json() : *found.value},
                {"variant", found.variant},
                {"reason", flags::reasonName(found.reason)}};
    if (found.error != flags::EvaluationError::None) {
        result["error_code"] = flags::evaluationErrorName(found.error);
    }
    return result;
}

} // namespace

void addFlagCommands(std::vector<Row>& rows)
{
    using namespace schema;
    rows.push_back({{"flags.list", api::Role::Viewer, "Shows the flags, in flagd's format.",
                     object({}), object({{"flags", open()}}), false},
                    Where::Readers,
                    listFlags,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"flags.put", api::Role::Approver, "Replaces all flags by a flagd document.",
                     object({{"document", open()}}), object({}), true},
                    Where::Control,
                    {},
                    putAllFlags,
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"flags.evaluate", api::Role::Viewer, "Evaluates a flag for a context.",
                     object({{"flag", text()}, {"context?", open()}}),
                     object({{"value", Json::object()},
                             {"variant", text()},
                             {"reason", text()},
                             {"error_code?", text()}}),
                     false},
                    Where::Readers,
                    evaluateFlag,
                    {},
                    Prepare::Nothing,
                    {}});
}

} // namespace sluice::control
