// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/demo/past.h"

#include "core/base/hash.h"
#include "core/flags/context.h"
#include "core/gateway/identity.h"
#include "core/gateway/promptbinding.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace sluice::control::demo {

namespace {

using providers::SimulatedAnswer;
using telemetry::Fallback;
using telemetry::Outcome;
using telemetry::RequestRecord;

std::uint32_t micros(std::chrono::microseconds time)
{
    return static_cast<std::uint32_t>(time.count());
}

/// What one attempt came to, in the gateway's terms.
struct Tried
{
    telemetry::Attempt attempt;
    std::chrono::microseconds ttft{};
    std::chrono::microseconds total{};
    Fallback failure = Fallback::None; ///< why it would not do before the commit point
    bool broken = false;               ///< it broke after
};

Tried tryUnit(const gateway::UnitRuntime& unit, const SimulatedAnswer& answer,
              const routing::Guard& guard, bool streamed)
{
    Tried tried;
    const auto chunks = static_cast<std::int64_t>(answer.chunks.size());
    tried.ttft = answer.ttft;
    tried.total = answer.ttft + answer.betweenChunks * std::max<std::int64_t>(chunks - 1, 0);
    tried.attempt.unit = unit.parts().id.text();
    tried.attempt.status = static_cast<std::uint16_t>(answer.status);
    if (answer.status >= 400) {
        tried.failure = Fallback::Error;
        tried.attempt.error = fmt::format("http_{}", answer.status);
        tried.total = answer.ttft;
    } else if (streamed && guard.ttft && answer.ttft > *guard.ttft) {
        tried.failure = Fallback::Timeout;
        tried.attempt.error = "ttft_timeout";
        tried.total = *guard.ttft;
    } else if (answer.ending == SimulatedAnswer::Ending::Stall) {
        const auto wait = streamed ? guard.idle : guard.total;
        tried.attempt.error = streamed ? "idle_timeout" : "total_timeout";
        tried.total = streamed ? tried.ttft + tried.total / 2 : std::chrono::microseconds{};
        tried.total += wait.value_or(std::chrono::seconds(60));
        tried.failure = streamed ? Fallback::None : Fallback::Timeout;
        tried.broken = streamed;
    }
    tried.attempt.firstByteMicros = micros(tried.ttft);
    tried.attempt.totalMicros = micros(tried.total);
    return tried;
}

void meter(RequestRecord& record, const gateway::ServingTable& table,
           const gateway::UnitRuntime& unit, const SimulatedAnswer& answer)
{
    record.usageKnown = true;
    record.raw.prompt = answer.promptTokens;
    record.raw.completion = answer.completionTokens;
    record.tokens.input = answer.promptTokens;
    record.tokens.output = answer.completionTokens;
    const auto& parts = unit.parts();
    record.cost = units::costOf(
        table.prices->find(parts.provider.name.text(), parts.unit.model, record.at), record.tokens);
}

flags::Context contextOf(const StoryRequest& request)
{
    flags::Context context;
    context.set("user_id", request.user);
    context.set("targetingKey", request.user);
    context.set("plan", request.plan);
    if (!request.org.empty()) {
        context.set("org_id", request.org);
    }
    return context;
}

/// What a record says before anybody is assigned anything.
RequestRecord admitted(const StoryRequest& request, SystemTime at, std::uint64_t number,
                       const gateway::ServingTable& table)
{
    RequestRecord record;
    record.id = fmt::format("req_{:016x}{:08x}", toMicros(at), static_cast<std::uint32_t>(number));
    record.at = at;
    record.route = request.route;
    record.revision = table.routing->revision();
    record.streamed = request.streamed;
    record.stages.admit = 35;
    record.stages.route = 2;
    record.stages.render = request.prompted ? 12 : 4;
    return record;
}

/// Fills in who was assigned what.
void assign(RequestRecord& record, const routing::CompiledRoute& route,
            const routing::Assignment& assignment, const PastIdentity& identity)
{
    record.arm = assignment.arm;
    record.assignedBy = assignment.by;
    record.assignedUnit = assignment.unit->text();
    record.bucket = assignment.bucket;
    record.gateway = identity.gateway;
    record.simulated = true;
    if (assignment.hasKey) {
        const routing::Generation generation = route.generation();
        record.generation = static_cast<std::uint8_t>(generation);
        record.otherBucket = routing::bucketOf(record.route, assignment.key.text(),
                                               routing::otherGeneration(generation));
        const Sha256 mac = hmacSha256(identity.hmacKey, assignment.key.text());
        std::copy_n(mac.begin(), record.keyHmac.size(), record.keyHmac.begin());
    }
}

/// The body that the unit's provider gets, made as the gateway makes it.
Result<std::string> upstreamBody(const gateway::UnitRuntime& unit,
                                 const providers::ChatRequest& chat)
{
    const auto& parts = unit.parts();
    gateway::BoundPrompt bound;
    if (const auto wrong = gateway::bindPrompt(unit, chat, bound)) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the demo's story does not fit the unit {}: {}",
                                units::shortId(parts.id), wrong->message),
                    wrong->param);
    }
    providers::EncodeInput input;
    input.request = &chat;
    input.unit = &parts.unit;
    input.prepared = unit.ready().prepared.get();
    if (bound.prompt != nullptr) {
        input.prompt = &bound.prompt->messages;
        input.historyIndex = bound.prompt->historyIndex;
    }
    auto request = parts.codec->encode(input);
    return request ? Result<std::string>(std::move(request->body))
                   : Result<std::string>(std::move(request).error());
}

