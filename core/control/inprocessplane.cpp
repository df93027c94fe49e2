// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/inprocessplane.h"

#include "core/control/edits.h"
#include "core/prompts/promptrepository.h"

#include <fmt/format.h>

namespace sluice::control {

void InProcessPlane::answer(const Done& done, Result<api::CommandReply> reply)
{
    m_parts.replies.post([done, reply = std::move(reply)] { done(reply); });
}

void InProcessPlane::execute(api::CommandRequest request, Done done)
{
    const SteadyTime received = m_parts.services.clock.steady();
    auto row = m_parts.table.admit(request);
    if (!row) {
        if (const Row* known = m_parts.table.find(request.name);
            known != nullptr && known->descriptor.changes) {
            m_parts.controller.auditFailure(*known, request, row.error());
        }
        answer(done, std::move(row).error());
        return;
    }
    Call call;
    call.command = (*row)->descriptor.name;
    call.arguments = std::move(request.arguments);
    call.actor = std::move(request.actor);
    call.role = request.role;
    call.base = request.base;
    call.at = m_parts.services.clock.now();
    switch ((*row)->where) {
    case Where::Kill:
        m_parts.controller.kill(std::move(call), received, std::move(done));
        return;
    case Where::Control:
        change(**row, std::move(call), std::move(done));
        return;
    case Where::Readers:
        query(m_parts.readers, **row, std::move(call), std::move(done));
        return;
    case Where::Store:
        query(m_parts.storeThread, **row, std::move(call), std::move(done));
        return;
    case Where::Git:
        query(m_parts.gitThread, **row, std::move(call), std::move(done));
        return;
    }
}

Result<Json> InProcessPlane::ask(const Row& row, const State& state, const Call& call) const
{
    try {
        return row.query(state, call, m_parts.services);
    } catch (const std::exception& error) { // nlohmann's, from a document of another form than the
                                            // schema promises
        return fail(ErrorCode::Internal,
                    fmt::format("{} failed: {}", row.descriptor.name, error.what()));
    }
}

void InProcessPlane::query(Worker& worker, const Row& row, Call call, Done done)
{
    worker.post([this, &row, call = std::move(call), done = std::move(done)] {
        const auto state = m_parts.controller.state();
        if (row.where == Where::Store && m_parts.services.store == nullptr) {
            answer(done, fail(ErrorCode::Unavailable, m_parts.controller.health().problem));
            return;
        }
        if (row.where == Where::Git && m_parts.services.prompts == nullptr) {
            answer(done, fail(ErrorCode::Unavailable,
                              "the prompt repository could not be opened; the log says why"));
            return;
        }
        auto result = ask(row, *state, call);
        if (!result) {
            answer(done, std::move(result).error());
            return;
        }
        answer(done, api::CommandReply{std::move(*result), state->revision});
    });
}

void InProcessPlane::change(const Row& row, Call call, Done done)
{
    if (row.prepare == Prepare::Prompts && !promptsNamedIn(call.arguments).empty()) {
        m_parts.gitThread.post(
            [this, &row, call = std::move(call), done = std::move(done)]() mutable {
                auto releases = readPrompts(call);
                if (!releases) {
                    m_parts.controller.refuse(row, std::move(call), std::move(releases).error(),
                                              std::move(done));
                    return;
                }
                call.releases = std::move(*releases);
                m_parts.controller.change(row, std::move(call), std::move(done));
            });
        return;
    }
    if (row.prepare == Prepare::Revision) {
        m_parts.storeThread.post(
            [this, &row, call = std::move(call), done = std::move(done)]() mutable {
                auto revision = readRevision(call);
                if (!revision) {
                    m_parts.controller.refuse(row, std::move(call), std::move(revision).error(),
                                              std::move(done));
                    return;
                }
                call.earlier = std::move(*revision);
                m_parts.controller.change(row, std::move(call), std::move(done));
            });
        return;
    }
    if (row.prepare == Prepare::Query) {
        m_parts.readers.post([this, &row, call = std::move(call),
                              done = std::move(done)]() mutable {
            auto gathered = ask(row, *m_parts.controller.state(), call);
            if (!gathered) {
                m_parts.controller.refuse(row, std::move(call), std::move(gathered).error(),
                                          std::move(done));
                return;
            }
            call.gathered = *std::move(gathered);
            m_parts.controller.change(row, std::move(call), std::move(done));
        });
        return;
    }
    if (row.prepare == Prepare::Flags && !call.arguments.contains("document")) {
        changeFetched(row, std::move(call), std::move(done));
        return;
    }
    m_parts.controller.change(row, std::move(call), std::move(done));
}

void InProcessPlane::changeFetched(const Row& row, Call call, Done done)
{
    if (!m_parts.services.fetchFlags) {
        m_parts.controller.refuse(row, std::move(call),
                                  fail(ErrorCode::Unavailable, "nothing can be fetched here"),
                                  std::move(done));
        return;
    }
    const Json arguments = call.arguments;
    m_parts.services.fetchFlags(arguments, [this, &row, call = std::move(call),
                                            done = std::move(done)](Result<Json> found) mutable {
        if (!found) {
            m_parts.controller.refuse(row, std::move(call), std::move(found).error(),
                                      std::move(done));
            return;
        }
        call.fetched = std::move(*found);
        m_parts.controller.change(row, std::move(call), std::move(done));
    });
}

Result<std::vector<PromptEntry>> InProcessPlane::readPrompts(const Call& call) const
{
    if (m_parts.services.prompts == nullptr) {
        return fail(ErrorCode::Unavailable,
                    "the prompt repository could not be opened; the log says why");
    }
    std::vector<PromptEntry> releases;
    for (const auto& [name, version] : promptsNamedIn(call.arguments)) {
        auto release = m_parts.services.prompts->release(name, version);
        if (!release) {
            return std::move(release).error();
        }
        releases.push_back(
            {release->name, release->version, release->digest, std::move(release->source)});
    }
    return releases;
}

Result<store::RevisionRow> InProcessPlane::readRevision(const Call& call) const
{
    if (m_parts.services.store == nullptr) {
        return fail(ErrorCode::Unavailable, m_parts.controller.health().problem);
    }
    const auto number = call.arguments.find("revision");
    const auto time = call.arguments.find("at");
    if ((number == call.arguments.end()) == (time == call.arguments.end())) {
        return fail(ErrorCode::InvalidArgument,
                    "name either a revision or, with \"at\", a point in time", "/revision");
    }
    const bool timed = time != call.arguments.end();
    auto row = timed ? m_parts.services.store->revisionAt(time->get<std::int64_t>())
                     : m_parts.services.store->revision(number->get<std::uint64_t>());
    if (!row) {
        return std::move(row).error();
    }
    if (!*row && timed) {
        return fail(ErrorCode::NotFound, "there were no routes yet at that time", "/at");
    }
    if (!*row) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no revision {}", number->get<std::uint64_t>()),
                    "/revision");
    }
    return std::move(**row);
}

std::unique_ptr<api::Subscription> InProcessPlane::subscribe(OnEvent onEvent)
{
    return m_parts.events.subscribe(std::move(onEvent));
}

const std::vector<api::CommandDescriptor>& InProcessPlane::commands() const
{
    return m_parts.table.descriptors();
}

} // namespace sluice::control
