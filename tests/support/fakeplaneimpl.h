// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/listeners.h"
#include "tests/support/fakedata.h"
#include "tests/support/fakeflags.h"
#include "tests/support/fakeplane.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace sluice::tests {

/// FakePlane's inside: threads in fakeplane.cpp, answers in fakeanswers.cpp.
struct FakePlane::Impl
{
    Impl(const Clock& time, std::uint64_t noise)
        : clock(time)
        , seed(noise)
    {
    }

    struct Job
    {
        api::CommandRequest request;
        Done done;
    };

    // Worker thread, with the mutex held.
    Result<Json> answer(const api::CommandRequest& request);
    Result<Json> read(const std::string& name, const Json& arguments);
    Result<Json> change(const api::CommandRequest& request);
    Result<Json> put(const api::CommandRequest& request);
    Result<Json> kill(const api::CommandRequest& request);
    Result<Json> preview(const Json& arguments);
    Result<Json> restore(const api::CommandRequest& request);
    Json diff(const Json& arguments) const;
    static Json dryRun(const Json& route, const Json& definition);
    Json explain(const Json& arguments);
    Json status();
    Json* routeNamed(const std::string& name);
    void commit(const api::CommandRequest& request, Json routeNames, Json changes);
    void queueEvent(std::string kind, Json data);

    void run(const std::stop_token& stop);
    [[nodiscard]] std::int64_t now() const { return toMicros(clock.now()); }

    const Clock& clock;
    const std::uint64_t seed;
    const std::vector<api::CommandDescriptor> commands = fakeCommands();
    std::mutex mutex;
    std::condition_variable_any wake;
    std::deque<Job> jobs;
    std::deque<api::Event> events;
    api::Listeners listeners;
    std::map<std::string, int> calls;
    std::map<std::string, Json> lastArguments;
    State state = State::Data;
    bool production = false;
    std::string fleetName;
    bool simulated = true;
    bool holdOpen = false;
    std::uint64_t revision = 184;
    std::uint64_t sequence = 0;
    Json routes = fakeRoutes(now());
    Json history = fakeHistory(now());
    FakeFlags flags{now()};
    Json lastKill;
    std::jthread worker; ///< last: stops before the rest goes
};

} // namespace sluice::tests
