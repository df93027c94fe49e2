// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/flagdocument.h"
#include "core/flags/flagset.h"
#include "core/flags/rule.h"
#include "core/gateway/servedflags.h"
#include "tests/control/controlfixture.h"
#include "tests/support/result.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace sluice;
using namespace sluice::control;
using namespace sluice::tests;

/// flags.*: what may be put, what it changes, and a document that gives the gateway's variants.
class TestFlags final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void putSaysWhatChanges();
    void setAndRemoveOne();
    void badDocumentsLeaveTheOldOne_data();
    void badDocumentsLeaveTheOldOne();
    void generationIsNotSwitchedByTheWay();
    void importAddsAndReplaces();
    void importRefusesOtherSharedRules();
    void changesReachTheGateway();
    void listShowsRoutesAsFlags();
    void variantsAreWhatTheContractSays();
    void killedRouteShowsNoKilledUnit();
    void evaluateExplains();
    void exportIsFlagds();
    void exportGivesTheGatewaysVariants();
    void exportRefusesWhatFlagdCannotRead();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MemoryStore> m_store;
    std::unique_ptr<ControlFixture> m_control;
};

namespace {

Json flag(const char* fallback)
{
    return {{"state", "ENABLED"},
            {"variants", {{"on", true}, {"off", false}}},
            {"defaultVariant", fallback}};
}

Json ruleOf(const char* text)
{
    return Json::parse(text);
}

/// Rules of the kinds that people write; some read the user, by either name and in other scopes.
const std::vector<Json>& rules()
{
    static const std::vector<Json> kRules{
        ruleOf(R"({"==": [{"var": "org_id"}, "org-1"]})"),
        ruleOf(R"({"in": [{"var": "user_id"}, ["u-1", "u-7", "u-30"]]})"),
        ruleOf(R"({"starts_with": [{"var": ["user_id"]}, "u-2"]})"),
        ruleOf(R"({"ends_with": [{"var": "targetingKey"}, "9"]})"),
        ruleOf(R"({"sem_ver": [{"var": "version"}, ">=", "2.1.0"]})"),
        ruleOf(R"({">=": [{"var": "age"}, 18]})"),
        ruleOf(R"({"and": [{"==": [{"var": "plan"}, "pro"]}, {"!": [{"var": "trial"}]}]})"),
        ruleOf(R"({"some": [{"var": "teams"}, {"==": [{"var": "user_id"}, "u-5"]}]})"),
        ruleOf(R"({"in": ["beta", {"var": "tags"}]})"),
        ruleOf(R"({"==": [{"fractional": [{"cat": ["salt", {"var": "user_id"}]},
                                          ["yes", 30], ["no", 70]]}, "yes"]})"),
        ruleOf(R"({"==": [{"var": "$flagd.flagKey"}, "route-1"]})"),
        ruleOf(R"({"var": "empty"})"),
    };
    return kRules;
}

class Random
{
public:
    explicit Random(std::uint32_t seed)
        : m_engine(seed)
    {
    }
    std::uint32_t below(std::uint32_t bound)
    {
        return static_cast<std::uint32_t>(
            (std::uint64_t{static_cast<std::uint32_t>(m_engine())} * bound) >> 32U);
    }
    bool once(std::uint32_t in) { return below(in) == 0; }
    std::string user() { return "u-" + std::to_string(below(40)); }

private:
    std::mt19937 m_engine;
};

Json randomContext(Random& random)
{
    Json context = Json::object();
    const auto maybe = [&](const char* name, const Json& value) {
        if (!random.once(3)) {
            context[name] = value;
        }
    };
    maybe("targetingKey", random.user());
    if (random.once(2)) {
        maybe("user_id", random.once(8)   ? Json("")
                         : random.once(8) ? Json()
                         : random.once(8) ? Json(random.below(40) / 4.0)
                         : random.once(8) ? Json(random.once(2))
                                          : Json(random.user()));
    }
    maybe("org_id", "org-" + std::to_string(random.below(3)));
    maybe("session_id", "s-" + random.user());
    maybe("version", std::to_string(random.below(4)) + "." + std::to_string(random.below(3)));
    maybe("age", random.below(40));
    maybe("plan", random.once(2) ? "pro" : "free");
    maybe("trial", random.once(2));
    maybe("tags", random.once(2) ? Json::array({"beta"}) : Json::array());
    maybe("teams", Json::array({Json{{"user_id", random.user()}}}));
    maybe("empty", random.once(2) ? Json::array() : Json::object());
    maybe("größe", random.user());
    return context;
}

