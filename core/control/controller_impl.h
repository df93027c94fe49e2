// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/controller.h"

/// What controller.cpp and controllerkill.cpp share.
namespace sluice::control {

/// A change on its way to the store.
struct Controller::Commit
{
    store::ControlChange change;
    std::function<store::ControlChange()> compose; ///< set: makes `change`, on the store's thread
    bool untilStored = false; ///< repeated at each tick until the store has taken it
    std::function<void(const Status&)> attempted; ///< control thread; after each attempt
};

/// One press of the red button, until it is answered and nothing is in flight any more. Control
/// thread.
struct Controller::Press
{
    Call call;
    SteadyTime pressed;
    KillRecord record;
    Json result; ///< routing.kill's answer so far
    bool adopted = false;
    bool durable = false; ///< in the journal or in the store
    bool storeTried = false;
    Status journal;
    std::optional<gateway::KillProof> finished; ///< came before the adoption did
    api::ControlPlane::Done done;               ///< empty once answered
};

/// Every command leaves one.
store::AuditRow auditRow(const Row& row, const Call& call, const Status& outcome,
                         std::uint64_t revision);

} // namespace sluice::control
