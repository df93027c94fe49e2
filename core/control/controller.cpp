// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/controller.h"

#include "core/base/log.h"
#include "core/control/controller_impl.h"
#include "core/control/movedbase.h"
#include "core/control/routeedits.h"
#include "core/control/statestorage.h"

#include <fmt/format.h>

namespace sluice::control {

namespace {

bool sameRoutes(const State& a, const State& b)
{
    return generationOf(a) == generationOf(b) && a.routes.size() == b.routes.size() &&
           std::equal(a.routes.begin(), a.routes.end(), b.routes.begin(),
                      [](const auto& x, const auto& y) {
                          return x.second == y.second || x.second->route == y.second->route;
                      });
}

} // namespace

store::AuditRow auditRow(const Row& row, const Call& call, const Status& outcome,
                         std::uint64_t revision)
{
    store::AuditRow audit;
    audit.atMicros = toMicros(call.at);
    audit.actor = call.actor;
    audit.role = api::roleName(call.role);
    audit.command = row.descriptor.name;
    audit.arguments = auditedArguments(row, call.arguments);
    audit.outcome = outcome ? "ok" : std::string(errorCodeName(outcome.error().code));
    audit.message = outcome ? std::string() : describe(outcome.error());
    audit.revision = revision;
    return audit;
}

Controller::Controller(Parts parts, State initial)
    : m_parts(std::move(parts))
    , m_thread([this] { tick(); })
{
    setState(std::move(initial));
    if (m_parts.store == nullptr) {
        setHealth(false, m_parts.problem);
    }
}

Controller::~Controller()
{
    stop();
}

Status Controller::publishFirst(std::function<void()> adopted)
{
    auto table = m_parts.builder.build(*m_state, ServingBuilder::MissingSecret::Tolerate);
    if (!table) {
        return std::move(table).error();
    }
    m_parts.dataPlane.publish(std::move(*table), std::move(adopted));
    return {};
}

void Controller::start()
{
    m_started = true;
    m_thread.start();
    m_thread.postFirst([this] { startNext(); });
}

void Controller::stop()
{
    if (std::exchange(m_started, false)) {
        const auto settled = std::make_shared<std::promise<void>>();
        auto done = settled->get_future();
        m_thread.postFirst([this, settled] {
            m_settled = settled;
            if (!m_committing) {
                this->settled();
            }
        });
        done.wait_for(std::chrono::seconds(5));
    }
    m_thread.stop();
}

void Controller::settled()
{
    if (const auto waiting = std::exchange(m_settled, nullptr)) {
        waiting->set_value();
    }
}

std::shared_ptr<const State> Controller::state() const
{
    return m_published.with([](const auto& state) { return state; });
}

ControlHealth Controller::health() const
{
    return m_health.with([](const auto& health) { return health; });
}

void Controller::setState(State state)
{
    m_state = std::make_shared<const State>(std::move(state));
    m_highestRevision = std::max(m_highestRevision, m_state->revision);
    m_published.with([this](auto& published) { published = m_state; });
}

void Controller::setHealth(bool ok, std::string problem)
{
    const bool changed = m_health.with([&](ControlHealth& health) {
        const bool differs = health.storeOk != ok;
        health = {ok, problem};
        return differs;
    });
    if (changed) {
        m_parts.events.publish("alert",
                               {{"id", "store"},
                                {"severity", ok ? "info" : "error"},
                                {"route", ""},
                                {"text", ok ? "the control store takes changes again" : problem}});
    }
}

void Controller::tick()
{
    if (!m_committing && !m_commits.empty()) {
        startNext();
    }
    if (m_parts.onTick) {
        m_parts.onTick();
    }
}

void Controller::change(const Row& row, Call call, api::ControlPlane::Done done)
{
    auto shared = std::make_shared<api::ControlPlane::Done>(std::move(done));
    const bool taken = m_thread.post(
        [this, &row, call = std::move(call), shared] { runChange(row, call, *shared); });
    if (!taken) {
        m_parts.replies.post(
            [shared] { (*shared)(fail(ErrorCode::Unavailable, "the engine is stopping")); });
    }
}

void Controller::refuse(const Row& row, Call call, Error error, api::ControlPlane::Done done)
{
    if (done) {
        m_parts.replies.post([done = std::move(done), error] { done(error); });
    }
    m_thread.post(
        [this, &row, call = std::move(call), error] { answerFailed(row, call, error, nullptr); });
}

void Controller::auditFailure(const Row& row, const api::CommandRequest& request,
                              const Error& error)
{
    Call call;
    call.arguments = request.arguments;
    call.command = row.descriptor.name;
    call.actor = request.actor;
    call.role = request.role;
    call.at = m_parts.clock.now();
    refuse(row, std::move(call), error, nullptr);
}

Result<Change> Controller::makeChange(const Row& row, const Call& call)
{
    if (m_parts.store == nullptr) {
        return fail(ErrorCode::Unavailable,
                    health().problem + "; nothing can be changed until it is back");
    }
    if (!m_commits.empty()) {
        return fail(ErrorCode::Unavailable, "the store has not yet taken an earlier red button "
                                            "press; nothing else can be changed until then");
    }
    try {
        return call.base && *call.base != m_state->revision
                   ? changeOnMovedBase(*m_state, row, call)
                   : row.handler(*m_state, call);
    } catch (const std::exception&
                 error) { // nlohmann's, from a document of another form than the schema promises
        return fail(ErrorCode::Internal,
                    fmt::format("{} failed: {}", row.descriptor.name, error.what()));
    }
}

store::ControlChange Controller::changeToStore(const Row& row, const Call& call,
                                               const Change& change) const
{
    store::ControlChange commit;
    commit.documents = documentsBetween(*m_state, change.next);
    if (change.next.revision != m_state->revision) {
        commit.revision = store::RevisionRow{
            change.next.revision, toMicros(call.at),       call.actor,    change.reason,
            row.descriptor.name,  routesJson(change.next), change.changes};
    }
    commit.audit.push_back(auditRow(row, call, {}, change.next.revision));
    return commit;
}

/// What the caller saw is read on the store's thread; the change is then made of what is in force
/// when it comes back.
void Controller::fetchBase(const Row& row, Call call, const api::ControlPlane::Done& done)
{
    const bool taken = m_parts.storeThread.post([this, &row, call = std::move(call),
                                                 done]() mutable {
        auto routes = routesAt(*m_parts.store, *call.base);
        m_thread.post([this, &row, call = std::move(call), done,
                       routes = std::move(routes)]() mutable {
            if (!routes) {
                const bool unknown = routes.error().code == ErrorCode::NotFound;
                answerFailed(
                    row, call,
                    unknown ? unknownBase(*m_state, *call.base) : std::move(routes).error(), done);
                return;
            }
            call.baseRoutes = *std::move(routes);
            runChange(row, call, done);
        });
    });
    if (!taken) {
        m_parts.replies.post(
            [done] { done(fail(ErrorCode::Unavailable, "the engine is stopping")); });
    }
}

void Controller::runChange(const Row& row, const Call& call, const api::ControlPlane::Done& done)
{
    if (call.base && *call.base != m_state->revision && !call.baseRoutes &&
        m_parts.store != nullptr) {
        fetchBase(row, call, done);
        return;
    }
    auto change = makeChange(row, call);
    if (!change) {
        answerFailed(row, call, change.error(), done);
        return;
    }
    if (change->dryRun) {
        api::CommandReply reply{std::move(change->result), m_state->revision};
        m_parts.replies.post([done, reply = std::move(reply)] { done(reply); });
        return;
    }
    if (servesDifferently(*m_state, change->next)) {
        // Before anything is stored: what cannot be served is refused and the last good stays.
        auto table = m_parts.builder.build(change->next, ServingBuilder::MissingSecret::Refuse);
        if (!table) {
            answerFailed(row, call, table.error(), done);
            return;
        }
    }
    auto commit = std::make_shared<Commit>();
    commit->change = changeToStore(row, call, *change);
    m_highestRevision = std::max(m_highestRevision, change->next.revision);
    auto shared = std::make_shared<Change>(std::move(*change));
    commit->attempted = [this, &row, call, done, shared, base = m_state](const Status& status) {
        if (!status) {
            const Error error = fail(ErrorCode::Unavailable,
                                     "the store did not take the change, nothing was changed: " +
                                         describe(status.error()));
            answerFailed(row, call, error, done);
            return;
        }
        answerAdopted(std::move(*shared), *base, call, done);
    };
    enqueue(std::move(commit));
}

void Controller::answerFailed(const Row& row, const Call& call, const Error& error,
                              const api::ControlPlane::Done& done)
{
    if (done) {
        m_parts.replies.post([done, error] { done(error); });
    }
    if (m_parts.store == nullptr) {
        return;
    }
    auto commit = std::make_shared<Commit>();
    commit->change.audit.push_back(auditRow(row, call, Status(error), m_state->revision));
    commit->attempted = [](const Status& status) {
        if (!status) {
            log(LogLevel::Error, "control", "a refused command could not be written to the audit",
                {{"reason", describe(status.error())}});
        }
    };
    enqueue(std::move(commit));
}

State Controller::mergeWithKills(const State& base, State next) const
{
    // The red button may have been pressed while `next` was on its way to the disk: on its routes
    // it wins.
    for (const auto& [name, entry] : m_state->routes) {
        const auto before = base.routes.find(name);
        if (before == base.routes.end() || before->second != entry) {
            next.routes[name] = entry;
        }
    }
    next.kills = m_state->kills;
    if (const auto sequence = m_state->meta.find("kill_sequence");
        sequence != m_state->meta.end()) {
        next.meta["kill_sequence"] = sequence->second;
    }
    if (m_state->revision != base.revision) {
        next.revision = sameRoutes(next, *m_state) ? m_state->revision : m_highestRevision + 1;
    }
    return next;
}

void Controller::answerAdopted(Change change, const State& base, const Call& call,
                               const api::ControlPlane::Done& done)
{
    const std::uint64_t stored = change.next.revision;
    State next = mergeWithKills(base, std::move(change.next));
    const bool rerouted = next.revision != base.revision;
    if (next.revision != stored && next.revision != m_state->revision) {
        auto row = std::make_shared<Commit>();
        row->untilStored = true;
        row->change.revision =
            store::RevisionRow{next.revision, toMicros(call.at), call.actor,    change.reason,
                               call.command,  routesJson(next),  change.changes};
        row->attempted = [](const Status&) {};
        m_commits.push_back(std::move(row));
    }
    const bool serves = servesDifferently(*m_state, next);
    setState(std::move(next));
    Json revision{{"revision", m_state->revision}, {"command", call.command},
                  {"actor", call.actor},           {"reason", change.reason},
                  {"routes", change.routes},       {"changes", change.changes}};
    api::CommandReply reply{std::move(change.result), m_state->revision};
    auto answer = [this, rerouted, revision = std::move(revision), reply = std::move(reply), done,
                   event = change.event, data = change.eventData] {
        if (rerouted) {
            m_parts.events.publish("revision", revision);
        }
        if (!event.empty()) {
            m_parts.events.publish(event, data);
        }
        done(reply);
    };
    if (!serves) {
        m_parts.replies.post(std::move(answer));
        return;
    }
    auto table = m_parts.builder.build(*m_state, ServingBuilder::MissingSecret::Tolerate);
    if (!table) { // it was built before the commit; only a broken invariant comes here
        m_parts.replies.post([done, error = table.error()] { done(error); });
        return;
    }
    m_parts.dataPlane.publish(std::move(*table),
                              [&replies = m_parts.replies, answer = std::move(answer)] {
                                  replies.post(answer); // off the I/O thread at once
                              });
}

void Controller::enqueue(std::shared_ptr<Commit> commit)
{
    m_commits.push_back(std::move(commit));
    if (!m_committing) {
        startNext();
    }
}

void Controller::startNext()
{
    if (m_commits.empty() || m_parts.store == nullptr) {
        m_committing = false;
        m_thread.hold(false);
        settled();
        return;
    }
    m_committing = true;
    m_thread.hold(true);
    auto commit = m_commits.front();
    const bool taken = m_parts.storeThread.post([this, commit] {
        if (commit->compose) {
            commit->change = std::exchange(commit->compose, nullptr)();
        }
        const Status status = m_parts.store->commit(commit->change);
        m_thread.postFirst([this, commit, status] { committed(commit, status); });
    });
    if (!taken) {
        committed(commit, fail(ErrorCode::Unavailable, "the engine is stopping"));
    }
}

void Controller::committed(const std::shared_ptr<Commit>& commit, const Status& status)
{
    m_committing = false;
    const bool again = !status && commit->untilStored;
    if (!again) {
        m_commits.pop_front();
    }
    setHealth(status.ok(), status ? std::string() : describe(status.error()));
    commit->attempted(status);
    if (again) {
        settled(); // a store that does not take it now is not waited for: the journal has it
        m_thread.hold(false); // the next tick tries again; changes answer Unavailable until then
        return;
    }
    if (status && (commit->change.revision || !commit->change.documents.empty())) {
        writeSnapshot();
    }
    if (!m_committing) { // what `attempted` enqueued has started by itself
        startNext();
    }
}

void Controller::writeSnapshot()
{
    // After the commit, so it may be one change behind when the process dies in between. It is read
    // only when the store cannot be, and kills are in the journal.
    m_parts.storeThread.post([path = m_parts.snapshotPath, state = m_state] {
        if (auto status = routing::writeSnapshot(path, snapshotOf(*state)); !status) {
            log(LogLevel::Warning, "control", "routing.snapshot could not be written",
                {{"reason", describe(status.error())}});
        }
    });
}

} // namespace sluice::control
