// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command.h"
#include "core/base/clock.h"
#include "core/control/state.h"
#include "core/store/controlstore.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::control {

/// One call of a command that has passed schema and role.
struct Call
{
    Json arguments;
    std::string command;
    std::string actor;
    api::Role role = api::Role::Viewer;
    std::optional<std::uint64_t> base;
    SystemTime at{};
    std::vector<PromptEntry> releases;                     ///< see Prepare::Prompts
    std::optional<store::RevisionRow> earlier;             ///< see Prepare::Revision
    std::optional<std::vector<routing::Route>> baseRoutes; ///< by the controller, if `base` moved
    Json gathered;                                         ///< see Prepare::Query
    std::optional<Json> fetched;                           ///< see Prepare::Flags
};

/// What a changing command makes of the state. Nothing has happened yet: control commits, publishes
/// and answers.
struct Change
{
    explicit Change(State start)
        : next(std::move(start))
    {
    }

    State next;
    Json result = Json::object();
    std::string reason;
    Json changes = Json::array();    ///< of routes: {"route", "pointer", "from", "to"}
    std::vector<std::string> routes; ///< whose definition changed
    std::string event;               ///< one more event beside "revision", or ""
    Json eventData;
    bool dryRun = false; ///< answer and forget
};

} // namespace sluice::control
