// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/recordrow.h"

#include "core/base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice::store {

namespace {

using telemetry::RequestRecord;

#define SLUICE_RECORD_COLUMNS                                                                      \
    "row, id, at, route, revision, arm, assigned_unit, served_unit, assigned_by, key_hmac, "       \
    "bucket, attributes, "                                                                         \
    "session, api_key, gateway, trace_id, prompt, attempts, stage_admit, stage_route, "            \
    "stage_render, "                                                                               \
    "stage_retrieve, stage_connect, ttft, stage_stream, total, upstream_wait, flags, weight, "     \
    "status, outcome, "                                                                            \
    "fallback, finish_reason, error, raw_prompt, raw_completion, raw_cached, raw_reasoning, "      \
    "tokens_input, "                                                                               \
    "tokens_cached, tokens_cache_write, tokens_output, cost_state, cost_micros, currency, "        \
    "generation, other_bucket"

constexpr std::string_view kColumns = SLUICE_RECORD_COLUMNS;
constexpr std::string_view kInsert =
    "INSERT INTO records (" SLUICE_RECORD_COLUMNS ") VALUES "
    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
    "?,?,?,?,?,?,?)";
#undef SLUICE_RECORD_COLUMNS

enum Flag : std::int64_t
{
    Streamed = 1,
    Simulated = 2,
    Retry = 4,
    Sampled = 8,
    Refusal = 16,
    UsageKnown = 32,
    UsageEstimated = 64,
};

std::int64_t flagsOf(const RequestRecord& record) noexcept
{
    const auto flag = [](bool set, Flag bit) { return set ? static_cast<std::int64_t>(bit) : 0; };
    return flag(record.streamed, Streamed) | flag(record.simulated, Simulated) |
           flag(record.retry, Retry) | flag(record.sampled, Sampled) |
           flag(record.refusal, Refusal) | flag(record.usageKnown, UsageKnown) |
           flag(record.usageEstimated, UsageEstimated);
}

void setFlags(std::int64_t flags, RequestRecord& record) noexcept
{
    record.streamed = (flags & Streamed) != 0;
    record.simulated = (flags & Simulated) != 0;
    record.retry = (flags & Retry) != 0;
    record.sampled = (flags & Sampled) != 0;
    record.refusal = (flags & Refusal) != 0;
    record.usageKnown = (flags & UsageKnown) != 0;
    record.usageEstimated = (flags & UsageEstimated) != 0;
}

/// Written by hand: one record's attempts are a few numbers, and this runs for each of 30,000
/// records a second.
std::string attemptsText(const std::vector<telemetry::Attempt>& attempts, NameWriter& names)
{
    std::string out;
    for (const telemetry::Attempt& attempt : attempts) {
        // Codes are ours, plain words; anything else takes the long way.
        const bool plain = std::all_of(attempt.error.begin(), attempt.error.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
        fmt::format_to(std::back_inserter(out), "{}[{},{},{},{},{},", out.empty() ? "[" : ",",
                       names.idOf(attempt.unit), attempt.connectMicros, attempt.firstByteMicros,
                       attempt.totalMicros, attempt.status);
        if (plain) {
            fmt::format_to(std::back_inserter(out), "\"{}\"]", attempt.error);
        } else {
            out += Json(attempt.error).dump(-1, ' ', false, Json::error_handler_t::replace) + "]";
        }
    }
    return out + "]";
}

Status readAttempts(const std::string& text, const NameReader& names,
                    std::vector<telemetry::Attempt>& attempts)
{
    const auto rows = parseJson(text);
    const Error damaged = fail(ErrorCode::Corrupt, "stored attempts make no sense");
    if (!rows || !rows->is_array()) {
        return damaged;
    }
    for (const Json& row : *rows) {
        const bool numbers =
            row.is_array() && row.size() == 6 &&
            std::all_of(row.begin(), row.begin() + 5, [](const Json& item) {
                return item.is_number_unsigned() && item.get<std::uint64_t>() <= UINT32_MAX;
            });
        if (!numbers || !row[5].is_string()) {
            return damaged;
        }
        attempts.push_back({names.text(row[0].get<std::int64_t>()), row[1].get<std::uint32_t>(),
                            row[2].get<std::uint32_t>(), row[3].get<std::uint32_t>(),
                            static_cast<std::uint16_t>(row[4].get<std::uint32_t>()),
                            row[5].get<std::string>()});
    }
    return {};
}

/// Binds one value after the other.
class Binder
{
public:
    Binder(Statement& insert, NameWriter& names)
        : m_insert(insert)
        , m_names(names)
    {
    }

    void number(std::int64_t value) { m_insert.bind(m_next++, value); }
    void real(double value) { m_insert.bindReal(m_next++, value); }
    void text(std::string_view value) { m_insert.bindText(m_next++, value); }
    void textOrNull(std::string_view value)
    {
        value.empty() ? m_insert.bindNull(m_next++) : text(value);
    }
    void blob(std::string_view value) { m_insert.bindBlob(m_next++, value); }
    void null() { m_insert.bindNull(m_next++); }
    void name(std::string_view value)
    {
        const std::int64_t id = m_names.idOf(value);
        id == 0 ? null() : number(id);
    }
    template <typename E>
    void enumerator(E value)
    {
        number(static_cast<std::int64_t>(value));
    }

private:
    Statement& m_insert;
    NameWriter& m_names;
    int m_next = 0;
};

void bindIdentity(const RequestRecord& record, Binder& to)
{
    to.text(record.id);
    to.number(toMicros(record.at));
    to.name(record.route);
    to.number(static_cast<std::int64_t>(record.revision));
    to.enumerator(record.arm);
    to.name(record.assignedUnit);
    to.name(record.servedUnit);
    to.enumerator(record.assignedBy);
    if (telemetry::hasKey(record)) {
        to.blob({reinterpret_cast<const char*>(record.keyHmac.data()), record.keyHmac.size()});
    } else {
        to.null();
    }
    to.number(record.bucket);
    to.textOrNull(record.attributes);
    to.textOrNull(record.session);
    to.name(record.apiKey);
    to.name(record.gateway);
    to.textOrNull(record.traceId);
    to.name(record.prompt);
}

void bindResult(const RequestRecord& record, Binder& to)
{
    to.number(flagsOf(record));
    to.real(static_cast<double>(record.weight));
    to.number(record.status);
    to.enumerator(record.outcome);
    to.enumerator(record.fallback);
    to.name(record.finishReason);
    to.name(record.error);
    for (const std::int64_t tokens :
         {record.raw.prompt, record.raw.completion, record.raw.cached, record.raw.reasoning,
          record.tokens.input, record.tokens.cachedInput, record.tokens.cacheWrite,
          record.tokens.output}) {
        to.number(tokens);
    }
    to.enumerator(record.cost.state);
    to.number(record.cost.micros);
    to.name(record.cost.currency);
    to.number(record.generation);
    to.number(record.otherBucket);
}

/// Takes one value after the other.
class Taker
{
public:
    Taker(const Statement& select, const NameReader& names)
        : m_select(select)
        , m_names(names)
    {
    }

    std::int64_t number() { return m_select.integer(m_next++); }
    template <typename T>
    void number(T& value)
    {
        value = static_cast<T>(number());
    }
    double real() { return m_select.real(m_next++); }
    std::string text() { return m_select.text(m_next++); }
    std::string blob() { return m_select.blob(m_next++); }
    const std::string& name() { return m_names.text(number()); }
    template <typename E>
    void enumerator(E& value, E last)
    {
        const std::int64_t stored = number();
        if (stored < 0 || stored > static_cast<std::int64_t>(last)) {
            m_sound = false;
        } else {
            value = static_cast<E>(stored);
        }
    }
    [[nodiscard]] bool sound() const noexcept { return m_sound; }

private:
    const Statement& m_select;
    const NameReader& m_names;
    int m_next = 1; // after `row`
    bool m_sound = true;
};

void takeKey(Taker& from, RequestRecord& record)
{
    const std::string key = from.blob();
    record.keyHmac = {};
    std::copy_n(key.begin(), std::min(key.size(), record.keyHmac.size()), record.keyHmac.begin());
}

void takeCost(Taker& from, RequestRecord& record)
{
    from.enumerator(record.cost.state, units::CostState::Unpriced);
    from.number(record.cost.micros);
    record.cost.currency = from.name();
}

void takeGeneration(Taker& from, RequestRecord& record)
{
    from.number(record.generation);
    from.number(record.otherBucket);
}

void takeIdentity(Taker& from, RequestRecord& record)
{
    record.id = from.text();
    record.at = fromMicros(from.number());
    record.route = from.name();
    from.number(record.revision);
    from.enumerator(record.arm, telemetry::Arm::Shadow);
    record.assignedUnit = from.name();
    record.servedUnit = from.name();
    from.enumerator(record.assignedBy, telemetry::AssignedBy::None);
    takeKey(from, record);
    from.number(record.bucket);
    record.attributes = from.text();
    record.session = from.text();
    record.apiKey = from.name();
    record.gateway = from.name();
    record.traceId = from.text();
    record.prompt = from.name();
}

void takeStages(Taker& from, telemetry::Stages& stages)
{
    for (std::uint32_t* stage :
         {&stages.admit, &stages.route, &stages.render, &stages.retrieve, &stages.connect,
          &stages.ttft, &stages.stream, &stages.total, &stages.upstreamWait}) {
        from.number(*stage);
    }
}

void takeResult(Taker& from, RequestRecord& record)
{
    setFlags(from.number(), record);
    record.weight = static_cast<float>(from.real());
    from.number(record.status);
    from.enumerator(record.outcome, telemetry::Outcome::Shed);
    from.enumerator(record.fallback, telemetry::Fallback::Killed);
    record.finishReason = from.name();
    record.error = from.name();
    for (std::int64_t* tokens :
         {&record.raw.prompt, &record.raw.completion, &record.raw.cached, &record.raw.reasoning,
          &record.tokens.input, &record.tokens.cachedInput, &record.tokens.cacheWrite,
          &record.tokens.output}) {
        from.number(*tokens);
    }
    takeCost(from, record);
    takeGeneration(from, record);
}

} // namespace

Status NameWriter::load(Database& database)
{
    m_ids.clear();
    m_last = 0;
    m_status = {};
    auto select = database.prepare("SELECT id, text FROM names");
    auto insert = database.prepare("INSERT INTO names (id, text) VALUES (?, ?)");
    if (!select || !insert) {
        return select ? insert.error() : select.error();
    }
    m_insert = *std::move(insert);
    return forEachRow(*select, [&] {
        m_ids.emplace(select->text(1), select->integer(0));
        m_last = std::max(m_last, select->integer(0));
    });
}

std::int64_t NameWriter::idOf(std::string_view text)
{
    if (text.empty() || !m_status) {
        return 0;
    }
    if (const auto known = m_ids.find(text); known != m_ids.end()) {
        return known->second;
    }
    m_insert->bind(0, m_last + 1);
    m_insert->bindText(1, text);
    m_status = m_insert->run();
    if (!m_status) {
        return 0;
    }
    m_ids.emplace(text, ++m_last);
    return m_last;
}

Status NameReader::load(Database& database)
{
    auto select = database.prepare("SELECT id, text FROM names");
    if (!select) {
        return select.error();
    }
    return forEachRow(*select,
                      [&] { m_texts.emplace(select->integer(0), select->text(1)); });
}

const std::string& NameReader::text(std::int64_t id) const noexcept
{
    static const std::string nothing;
    const auto found = m_texts.find(id);
    return found == m_texts.end() ? nothing : found->second;
}

std::int64_t NameReader::idOf(std::string_view text) const noexcept
{
    const auto found = std::find_if(m_texts.begin(), m_texts.end(),
                                    [&](const auto& entry) { return entry.second == text; });
    return found == m_texts.end() ? 0 : found->first;
}

std::string_view insertRecordSql() noexcept
{
    return kInsert;
}

std::string_view recordColumns() noexcept
{
    return kColumns;
}

void bindRecord(std::int64_t row, const RequestRecord& record, NameWriter& names, Statement& insert)
{
    Binder to(insert, names);
    to.number(row);
    bindIdentity(record, to);
    if (record.attempts.empty()) {
        to.null();
    } else {
        to.text(attemptsText(record.attempts, names));
    }
    const telemetry::Stages& stages = record.stages;
    for (const std::uint32_t stage :
         {stages.admit, stages.route, stages.render, stages.retrieve, stages.connect, stages.ttft,
          stages.stream, stages.total, stages.upstreamWait}) {
        to.number(stage);
    }
    bindResult(record, to);
}

Result<RequestRecord> readRecord(const Statement& select, const NameReader& names)
{
    RequestRecord record;
    Taker from(select, names);
    takeIdentity(from, record);
    if (const std::string attempts = from.text(); !attempts.empty()) {
        if (auto status = readAttempts(attempts, names, record.attempts); !status) {
            return status.error();
        }
    }
    takeStages(from, record.stages);
    takeResult(from, record);
    if (!from.sound()) {
        return fail(ErrorCode::Corrupt, "a stored record has an enumerator that is not known");
    }
    return record;
}

std::string_view trafficColumns() noexcept
{
    return "row, at, revision, arm, assigned_unit, assigned_by, key_hmac, bucket, attributes, "
           "total, flags, weight, outcome, cost_state, cost_micros, currency, generation, "
           "other_bucket";
}

Status readTraffic(const Statement& select, const NameReader& names, RequestRecord& record)
{
    Taker from(select, names);
    record.at = fromMicros(from.number());
    from.number(record.revision);
    from.enumerator(record.arm, telemetry::Arm::Shadow);
    record.assignedUnit = from.name();
    from.enumerator(record.assignedBy, telemetry::AssignedBy::None);
    takeKey(from, record);
    from.number(record.bucket);
    record.attributes = from.text();
    from.number(record.stages.total);
    setFlags(from.number(), record);
    record.weight = static_cast<float>(from.real());
    from.enumerator(record.outcome, telemetry::Outcome::Shed);
    takeCost(from, record);
    takeGeneration(from, record);
    if (!from.sound()) {
        return fail(ErrorCode::Corrupt, "a stored record has an enumerator that is not known");
    }
    return {};
}

} // namespace sluice::store
