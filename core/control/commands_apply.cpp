// SPDX-License-Identifier: GPL-3.0-or-later
// apply: the declarative file (contracts.md). Adds and changes what it names; what it does not name
// stays, and the plan says so: a file may be one of several, and a forgotten line must never take a
// route out of service.
#include "core/control/commandtable.h"
#include "core/control/edits.h"
#include "core/control/flagdocument.h"
#include "core/control/routeedits.h"
#include "core/control/schema.h"
#include "core/control/views.h"

#include <algorithm>
#include <functional>

namespace sluice::control {

namespace {

constexpr const char* kNone = "none";
constexpr const char* kKeep = "keep";     ///< there, and not in the file
constexpr const char* kRemove = "remove"; ///< of a document that the file replaces as a whole

const Json& fileSchema()
{
    static const Json rules = schema::object({{"$schema?", schema::text()},
                                              {"providers?", schema::mapOf(schema::open())},
                                              {"prices?", schema::arrayOf(schema::open())},
                                              {"units?", schema::mapOf(schema::open())},
                                              {"routes?", schema::mapOf(schema::open())},
                                              {"flags?", schema::open()},
                                              {"keys?", schema::mapOf(schema::open())}});
    return rules;
}

Json flagsOf(const State& state)
{
    return state.flags->value("flags", Json::object());
}

/// Collects the plan's rows while the parts of the file are put into the next state.
class Plan
{
public:
    Plan(const State& before, Change& change, const Call& call)
        : m_before(before)
        , m_change(change)
        , m_call(call)
    {
    }

    Status run(const Json& document);
    [[nodiscard]] Json rows() && { return std::move(m_rows); }

private:
    void add(const char* kind, const std::string& name, bool was, bool same,
             Json changes = Json::array())
    {
        m_rows.push_back({{"action", same  ? kNone
                                     : was ? "change"
                                           : "add"},
                          {"kind", kind},
                          {"name", name},
                          {"changes", std::move(changes)}});
    }

    template <typename T>
    Status
    each(const Json& document, const char* member, const char* kind, Index<T> State::* index,
         const std::function<Status(const std::string&, const Json&, const std::string&)>& put);
    Status whole(const Json& document, const char* member,
                 const std::function<Status(const Json&)>& put, const std::function<bool()>& same);
    Status putAllRoutes(const Json& document);
    void addOther(const char* action, const char* kind, const std::string& name)
    {
        m_rows.push_back(
            {{"action", action}, {"kind", kind}, {"name", name}, {"changes", Json::array()}});
    }
    template <typename T>
    void addKept(const Json& document, const char* member, const char* kind, const Index<T>& index);
    void addKept(const Json& document);
    void addRemoved(const Json& document);

