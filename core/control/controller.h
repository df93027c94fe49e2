// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"
#include "core/base/guarded.h"
#include "core/control/commandtable.h"
#include "core/control/controlthread.h"
#include "core/control/dataplane.h"
#include "core/control/eventhub.h"
#include "core/control/killjournal.h"
#include "core/control/killswitch.h"
#include "core/control/servingbuilder.h"
#include "core/control/worker.h"
#include "core/store/controlstore.h"

#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <string>

namespace sluice::control {

/// How control itself is; for fleet.status and alerts.
struct ControlHealth
{
    bool storeOk = true;
    std::string problem; ///< why changes are refused, or empty
};

/// The one owner of control state. A change goes: handler (pure) -> table built -> store commit (on
/// the store's thread, the ordinary lane held meanwhile) -> published -> answered when every I/O
/// thread has adopted it. The red button goes: published -> journal -> answered when adopted ->
/// store commit, repeated until it is in. So a store that hangs holds up changes and never the red
/// button, and a change is never half done.
class Controller
{
public:
    /// Everything outlives the controller. Without a store (null) changes answer Unavailable.
    struct Parts
    {
        const Clock& clock;
        DataPlane& dataPlane;
        EventHub& events;
        Worker& replies;
        Worker& storeThread;
        store::ControlStore* store = nullptr; ///< used on storeThread only
        std::string problem;                  ///< why there is no store
        KillJournal* journal = nullptr;       ///< null: not durable, said so with each press
        ServingBuilder& builder;
        const Row& killRow;           ///< the table's row routing.kill
        std::string snapshotPath;     ///< rewritten after each commit, on storeThread
        std::function<void()> onTick; ///< once a second, control thread; may be empty
    };

    Controller(Parts parts, State initial);
    ~Controller(); ///< stop()

    /// Takes into force what the journal has and the store has not (before start()).
    void replay(const std::vector<KillRecord>& records);
    /// Builds and publishes the first table, tolerating missing secrets. Before start().
    Status publishFirst(std::function<void()> adopted);
    void start();
    /// Waits, at most 5 s, until the store has taken what is on its way to it; then ends the
    /// control thread. Changes that are still queued are dropped unanswered. Before the workers are
    /// stopped.
    void stop();

    /// Any thread. `done` runs on the replies worker.
    void change(const Row& row, Call call, api::ControlPlane::Done done);
    void kill(Call call, SteadyTime pressed, api::ControlPlane::Done done);
    /// Any thread. Answers with an error that was found before the handler, and writes the audit.
    void refuse(const Row& row, Call call, Error error, api::ControlPlane::Done done);
    /// The audit of a changing command that its row did not admit (role, schema). Any thread.
    void auditFailure(const Row& row, const api::CommandRequest& request, const Error& error);

    /// The state in force. Any thread.
    [[nodiscard]] std::shared_ptr<const State> state() const;
    [[nodiscard]] ControlHealth health() const;
    /// What a tick does; also once a second by itself. On the control thread only, so for tests
    /// before start().
    void tick();

private:
    struct Commit;
    struct Press;

    void runChange(const Row& row, const Call& call, const api::ControlPlane::Done& done);
    void fetchBase(const Row& row, Call call, const api::ControlPlane::Done& done);
    Result<Change> makeChange(const Row& row, const Call& call);
    store::ControlChange changeToStore(const Row& row, const Call& call,
                                       const Change& change) const;
    void answerFailed(const Row& row, const Call& call, const Error& error,
                      const api::ControlPlane::Done& done);
    void answerAdopted(Change change, const State& base, const Call& call,
                       const api::ControlPlane::Done& done);
    void committed(const std::shared_ptr<Commit>& commit, const Status& status);
    State mergeWithKills(const State& base, State next) const;
    void enqueue(std::shared_ptr<Commit> commit);
    void startNext();
    void settled();
    void setState(State state);
    void setHealth(bool ok, std::string problem);
    void writeSnapshot();

    void runKill(const Call& call, SteadyTime pressed, const api::ControlPlane::Done& done);
    void publishKill(const std::shared_ptr<Press>& press,
                     std::shared_ptr<const gateway::ServingTable> table);
    void answerAlready(const KillPlan& plan, const Call& call, const api::ControlPlane::Done& done);
    void killAdopted(const std::shared_ptr<Press>& press, const gateway::KillProof& proof,
                     SteadyTime adopted);
    void killFinished(const std::shared_ptr<Press>& press, const gateway::KillProof& proof);
    void acknowledge(const std::shared_ptr<Press>& press);
    void keepProof(const Press& press);
    std::shared_ptr<Commit> killCommit(std::shared_ptr<const State> before,
                                       std::shared_ptr<const State> after,
                                       const KillRecord& record, const Call& call) const;

    Parts m_parts;
    std::shared_ptr<const State> m_state;              ///< control thread
    Guarded<std::shared_ptr<const State>> m_published; ///< the same, for other threads
    Guarded<ControlHealth> m_health;
    std::deque<std::shared_ptr<Commit>> m_commits; ///< waiting for the store, oldest first
    bool m_started = false;                        ///< owner's
    std::shared_ptr<std::promise<void>> m_settled; ///< set by stop(): told when m_commits is empty
    bool m_committing = false;                     ///< m_commits.front() is at the store
    std::uint64_t m_highestRevision = 0;           ///< given to anything so far
    ControlThread m_thread;
};

} // namespace sluice::control
