// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/control/controlfixture.h"

#include "core/control/statestorage.h"

#include <QDebug>

#include <future>

namespace sluice::tests {

Status MemoryStore::commit(const store::ControlChange& change)
{
    std::unique_lock lock(m_mutex);
    ++m_waiting;
    m_wake.notify_all();
    m_wake.wait(lock, [this] { return m_open; });
    --m_waiting;
    if (failing) {
        return fail(ErrorCode::Io, "the disk says no");
    }
    for (const store::Document& document : change.documents) {
        if (document.value.is_null()) {
            m_documents.erase({document.kind, document.key});
        } else {
            m_documents[{document.kind, document.key}] = document.value;
        }
    }
    if (change.revision) {
        m_revisions.push_back(*change.revision);
    }
    for (store::AuditRow row : change.audit) {
        row.sequence = static_cast<std::int64_t>(m_audit.size()) + 1;
        m_audit.push_back(std::move(row));
    }
    return {};
}

Result<std::vector<store::Document>> MemoryStore::documents() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<store::Document> all;
    for (const auto& [key, value] : m_documents) {
        all.push_back({key.first, key.second, value});
    }
    return all;
}

Result<std::optional<store::RevisionRow>> MemoryStore::latestRevision() const
{
    const std::lock_guard lock(m_mutex);
    return m_revisions.empty() ? std::optional<store::RevisionRow>()
                               : std::optional(m_revisions.back());
}

Result<std::optional<store::RevisionRow>> MemoryStore::revision(std::uint64_t number) const
{
    const std::lock_guard lock(m_mutex);
    for (const store::RevisionRow& row : m_revisions) {
        if (row.revision == number) {
            return std::optional(row);
        }
    }
    return std::optional<store::RevisionRow>();
}

Result<std::optional<store::RevisionRow>> MemoryStore::revisionAt(std::int64_t atMicros) const
{
    const std::lock_guard lock(m_mutex);
    std::optional<store::RevisionRow> found;
    for (const store::RevisionRow& row : m_revisions) {
        if (row.atMicros <= atMicros) {
            found = row;
        }
    }
    return found;
}

Result<std::vector<store::RevisionRow>> MemoryStore::revisions(std::uint64_t before,
                                                               std::size_t limit) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<store::RevisionRow> some;
    for (auto row = m_revisions.rbegin(); row != m_revisions.rend() && some.size() < limit; ++row) {
        if (before == 0 || row->revision < before) {
            some.push_back(*row);
        }
    }
    return some;
}

Result<std::vector<store::AuditRow>> MemoryStore::audit(std::int64_t before,
                                                        std::size_t limit) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<store::AuditRow> some;
    for (auto row = m_audit.rbegin(); row != m_audit.rend() && some.size() < limit; ++row) {
        if (before == 0 || row->sequence < before) {
            some.push_back(*row);
        }
    }
    return some;
}

void MemoryStore::closeGate()
{
    const std::lock_guard lock(m_mutex);
    m_open = false;
}

void MemoryStore::openGate()
{
    {
        const std::lock_guard lock(m_mutex);
        m_open = true;
    }
    m_wake.notify_all();
}

void MemoryStore::awaitWaiting()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return m_waiting > 0; });
}

void RecordingDataPlane::publish(std::shared_ptr<const gateway::ServingTable> table,
                                 std::function<void()> adopted)
{
    {
        const std::lock_guard lock(m_mutex);
        m_table = std::move(table);
        if (holdAdoption) {
            m_held.push_back(std::move(adopted));
            return;
        }
    }
    adopted();
}

void RecordingDataPlane::kill(std::shared_ptr<const gateway::ServingTable> table,
                              std::vector<RouteName>,
                              std::function<void(gateway::KillProof)> adopted,
                              std::function<void(gateway::KillProof)> finished)
{
    gateway::KillProof proof;
    proof.revision = table->routing->revision();
    proof.inFlight = inFlight;
    publish(std::move(table),
            [adopted = std::move(adopted), finished = std::move(finished), proof] {
                adopted(proof);
                if (proof.inFlight == 0) {
                    finished(proof);
                }
            });
}

