// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sluice::api {

/// What a command gave back: its result (shape: the descriptor's result schema) and the routing
/// revision that was current when it was answered. Every gateway thread has adopted that revision
/// by then.
struct CommandReply
{
    Json result;
    std::uint64_t revision = 0;
};

/// Something that happened, in order. Kinds: "revision", "kill", "kill.finished", "apply", "fleet",
/// "flags", "alert", "connection".
struct Event
{
    std::uint64_t sequence =
        0; ///< grows by one; a gap means that events were lost and views must reload
    std::string kind;
    Json data;
    SystemTime at;
};

/// Ends its subscription when destroyed; no callback runs once the destructor has returned.
/// Do not destroy from inside the callback.
class Subscription
{
public:
    virtual ~Subscription() = default;
};

/// The control plane as everybody else sees it: commands in, events out. The engine may be in this
/// process or behind a network. Safe from any thread.
class ControlPlane
{
public:
    using Done = std::function<void(Result<CommandReply>)>;
    using OnEvent = std::function<void(const Event&)>;

    virtual ~ControlPlane() = default;

    /// Runs one command. `done` is called exactly once, on a thread of the control plane's own
    /// (never inside this call); move to your own thread before touching your own state. Never
    /// blocks. Errors: InvalidArgument (with JSON pointer), Unauthorized, Refused, NotFound,
    /// Conflict, Unavailable.
    virtual void execute(CommandRequest request, Done done) = 0;

    /// Calls `onEvent` for every event from now on, on a thread of the control plane's own.
    [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe(OnEvent onEvent) = 0;

    /// The command table. Valid for the life of this object.
    [[nodiscard]] virtual const std::vector<CommandDescriptor>& commands() const = 0;
};

} // namespace sluice::api
