// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/controller.h"
#include "core/control/inprocessplane.h"
#include "tests/support/manualclock.h"

#include <QFloat16> // QCOMPARE of Json looks at every type that it could be
#include <QTemporaryDir>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>

namespace sluice::tests {

/// Control state in memory, with a switch for each way in which a store can fail.
class MemoryStore final : public store::ControlStore
{
public:
    Status commit(const store::ControlChange& change) override;
    [[nodiscard]] Result<std::vector<store::Document>> documents() const override;
    [[nodiscard]] Result<std::optional<store::RevisionRow>> latestRevision() const override;
    [[nodiscard]] Result<std::optional<store::RevisionRow>>
    revision(std::uint64_t number) const override;
    [[nodiscard]] Result<std::optional<store::RevisionRow>>
    revisionAt(std::int64_t atMicros) const override;
    [[nodiscard]] Result<std::vector<store::RevisionRow>>
    revisions(std::uint64_t before, std::size_t limit) const override;
    [[nodiscard]] Result<std::vector<store::AuditRow>> audit(std::int64_t before,
                                                             std::size_t limit) const override;

    std::atomic<bool> failing{false};
    /// Commits wait here until it is opened: a disk that hangs.
    void closeGate();
    void openGate();
    /// Until a commit waits at the gate.
    void awaitWaiting();

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_open = true;
    int m_waiting = 0;
    std::map<std::pair<std::string, std::string>, Json> m_documents;
    std::vector<store::RevisionRow> m_revisions;
    std::vector<store::AuditRow> m_audit;
};

/// A data plane that adopts at once, or when told.
class RecordingDataPlane final : public control::DataPlane
{
public:
    void publish(std::shared_ptr<const gateway::ServingTable> table,
                 std::function<void()> adopted) override;
    void kill(std::shared_ptr<const gateway::ServingTable> table, std::vector<RouteName> routes,
              std::function<void(gateway::KillProof)> adopted,
              std::function<void(gateway::KillProof)> finished) override;
    /// The table published last.
    [[nodiscard]] std::shared_ptr<const gateway::ServingTable> table() const;
    /// Lets held adoptions through.
    void adoptAll();

    std::atomic<bool> holdAdoption{false};
    std::atomic<std::uint64_t> inFlight{0};

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const gateway::ServingTable> m_table;
    std::vector<std::function<void()>> m_held;
};

/// A control plane without gateway, network and disk (but the journal and the snapshot).
class ControlFixture
{
public:
    /// `store` outlives the fixture: a second fixture on it (and on `folder`) is a restart.
    ControlFixture(MemoryStore& store, const QTemporaryDir& folder);
    ~ControlFixture();

    /// Runs a command and waits for its answer.
    Result<api::CommandReply> run(const std::string& name, Json arguments,
                                  api::Role role = api::Role::Admin,
                                  std::optional<std::uint64_t> base = {});
    /// A result that must be one; an empty object and a warning otherwise.
    Json result(const std::string& name, Json arguments = Json::object());
    /// Applies sampleFile().
    void applySample();

    MemoryStore& store;
    ManualClock clock;
    SystemSecretStore secrets;
    RecordingDataPlane dataPlane;
    control::Worker replies;
    control::Worker storeThread;
    control::Worker gitThread;
    control::Worker readers{2};
    control::EventHub events{replies, clock};
    control::CommandTable table;
    control::ServingBuilder builder{secrets};
    control::Services services{clock, secrets};
    std::unique_ptr<control::KillJournal> journal;
    std::unique_ptr<control::Controller> controller;
    std::unique_ptr<control::InProcessPlane> plane;
};

/// A declarative file with a route "support" at 20 % between two simulated units.
Json sampleFile();

} // namespace sluice::tests