std::shared_ptr<const gateway::ServingTable> RecordingDataPlane::table() const
{
    const std::lock_guard lock(m_mutex);
    return m_table;
}

void RecordingDataPlane::adoptAll()
{
    std::vector<std::function<void()>> held;
    {
        const std::lock_guard lock(m_mutex);
        held.swap(m_held);
    }
    for (const auto& adopted : held) {
        adopted();
    }
}

ControlFixture::ControlFixture(MemoryStore& memory, const QTemporaryDir& folder)
    : store(memory)
{
    const std::string path = folder.path().toStdString();
    journal = std::move(control::KillJournal::open(path + "/kill.journal")).value();
    services.store = &store;
    auto state = control::stateFrom(*store.documents(), *store.latestRevision());
    if (!state) {
        qFatal("%s", describe(state.error()).c_str());
    }
    controller = std::make_unique<control::Controller>(
        control::Controller::Parts{clock,
                                   dataPlane,
                                   events,
                                   replies,
                                   storeThread,
                                   &store,
                                   {},
                                   journal.get(),
                                   builder,
                                   *table.find("routing.kill"),
                                   path + "/routing.snapshot",
                                   {}},
        std::move(*state));
    controller->replay(journal->records());
    if (auto status = controller->publishFirst([] {}); !status) {
        qFatal("%s", describe(status.error()).c_str());
    }
    controller->start();
    plane = std::make_unique<control::InProcessPlane>(control::InProcessPlane::Parts{
        table, services, *controller, events, replies, readers, storeThread, gitThread});
}

ControlFixture::~ControlFixture()
{
    store.openGate();
    controller->stop();
    storeThread.stop();
    gitThread.stop();
    readers.stop();
    replies.stop();
}

Result<api::CommandReply> ControlFixture::run(const std::string& name, Json arguments,
                                              api::Role role, std::optional<std::uint64_t> base)
{
    const auto answer = std::make_shared<std::promise<Result<api::CommandReply>>>();
    plane->execute(
        {name, std::move(arguments), base, "tester", role},
        [answer](Result<api::CommandReply> reply) { answer->set_value(std::move(reply)); });
    return answer->get_future().get();
}

Json ControlFixture::result(const std::string& name, Json arguments)
{
    auto reply = run(name, std::move(arguments));
    if (!reply) {
        qWarning("%s: %s", name.c_str(), describe(reply.error()).c_str());
        return Json::object();
    }
    return reply->result;
}

void ControlFixture::applySample()
{
    const auto reply = run("apply", {{"document", sampleFile()}});
    if (!reply) {
        qFatal("%s", describe(reply.error()).c_str());
    }
}

Json sampleFile()
{
    return Json::parse(R"({
      "providers": {
        "house": {"kind": "simulator", "simulator": {"seed": 1, "style": "v1"}},
        "lab": {"kind": "simulator", "simulator": {"seed": 2, "style": "v2"}}
      },
      "prices": [{"provider": "house", "model": "m-1-2026-01-15", "currency": "USD", "from": "2026-01-01",
                  "input_per_mtok": 3.0, "output_per_mtok": 15.0}],
      "units": {
        "support-v1": {"provider": "house", "model": "m-1-2026-01-15", "params": {"temperature": 0.2}},
        "support-v2": {"provider": "lab", "model": "m-2-2026-03-01", "params": {"temperature": 0.1}}
      },
      "routes": {
        "support": {"stable": "support-v1", "candidate": "support-v2", "percent": 20, "bucket_by": "user_id"},
        "steady": {"stable": "support-v1"}
      },
      "flags": {"flags": {"new-checkout": {"state": "ENABLED", "variants": {"on": true, "off": false},
                                           "defaultVariant": "off"}}},
      "keys": {"shop": {"sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
                        "attributes": {"org_id": "org-7"}, "routes": ["support"]}}
    })");
}

} // namespace sluice::tests
