// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"
#include "core/control/commandtable.h"
#include "core/control/controller.h"
#include "core/control/eventhub.h"
#include "core/control/worker.h"

namespace sluice::control {

/// ControlPlane within the engine's own process: checks a call against its row and takes it to the
/// thread on which the row's handler runs. The console's embedded engine and the admin port both
/// come through here. Any thread.
class InProcessPlane final : public api::ControlPlane
{
public:
    /// Everything outlives the plane.
    struct Parts
    {
        const CommandTable& table;
        const Services& services;
        Controller& controller;
        EventHub& events;
        Worker& replies;
        Worker& readers;
        Worker& storeThread;
        Worker& gitThread;
    };

    explicit InProcessPlane(Parts parts)
        : m_parts(parts)
    {
    }

    void execute(api::CommandRequest request, Done done) override;
    [[nodiscard]] std::unique_ptr<api::Subscription> subscribe(OnEvent onEvent) override;
    [[nodiscard]] const std::vector<api::CommandDescriptor>& commands() const override;

private:
    void answer(const Done& done, Result<api::CommandReply> reply);
    void query(Worker& worker, const Row& row, Call call, Done done);
    [[nodiscard]] Result<Json> ask(const Row& row, const State& state, const Call& call) const;
    void change(const Row& row, Call call, Done done);
    void changeFetched(const Row& row, Call call, Done done);
    Result<std::vector<PromptEntry>> readPrompts(const Call& call) const;
    Result<store::RevisionRow> readRevision(const Call& call) const;

    Parts m_parts;
};

} // namespace sluice::control