Json randomRoute(Random& random)
{
    Json route{{"stable", "support-v1"}};
    if (!random.once(6)) {
        route["candidate"] = "support-v2";
        route["percent"] =
            random.once(4) ? double(100 * random.below(2)) : random.below(10001) / 100.0;
    }
    const std::vector<const char*> keys{"user_id", "org_id", "session_id", "targetingKey", "größe"};
    route["bucket_by"] = keys[random.below(std::uint32_t(keys.size()))];
    if (random.once(2)) {
        route["allow"] = {random.user(), "org-2", "2.5", "true"};
    }
    route["rules"] = Json::array();
    for (std::uint32_t i = random.below(3); i > 0; --i) {
        route["rules"].push_back({{"when", rules()[random.below(std::uint32_t(rules().size()))]},
                                  {"arm", random.once(2) ? "candidate" : "stable"}});
    }
    return route;
}

/// Whether a rule cannot be evaluated in a context: the gateway passes it over, flagd stops there.
bool someRuleFails(const routing::Route& route, const flags::Context& context)
{
    const auto& rules = route.definition.rules;
    return std::any_of(rules.begin(), rules.end(), [&](const routing::Rule& rule) {
        const auto compiled = flags::CompiledRule::compile(rule.when);
        return compiled->match({&context, nullptr, route.name.text(), 0}).fault !=
               flags::Fault::None;
    });
}

} // namespace

void TestFlags::init()
{
    m_control.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = std::make_unique<MemoryStore>();
    m_control = std::make_unique<ControlFixture>(*m_store, *m_folder);
    m_control->applySample();
}

void TestFlags::putSaysWhatChanges()
{
    const Json before = *m_control->controller->state()->flags;
    Json document = before;
    document["flags"]["new-checkout"]["defaultVariant"] = "on";
    document["flags"]["second"] = flag("off");
    const Json expected{
        {{"flag", "new-checkout"}, {"pointer", "/defaultVariant"}, {"from", "off"}, {"to", "on"}},
        {{"flag", "second"}, {"pointer", ""}, {"from", nullptr}, {"to", flag("off")}}};
    const Json tried = m_control->result("flags.put", {{"document", document}, {"dry_run", true}});
    QCOMPARE_JSON(tried["changes"], expected);
    QCOMPARE_JSON(tried["applied"], false);
    QCOMPARE_JSON(*m_control->controller->state()->flags, before);
    const Json done = m_control->result("flags.put", {{"document", document}});
    QCOMPARE_JSON(done["changes"], expected);
    QCOMPARE_JSON(done["applied"], true);
    QCOMPARE_JSON(*m_control->controller->state()->flags, document);
}

