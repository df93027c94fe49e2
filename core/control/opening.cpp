// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/opening.h"

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/control/statestorage.h"
#include "core/control/tokens.h"

#include <future>

namespace sluice::control {

namespace {

Result<Opened> openStore(const std::string& path)
{
    auto store = store::openSqliteControlStore(path);
    if (!store) {
        return std::move(store).error();
    }
    auto documents = (*store)->documents();
    if (!documents) {
        return std::move(documents).error();
    }
    auto latest = (*store)->latestRevision();
    if (!latest) {
        return std::move(latest).error();
    }
    auto state = stateFrom(*documents, *latest);
    if (!state) {
        return std::move(state).error();
    }
    return Opened{std::move(*state), std::move(*store), {}};
}

} // namespace

void runAndWait(Worker& worker, const std::function<void()>& work)
{
    const auto done = std::make_shared<std::promise<void>>();
    if (worker.post([&work, done] {
            work();
            done->set_value();
        })) {
        done->get_future().wait();
    }
}

Result<Opened> openState(const Workspace& workspace, Worker& storeThread)
{
    Result<Opened> opened = fail(ErrorCode::Internal, "the store's thread does not run");
    runAndWait(storeThread, [&] { opened = openStore(workspace.path("sluice.db")); });
    if (opened) {
        return opened;
    }
    const auto snapshot = routing::readSnapshot(workspace.path("routing.snapshot"));
    auto state = snapshot ? stateFrom(*snapshot) : Result<State>(snapshot.error());
    if (!state) {
        return std::move(opened).error();
    }
    const std::string problem = "the control store cannot be read: " + describe(opened.error());
    log(LogLevel::Error, "control", "degraded: serving from routing.snapshot",
        {{"reason", problem}});
    return Opened{std::move(*state), nullptr, problem};
}

Status ensureAdminToken(Workspace& workspace, Opened& opened, Worker& storeThread, SystemTime now)
{
    if (!opened.state.tokens.empty() || opened.store == nullptr) {
        return {};
    }
    NewToken made = makeToken("admin", api::Role::Admin, now);
    // The file first: a stored token that nobody has would lock everybody out.
    if (auto status = writeFileAtomically(workspace.path("admin.token"), made.text + "\n");
        !status) {
        return status;
    }
    State next = opened.state;
    const std::string id = made.token.id;
    next.tokens[id] = std::make_shared<const Token>(std::move(made.token));
    Status stored;
    runAndWait(storeThread, [&] {
        store::ControlChange change;
        change.documents = documentsBetween(opened.state, next);
        stored = opened.store->commit(change);
    });
    if (stored) {
        opened.state = std::move(next);
    }
    return stored;
}

} // namespace sluice::control
