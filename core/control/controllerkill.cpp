// SPDX-License-Identifier: GPL-3.0-or-later
// The red button's part of the controller.
#include "core/base/log.h"
#include "core/control/controller_impl.h"
#include "core/control/statestorage.h"

#include <set>

namespace sluice::control {

namespace {

Json timeOrNull(const std::optional<SystemTime>& time)
{
    return time ? Json(toMicros(*time)) : Json();
}

void putProof(Json& result, const gateway::KillProof& proof)
{
    result["last_admitted_at"] = timeOrNull(proof.lastAdmitted);
    result["last_finished_at"] = timeOrNull(proof.lastFinished);
    result["in_flight"] = proof.inFlight;
    result["moved"] = proof.movedBeforeCommit;
}

std::vector<RouteName> namesOf(const std::vector<KilledRoute>& routes)
{
    std::vector<RouteName> names;
    for (const KilledRoute& one : routes) {
        names.emplace_back(one.route);
    }
    return names;
}

Json changesOf(const std::vector<KilledRoute>& routes, const State& before)
{
    Json changes = Json::array();
    for (const KilledRoute& one : routes) {
        changes.push_back({{"route", one.route},
                           {"pointer", "/killed"},
                           {"from", nullptr},
                           {"to", unitName(before, UnitId(one.unit))}});
    }
    return changes;
}

} // namespace

void Controller::replay(const std::vector<KillRecord>& records)
{
    for (const KillRecord& found : records) {
        if (found.sequence <= killSequence(*m_state)) {
            continue;
        }
        KillRecord record = found;
        record.revision = std::max(found.revision, m_state->revision + 1);
        log(LogLevel::Warning, "control",
            "a red button press that the store did not get stays in force",
            {{"actor", record.actor},
             {"reason", record.reason},
             {"at", toRfc3339(fromMicros(record.atMicros))}});
        const auto before = m_state;
        setState(applyKill(*before, record));
        Call call;
        call.arguments = {{"reason", record.reason}};
        call.command = "routing.kill";
        call.actor = record.actor;
        call.role = api::Role::Operator;
        call.at = fromMicros(record.atMicros);
        m_commits.push_back(killCommit(before, m_state, record, call));
    }
}

std::shared_ptr<Controller::Commit>
Controller::killCommit(std::shared_ptr<const State> before, std::shared_ptr<const State> after,
                       const KillRecord& record, const Call& call) const
{
    auto commit = std::make_shared<Commit>();
    commit->untilStored = true;
    // Hundreds of routes are milliseconds of JSON, for which the answer must not wait.
    commit->compose = [row = auditRow(m_parts.killRow, call, {}, record.revision),
                       before = std::move(before), after = std::move(after), record] {
        store::ControlChange change;
        change.documents = documentsBetween(*before, *after);
        change.revision = store::RevisionRow{record.revision,
                                             record.atMicros,
                                             record.actor,
                                             record.reason,
                                             "routing.kill",
                                             routesJson(*after),
                                             changesOf(record.routes, *before)};
        change.audit.push_back(row);
        return change;
    };
    commit->attempted = [](const Status&) {};
    return commit;
}

void Controller::kill(Call call, SteadyTime pressed, api::ControlPlane::Done done)
{
    auto shared = std::make_shared<api::ControlPlane::Done>(std::move(done));
    const bool taken = m_thread.postFirst(
        [this, call = std::move(call), pressed, shared] { runKill(call, pressed, *shared); });
    if (!taken) {
        m_parts.replies.post(
            [shared] { (*shared)(fail(ErrorCode::Unavailable, "the engine is stopping")); });
    }
}

void Controller::runKill(const Call& call, SteadyTime pressed, const api::ControlPlane::Done& done)
{
    auto plan = planKill(*m_state, call.arguments);
    if (!plan) {
        answerFailed(m_parts.killRow, call, plan.error(), done);
        return;
    }
    if (plan->now.empty()) {
        answerAlready(*plan, call, done);
        return;
    }
    auto press = std::make_shared<Press>();
    press->call = call;
    press->pressed = pressed;
    press->done = done;
    press->record = {killSequence(*m_state) + 1,         toMicros(call.at),     call.actor,
                     call.arguments.value("reason", ""), m_highestRevision + 1, plan->now};
    const auto before = m_state;
    State next = applyKill(*before, press->record);
    auto table = m_parts.builder.build(next, ServingBuilder::MissingSecret::Tolerate);
    if (!table) { // everything in it served a moment ago; only a broken invariant comes here
        answerFailed(m_parts.killRow, call, table.error(), done);
        return;
    }
    setState(std::move(next));
    publishKill(press, std::move(*table));
    press->result = {{"routes", killedRoutesJson(*before, plan->now)},
                     {"already", false},
                     {"revision", press->record.revision},
                     {"pressed_at", press->record.atMicros}};
    // In force already; now so that it stays so, whatever happens to this process.
    press->journal = m_parts.journal == nullptr
                         ? Status(fail(ErrorCode::Unavailable, "there is no kill.journal"))
                         : m_parts.journal->append(press->record);
    press->durable = press->journal.ok();
    press->storeTried = m_parts.store == nullptr;
    auto commit = killCommit(before, m_state, press->record, call);
    commit->attempted = [this, press](const Status& status) {
        press->storeTried = true;
        press->durable = press->durable || status.ok();
        acknowledge(press);
    };
    if (m_parts.store != nullptr) {
        enqueue(std::move(commit));
    }
    acknowledge(press);
}

void Controller::publishKill(const std::shared_ptr<Press>& press,
                             std::shared_ptr<const gateway::ServingTable> table)
{
    m_parts.dataPlane.kill(
        std::move(table), namesOf(press->record.routes),
        [this, press](const gateway::KillProof& proof) {
            const SteadyTime adopted = m_parts.clock.steady();
            m_thread.postFirst(
                [this, press, proof, adopted] { killAdopted(press, proof, adopted); });
        },
        [this, press](const gateway::KillProof& proof) {
            m_thread.postFirst([this, press, proof] { killFinished(press, proof); });
        });
}

void Controller::answerAlready(const KillPlan& plan, const Call& call,
                               const api::ControlPlane::Done& done)
{
    Json result;
    if (!plan.already.empty()) {
        const routing::Route& route = m_state->routes.at(plan.already.front())->route;
        const auto proof = m_state->kills.find(killKey(route.killed->atMicros));
        result = proof == m_state->kills.end() ? Json() : *proof->second;
    }
    if (result.is_null()) { // nothing was to be killed on any route, or the first press's proof was
                            // lost in a crash
        result = {{"routes", Json::array()},
                  {"revision", m_state->revision},
                  {"pressed_at", toMicros(call.at)},
                  {"adopted_at", toMicros(call.at)},
                  {"milliseconds", 0.0},
                  {"last_admitted_at", nullptr},
                  {"last_finished_at", nullptr},
                  {"in_flight", 0},
                  {"moved", 0},
                  {"gateways", {{"acknowledged", 1}, {"total", 1}}}};
    }
    result["already"] = !plan.already.empty();
    auto commit = std::make_shared<Commit>();
    commit->change.audit.push_back(auditRow(m_parts.killRow, call, {}, m_state->revision));
    commit->attempted = [](const Status&) {};
    if (m_parts.store != nullptr) {
        enqueue(std::move(commit));
    }
    api::CommandReply reply{std::move(result), m_state->revision};
    m_parts.replies.post([done, reply = std::move(reply)] { done(reply); });
}

void Controller::killAdopted(const std::shared_ptr<Press>& press, const gateway::KillProof& proof,
                             SteadyTime adopted)
{
    press->adopted = true;
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(adopted - press->pressed);
    press->result["adopted_at"] = press->record.atMicros + took.count();
    press->result["milliseconds"] = static_cast<double>(took.count()) / 1000.0;
    press->result["gateways"] = {{"acknowledged", 1}, {"total", 1}};
    putProof(press->result, proof);
    keepProof(*press);
    acknowledge(press);
    if (press->finished) {
        killFinished(press, *press->finished);
    }
}

void Controller::acknowledge(const std::shared_ptr<Press>& press)
{
    if (!press->done || !press->adopted || (!press->durable && !press->storeTried)) {
        return;
    }
    const auto done = std::exchange(press->done, nullptr);
    if (!press->durable) {
        const Error error =
            fail(ErrorCode::Io, "the kill is in force, but a restart would undo it: " +
                                    describe(press->journal.error()));
        m_parts.events.publish("alert", {{"id", "kill_journal"},
                                         {"severity", "error"},
                                         {"route", ""},
                                         {"text", error.message}});
        m_parts.replies.post([done, error] { done(error); });
        return;
    }
    Json revision{{"revision", press->record.revision},
                  {"command", "routing.kill"},
                  {"actor", press->call.actor},
                  {"reason", press->record.reason},
                  {"routes", Json::array()},
                  {"changes", changesOf(press->record.routes, *m_state)}};
    for (const KilledRoute& one : press->record.routes) {
        revision["routes"].push_back(one.route);
    }
    m_parts.events.publish("kill", press->result);
    m_parts.events.publish("revision", std::move(revision));
    api::CommandReply reply{press->result, press->record.revision};
    m_parts.replies.post([done, reply = std::move(reply)] { done(reply); });
}

void Controller::killFinished(const std::shared_ptr<Press>& press, const gateway::KillProof& proof)
{
    if (!press->adopted) { // the end may be reported before the adoption has come through: kept
                           // until then
        press->finished = proof;
        return;
    }
    putProof(press->result, proof);
    const auto before = m_state;
    keepProof(*press);
    m_parts.events.publish("kill.finished", press->result);
    // Only the proof's last figures, and what acknowledged presses left; the kill itself is stored
    // apart.
    auto commit = std::make_shared<Commit>();
    commit->change.documents = documentsBetween(*before, *m_state);
    commit->attempted = [](const Status&) {};
    if (m_parts.store != nullptr) {
        enqueue(std::move(commit));
    }
}

void Controller::keepProof(const Press& press)
{
    State next = *m_state;
    next.kills[killKey(press.record.atMicros)] = std::make_shared<const Json>(press.result);
    std::set<std::string> inForce{killKey(press.record.atMicros)};
    for (const auto& [name, entry] : next.routes) {
        if (entry->route.killed) {
            inForce.insert(killKey(entry->route.killed->atMicros));
        }
    }
    std::erase_if(next.kills, [&](const auto& kill) { return !inForce.contains(kill.first); });
    setState(std::move(next));
}

} // namespace sluice::control
