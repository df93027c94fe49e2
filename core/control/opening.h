// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/state.h"
#include "core/control/worker.h"
#include "core/control/workspace.h"
#include "core/store/controlstore.h"

#include <memory>

namespace sluice::control {

/// The state that a workspace holds, and the store to write it to.
struct Opened
{
    State state;
    std::unique_ptr<store::ControlStore>
        store;           ///< null: degraded; lives and dies on the store's thread
    std::string problem; ///< why it is degraded
};

/// Opens sluice.db on `storeThread` and reads it; if that fails, routing.snapshot. The store's
/// error when there is neither. Blocks.
Result<Opened> openState(const Workspace& workspace, Worker& storeThread);

/// Makes the first admin token if the state has none: into admin.token (0600) and the store.
/// Blocks.
Status ensureAdminToken(Workspace& workspace, Opened& opened, Worker& storeThread, SystemTime now);

/// Runs `work` on a worker and waits for it. Not from that worker's own thread.
void runAndWait(Worker& worker, const std::function<void()>& work);

} // namespace sluice::control