/// Asks the assigned unit and, if that fails before the commit point, the fallback.
Status answer(RequestRecord& record, const gateway::ServingTable& table,
              const routing::CompiledRoute& route, const routing::Assignment& assignment,
              const providers::ChatRequest& chat, std::uint64_t number)
{
    const UnitId* unit = assignment.unit;
    std::chrono::microseconds before{};
    for (int attempt = 0; unit != nullptr && attempt < 2; ++attempt) {
        const gateway::UnitRuntime& runtime = *table.units.at(*unit);
        const auto body = upstreamBody(runtime, chat);
        if (!body) {
            return body.error();
        }
        const SimulatedAnswer planned = runtime.parts().simulator->plan(*body, number);
        Tried tried = tryUnit(runtime, planned, route.route().definition.guard, record.streamed);
        record.attempts.push_back(tried.attempt);
        const UnitId* next = route.fallbackFor(assignment);
        const bool last = next == nullptr || attempt > 0;
        record.stages.total =
            micros(before + tried.total) + record.stages.admit + record.stages.render;
        record.stages.upstreamWait = micros(before + tried.total);
        if (tried.failure == Fallback::None || last) {
            record.servedUnit = unit->text();
            record.status = static_cast<std::uint16_t>(planned.status);
            record.stages.ttft = micros(before + tried.ttft);
            record.stages.stream =
                micros(std::max(tried.total - tried.ttft, std::chrono::microseconds{}));
            record.refusal = planned.ending == SimulatedAnswer::Ending::Refusal;
            record.finishReason = record.refusal ? "content_filter" : "stop";
            const bool bad = tried.broken || tried.failure != Fallback::None;
            record.outcome = !bad                                       ? Outcome::Ok
                             : tried.attempt.error.ends_with("timeout") ? Outcome::Timeout
                                                                        : Outcome::ProviderError;
            record.error = bad ? tried.attempt.error : "";
            record.status = tried.failure == Fallback::Timeout ? 504 : record.status;
            if (!bad) {
                meter(record, table, runtime, planned);
            }
            return {};
        }
        record.fallback = tried.failure;
        before += tried.total;
        unit = next;
    }
    return {};
}

} // namespace

Result<telemetry::Batch> pastTraffic(Story& story, const gateway::ServingTable& table,
                                     SystemTime from, SystemTime to, const PastIdentity& identity)
{
    telemetry::Batch batch;
    providers::ChatReader reader;
    std::map<std::pair<std::int64_t, telemetry::AggregateKey>, telemetry::Aggregate> sums;
    std::map<const routing::CompiledRoute*, std::vector<std::string>> recorded; ///< attributes
    std::uint64_t number = 0;
    for (SystemTime at = from;;) {
        const StoryRequest request = story.next();
        at += request.gap;
        if (at >= to) {
            break;
        }
        const routing::CompiledRoute* route = table.routing->find(request.route);
        if (route == nullptr) {
            continue; // somebody deleted it from the demo
        }
        const flags::Context context = contextOf(request);
        const routing::Assignment assignment = route->assign(context);
        RequestRecord record = admitted(request, at, ++number, table);
        const auto [kept, fresh] = recorded.try_emplace(route);
        if (fresh) {
            kept->second = gateway::recordedAttributes(*route);
        }
        record.attributes = gateway::attributesText(context, kept->second);
        assign(record, *route, assignment, identity);
        const auto& assigned = table.units.at(*assignment.unit)->parts();
        if (assigned.unit.prompt) {
            record.prompt = assigned.unit.prompt->name + "@" + assigned.unit.prompt->version;
        }
        const std::string body = story.body(request); // what is read from it points into it
        const auto chat = reader.read(body);
        if (!chat) {
            return chat.error();
        }
        if (auto done = answer(record, table, *route, assignment, *chat, number); !done) {
            return std::move(done).error();
        }
        const std::int64_t second = toMicros(at) / 1'000'000 + record.stages.total / 1'000'000;
        telemetry::AggregateKey key{
            record.route, record.arm,
            record.servedUnit.empty() ? record.assignedUnit : record.servedUnit, record.gateway};
        sums[{second, std::move(key)}].add(record);
        batch.records.push_back(std::move(record));
    }
    for (auto& [place, aggregate] : sums) {
        batch.seconds.push_back({place.first, place.second, std::move(aggregate)});
    }
    return batch;
}

} // namespace sluice::control::demo