    const State& m_before;
    Change& m_change;
    const Call& m_call;
    Json m_rows = Json::array();
};

template <typename T>
Status
Plan::each(const Json& document, const char* member, const char* kind, Index<T> State::* index,
           const std::function<Status(const std::string&, const Json&, const std::string&)>& put)
{
    const Json members = document.value(member, Json::object());
    for (const auto& [name, value] : members.items()) {
        const std::string where = pointerTo(std::string("/document/") + member, name);
        if (auto status = put(name, value, where); !status) {
            return status;
        }
        const auto was = (m_before.*index).find(name);
        const bool had = was != (m_before.*index).end();
        add(kind, name, had, had && was->second == (m_change.next.*index).at(name));
    }
    return {};
}

Status Plan::whole(const Json& document, const char* member,
                   const std::function<Status(const Json&)>& put, const std::function<bool()>& same)
{
    if (!document.contains(member)) {
        return {};
    }
    if (auto status = put(document.at(member)); !status) {
        return status;
    }
    add(member, member, true, same());
    return {};
}

Status Plan::putAllRoutes(const Json& document)
{
    std::vector<routing::Route> routes = routesOf(m_before);
    const Json named = document.value("routes", Json::object());
    for (const auto& [name, definition] : named.items()) {
        auto plan =
            planRoute(m_change.next, name, definition, false, pointerTo("/document/routes", name));
        if (!plan) {
            return std::move(plan).error();
        }
        if (auto status = mayRelease(m_call, *plan); !status) {
            return status;
        }
        routes = withRoute(std::move(routes), std::move(plan->route));
    }
    putRoutes(m_change, m_before, m_call, routes);
    for (const auto& [name, definition] : named.items()) {
        Json changes = Json::array();
        for (const Json& change : m_change.changes) {
            if (change.at("route") == name) {
                changes.push_back(change);
            }
        }
        const bool same = changes.empty();
        add("route", name, m_before.routes.contains(name), same, std::move(changes));
    }
    return {};
}

template <typename T>
void Plan::addKept(const Json& document, const char* member, const char* kind,
                   const Index<T>& index)
{
    for (const auto& [name, value] : index) {
        if (!document.contains(member) || !document.at(member).contains(name)) {
            addOther(kKeep, kind, name);
        }
    }
}

/// What the workspace has and the file does not name.
void Plan::addKept(const Json& document)
{
    addKept(document, "providers", "provider", m_before.providers);
    addKept(document, "units", "unit", m_before.aliases);
    addKept(document, "routes", "route", m_before.routes);
    addKept(document, "keys", "key", m_before.keys);
    if (!document.contains("prices") && !m_before.prices->prices().empty()) {
        addOther(kKeep, "prices", "prices");
    }
    if (!document.contains("flags") && !flagsOf(m_before).empty()) {
        addOther(kKeep, "flags", "flags");
    }
}

/// Prices and flags are one document each: what the file's does not have goes.
void Plan::addRemoved(const Json& document)
{
    const auto& prices = m_change.next.prices->prices();
    for (const units::Price& price : m_before.prices->prices()) {
        const bool stays =
            std::any_of(prices.begin(), prices.end(), [&](const units::Price& other) {
                return other.provider == price.provider && other.model == price.model &&
                       other.from == price.from;
            });
        if (!stays && document.contains("prices")) {
            addOther(kRemove, "price", price.provider + "/" + price.model);
        }
    }
    const Json before = flagsOf(m_before);
    const Json flags = flagsOf(m_change.next);
    for (const auto& [name, flag] : before.items()) {
        if (!flags.contains(name)) {
            addOther(kRemove, "flag", name);
        }
    }
}

Status Plan::run(const Json& document)
{
    State& next = m_change.next;
    const auto unit = [&](const std::string& name, const Json& value,
                          const std::string& where) -> Status {
        auto id = putUnit(next, m_call, name, value, where);
        return id ? Status() : Status(std::move(id).error());
    };
    // In the order in which they need each other.
    for (const auto& step : std::initializer_list<std::function<Status()>>{
             [&] {
                 return each(document, "providers", "provider", &State::providers,
                             [&](const auto& name, const auto& value, const auto& where) {
                                 return putProvider(next, name, value, where);
                             });
             },
             [&] {
                 return whole(
                     document, "prices",
                     [&](const Json& v) { return putPrices(next, v, "/document/prices"); },
                     [&] { return next.prices == m_before.prices; });
             },
             [&] { return each(document, "units", "unit", &State::aliases, unit); },
             [&] { return putAllRoutes(document); },
             [&] {
                 return whole(
                     document, "flags",
                     [&](Json v) {
                         const auto kept = keepGeneration(m_before, v, "/document/flags");
                         return kept ? putFlags(next, v, "/document/flags") : kept;
                     },
                     [&] { return next.flags == m_before.flags; });
             },
             [&] {
                 return each(document, "keys", "key", &State::keys,
                             [&](const auto& name, const auto& value, const auto& where) {
                                 return putKey(next, name, value, where);
                             });
             }}) {
        if (auto status = step(); !status) {
            return status;
        }
    }
    addRemoved(document);
    addKept(document);
    return {};
}

Result<Change> apply(const State& state, const Call& call)
{
    const Json& document = call.arguments.at("document");
    if (auto status = schema::validate(fileSchema(), document, "/document"); !status) {
        return std::move(status).error();
    }
    Change change{state};
    change.reason = call.arguments.value("reason", std::string("apply"));
    change.dryRun = call.arguments.value("dry_run", false);
    Plan plan(state, change, call);
    if (auto status = plan.run(document); !status) {
        return std::move(status).error();
    }
    if (call.arguments.contains("digest")) {
        const Json digest = call.arguments.at("digest");
        const auto known = state.meta.find("applied");
        if (known == state.meta.end() || *known->second != digest) {
            change.next.meta["applied"] = std::make_shared<const Json>(digest);
        }
    }
    Json rows = std::move(plan).rows();
    change.event = "apply";
    change.eventData = {{"plan", rows}, {"actor", call.actor}, {"reason", change.reason}};
    change.result = {
        {"plan", std::move(rows)}, {"applied", !change.dryRun}, {"revision", change.next.revision}};
    return change;
}

} // namespace

void addApplyCommands(std::vector<Row>& rows)
{
    using namespace schema;
    const Json planRow = object({{"action", oneOf({"add", "change", "remove", "none", "keep"})},
                                 {"kind", text()},
                                 {"name", text()},
                                 {"changes", schema::changes()}});
    rows.push_back(
        {{"apply", api::Role::Admin,
          "Brings the workspace to a declarative file; the same file twice "
          "changes nothing.",
          object({{"document", described(open(), "the file's JSON")},
                  {"dry_run?", described(boolean(), "only print the plan")},
                  {"reason?", text("why, for the history")},
                  {"digest?", text("SHA-256 of the file, kept for --apply at start")}}),
          object({{"plan", arrayOf(planRow)}, {"applied", boolean()}, {"revision", integer()}}),
          true},
         Where::Control,
         {},
         apply,
         Prepare::Prompts,
         {}});
}

} // namespace sluice::control