void TestFlags::setAndRemoveOne()
{
    QVERIFY_RESULT(m_control->run("flags.set", {{"flag", "second"}, {"definition", flag("on")}}));
    QCOMPARE_JSON(m_control->result("flags.list")["flags"]["second"], flag("on"));
    const auto bad =
        m_control->run("flags.set", {{"flag", "second"}, {"definition", flag("nothing")}});
    QCOMPARE(bad.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(bad.error().where, std::string("/definition/defaultVariant"));
    QVERIFY_RESULT(m_control->run("flags.remove", {{"flag", "second"}}));
    QVERIFY(!m_control->result("flags.list")["flags"].contains("second"));
    QCOMPARE(m_control->run("flags.remove", {{"flag", "second"}}).error().code,
             ErrorCode::NotFound);
    const auto taken =
        m_control->run("flags.set", {{"flag", "support"}, {"definition", flag("on")}});
    QCOMPARE(taken.error().code, ErrorCode::Conflict); // a route is a flag of its own
}

void TestFlags::badDocumentsLeaveTheOldOne_data()
{
    QTest::addColumn<QByteArray>("flags");
    QTest::addColumn<QByteArray>("where");
    QTest::newRow("no state") << QByteArray(R"({"a":{"variants":{"x":1}}})")
                              << QByteArray("/document/flags/a");
    QTest::newRow("unknown operator")
        << QByteArray(R"({"a":{"state":"ENABLED","variants":{"x":1},"targeting":{"jump":[1]}}})")
        << QByteArray("/document/flags/a/targeting");
    QTest::newRow("a route's name")
        << QByteArray(R"({"support":{"state":"ENABLED","variants":{"x":1}}})")
        << QByteArray("/document/flags/support");
    QTest::newRow("one bad among good")
        << QByteArray(R"({"a":{"state":"ENABLED","variants":{"x":1}},"b":{"state":"ON"}})")
        << QByteArray("/document/flags/b");
}

void TestFlags::badDocumentsLeaveTheOldOne()
{
    QFETCH(const QByteArray, flags);
    QFETCH(const QByteArray, where);
    const auto before = m_control->controller->state()->flags;
    const Json document{{"flags", Json::parse(flags.toStdString())}};
    for (const char* command : {"flags.put", "flags.import"}) {
        const auto reply = m_control->run(command, {{"document", document}});
        QVERIFY(!reply.ok());
        QVERIFY2(reply.error().where.find(where.toStdString().substr(9)) != std::string::npos,
                 reply.error().where.c_str());
    }
    QCOMPARE(m_control->controller->state()->flags, before);
}

void TestFlags::generationIsNotSwitchedByTheWay()
{
    Json document = *m_control->controller->state()->flags;
    document["metadata"] = {{"fractionalVersion", 3}};
    const auto reply = m_control->run("flags.put", {{"document", document}});
    QCOMPARE(reply.error().code, ErrorCode::Conflict);
    QVERIFY(reply.error().message.find("flags generation") != std::string::npos);
    QCOMPARE(m_control->run("flags.import", {{"document", document}}).error().code,
             ErrorCode::Conflict);
}

void TestFlags::importAddsAndReplaces()
{
    const Json document{
        {"metadata", {{"team", "web"}}},
        {"flags",
         Json::array({Json{{"key", "second"},
                           {"state", "ENABLED"},
                           {"variants", {{"on", true}}},
                           {"defaultVariant", "on"},
                           {"targeting", {{"if", {Json{{"$ref", "staff"}}, "on", nullptr}}}}}})},
        {"$evaluators", {{"staff", ruleOf(R"({"==": [{"var": "org_id"}, "staff"]})")}}}};
    QVERIFY_RESULT(m_control->run("flags.import", {{"document", document}}));
    const Json list = m_control->result("flags.list");
    QCOMPARE(list["flags"].size(), std::size_t{2}); // what it does not name stays
    QCOMPARE_JSON(list["flags"]["second"]["metadata"], Json({{"team", "web"}}));
    QVERIFY(list["evaluators"].contains("staff"));
    const Json got = m_control->result("flags.evaluate",
                                       {{"flag", "second"}, {"context", {{"org_id", "staff"}}}});
    QCOMPARE_JSON(got["reason"], "TARGETING_MATCH");
}

void TestFlags::importRefusesOtherSharedRules()
{
    const auto document = [](const char* org) {
        return Json{{"flags", Json::object()},
                    {"$evaluators", {{"staff", {{"==", {Json{{"var", "org_id"}}, org}}}}}}};
    };
    QVERIFY_RESULT(m_control->run("flags.import", {{"document", document("a")}}));
    QVERIFY_RESULT(m_control->run("flags.import", {{"document", document("a")}}));
    QCOMPARE(m_control->run("flags.import", {{"document", document("b")}}).error().code,
             ErrorCode::Conflict);
}

void TestFlags::changesReachTheGateway()
{
    const auto served = [this] { return m_control->dataPlane.table()->flags; };
    const std::string before = served()->version;
    QVERIFY_RESULT(m_control->run("flags.set", {{"flag", "second"}, {"definition", flag("on")}}));
    QVERIFY(served()->find("second") != nullptr);
    const std::string after = served()->version;
    QVERIFY(after != before);
    QVERIFY_RESULT(m_control->run("routes.put", {{"route", "support"},
                                                 {"definition", {{"guard", {{"total_ms", 9000}}}}},
                                                 {"patch", true},
                                                 {"reason", "r"}}));
    QCOMPARE(served()->version, after); // nothing that a flag shows
    QVERIFY_RESULT(m_control->run("routes.put", {{"route", "support"},
                                                 {"definition", {{"percent", 21}}},
                                                 {"patch", true},
                                                 {"reason", "r"}}));
    QVERIFY(served()->version != after);
}

void TestFlags::listShowsRoutesAsFlags()
{
    const Json list = m_control->result("flags.list");
    QCOMPARE(list["routes"].size(), std::size_t{2});
    const Json& support = list["routes"]["support"];
    QVERIFY_RESULT(flags::FlagSet::fromJson({{"flags", list["routes"]}}));
    QCOMPARE_JSON(support["defaultVariant"], "stable");
    QVERIFY(!list["routes"]["steady"].contains("targeting"));
}

void TestFlags::variantsAreWhatTheContractSays()
{
    const Json variants = m_control->result("flags.list")["routes"]["support"]["variants"];
    const Json units = m_control->result("units.list")["units"];
    const auto idOf = [&](const char* alias) {
        for (const Json& unit : units) {
            if (unit["aliases"][0] == alias) {
                return unit["id"];
            }
        }
        return Json();
    };
    QCOMPARE_JSON(variants["candidate"], Json({{"endpoint", "simulator:lab"},
                                               {"prompt_v", nullptr},
                                               {"hyperparams", {{"temperature", 0.1}}},
                                               {"is_canary", true},
                                               {"unit", idOf("support-v2")}}));
    QCOMPARE_JSON(variants["stable"], Json({{"endpoint", "simulator:house"},
                                            {"prompt_v", nullptr},
                                            {"hyperparams", {{"temperature", 0.2}}},
                                            {"is_canary", false},
                                            {"unit", idOf("support-v1")}}));
    QCOMPARE_JSON(variants["control"], variants["stable"]);
}

void TestFlags::killedRouteShowsNoKilledUnit()
{
    const Json before = m_control->result("flags.list")["routes"]["support"];
    QVERIFY_RESULT(m_control->run("routing.kill", {{"route", "support"}, {"reason", "r"}}));
    const Json after = m_control->result("flags.list")["routes"]["support"];
    QCOMPARE_JSON(after["variants"]["candidate"], before["variants"]["stable"]);
    QVERIFY(!after.contains("targeting"));
    QCOMPARE_JSON(after["metadata"]["killed"], true);
    QVERIFY(m_control->dataPlane.table()->flags->routes.at("support").metadata.find("killed") !=
            std::string::npos);
}

void TestFlags::evaluateExplains()
{
    const Json route = m_control->result(
        "flags.evaluate", {{"flag", "support"}, {"context", {{"targetingKey", "u-1"}}}});
    const Json explained =
        m_control->result("routes.explain", {{"route", "support"}, {"user", "u-1"}});
    QCOMPARE_JSON(route["variant"], explained["arm"]);
    QCOMPARE_JSON(route["steps"], explained["steps"]);
    QCOMPARE_JSON(route["value"]["unit"], explained["unit"]["id"]);
    const Json plain = m_control->result("flags.evaluate", {{"flag", "new-checkout"}});
    QCOMPARE_JSON(plain["value"], false);
    QVERIFY(!plain["steps"].empty());
    const Json unknown = m_control->result("flags.evaluate", {{"flag", "nobody"}});
    QCOMPARE_JSON(unknown["error_code"], "FLAG_NOT_FOUND");
}

void TestFlags::exportIsFlagds()
{
    const Json document = m_control->result("flags.export")["document"];
    QVERIFY_RESULT(flags::FlagSet::fromJson(document));
    QCOMPARE(document["flags"].size(), std::size_t{3});
    const Json& fraction = document["flags"]["support"]["targeting"]["if"].back();
    QCOMPARE_JSON(fraction["fractional"][1], Json::array({"candidate", 2000}));
    QCOMPARE_JSON(fraction["fractional"][2], Json::array({"stable", 6000}));
    QCOMPARE_JSON(fraction["fractional"][3], Json::array({"control", 2000}));
    // What it gives can be imported where those names are no routes.
    QCOMPARE(m_control->run("flags.put", {{"document", document}}).error().code,
             ErrorCode::Conflict);
}

/// 40 random tables of six routes, 500 random contexts each: the exported document, evaluated as
/// flagd does, gives what routing gives; in both generations of fractional.
void TestFlags::exportGivesTheGatewaysVariants()
{
    Random random(20261126);
    int candidates = 0;
    for (int table = 0; table < 40; ++table) {
        Json routes = Json::object();
        for (int i = 0; i < 6; ++i) {
            routes["route-" + std::to_string(i)] = randomRoute(random);
        }
        Json file = sampleFile();
        file["routes"].update(routes);
        if (table % 5 == 0) {
            file["flags"]["metadata"]["fractionalVersion"] = 3;
        }
        MemoryStore store;
        const QTemporaryDir folder;
        ControlFixture fixture(store, folder);
        QVERIFY_RESULT(fixture.run("apply", {{"document", file}}));
        if (table % 4 == 0) {
            for (const char* killed : {"route-0", "route-1"}) {
                static_cast<void>(
                    fixture.run("routing.kill", {{"route", killed}, {"reason", "r"}}));
            }
        }
        const auto set = flags::FlagSet::fromJson(fixture.result("flags.export")["document"]);
        QVERIFY_RESULT(set);
        const auto served = fixture.dataPlane.table();
        for (int i = 0; i < 500; ++i) {
            const Json sent = randomContext(random);
            flags::Context raw;
            flags::Context context;
            QVERIFY_RESULT(raw.merge(sent));
            QVERIFY_RESULT(context.merge(sent));
            gateway::nameUser(context);
            for (const auto& route : served->routing->routes()) {
                const auto assigned = route->assign(context);
                const auto found =
                    (*set)->evaluate(route->route().name.text(), raw, fixture.clock.now());
                const std::string what = route->route().name.text() + " in " + sent.dump();
                if (found.error != flags::EvaluationError::None) {
                    QVERIFY2(someRuleFails(route->route(), context), what.c_str());
                    continue;
                }
                QVERIFY2(found.variant == units::armName(assigned.arm), what.c_str());
                QVERIFY2(found.reason == gateway::routeReason(*route, assigned), what.c_str());
                candidates += assigned.arm == units::Arm::Candidate ? 1 : 0;
            }
        }
    }
    QVERIFY(candidates > 10'000);
}

void TestFlags::exportRefusesWhatFlagdCannotRead()
{
    QVERIFY_RESULT(m_control->run("routes.put", {{"route", "support"},
                                                 {"definition", {{"bucket_by", "team.name"}}},
                                                 {"patch", true},
                                                 {"reason", "r"}}));
    const auto reply = m_control->run("flags.export", Json::object());
    QCOMPARE(reply.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(reply.error().where, std::string("/routes/support/bucket_by"));
    QVERIFY(m_control->result("flags.list")["routes"]["support"].contains("problem"));
    // The data port goes on, by routing itself.
    QVERIFY(m_control->dataPlane.table()->flags->routes.contains("support"));
}

QTEST_GUILESS_MAIN(TestFlags)
#include "tst_flags.moc"
