// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/control/adminport.h"
#include "core/control/openapi.h"
#include "core/control/schema.h"
#include "tests/control/controlfixture.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using namespace sluice::control;

/// Every row of the table keeps to the table's own rules, and every reading command's answer to its
/// schema.
class TestCommandTable final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsAreSound_data();
    void rowsAreSound();
    void answersFitTheirSchemas_data();
    void answersFitTheirSchemas();
    void openApiHasEveryCommand();
    void SEC03_everyAdminRouteSaysWhatIsDone();
    void rolesAreHeld_data();
    void rolesAreHeld();
    void secretsAreNotAudited();
    void declarativeFilesSchemaIsSound();
};

void TestCommandTable::rowsAreSound_data()
{
    QTest::addColumn<int>("index");
    const CommandTable table;
    for (std::size_t i = 0; i < table.rows().size(); ++i) {
        QTest::newRow(table.rows()[i].descriptor.name.c_str()) << int(i);
    }
}

void TestCommandTable::rowsAreSound()
{
    QFETCH(int, index);
    const CommandTable table;
    const Row& row = table.rows()[std::size_t(index)];
    QVERIFY_RESULT(schema::check(row.descriptor.arguments));
    QVERIFY_RESULT(schema::check(row.descriptor.result));
    QCOMPARE(row.descriptor.arguments.value("type", ""), std::string("object"));
    QVERIFY2(row.descriptor.arguments.value("additionalProperties", Json()) == false,
             "arguments must be closed");
    QVERIFY(row.descriptor.summary.ends_with("."));
    QCOMPARE(table.find(row.descriptor.name), &row);
    const bool changes = row.where == Where::Control || row.where == Where::Kill;
    QCOMPARE(row.descriptor.changes, changes);
    QCOMPARE(static_cast<bool>(row.handler), row.where == Where::Control);
    QCOMPARE(static_cast<bool>(row.query), !changes || row.prepare == Prepare::Query);
    for (const std::string& secret : row.secretArguments) {
        QVERIFY(row.descriptor.arguments["properties"].contains(secret));
    }
}

void TestCommandTable::answersFitTheirSchemas_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("arguments");
    const auto row = [](const char* command, const char* arguments) {
        QTest::newRow(command) << command << arguments;
    };
    row("routes.list", "{}");
    row("routes.get", R"({"route":"support"})");
    row("routes.explain",
        R"({"route":"support","user":"u-1","org":"o","attributes":{"plan":"pro"},"context":{"age":7}})");
    row("units.list", "{}");
    row("units.get", R"({"unit":"support-v1"})");
    row("providers.list", "{}");
    row("prices.list", "{}");
    row("keys.list", "{}");
    row("flags.list", "{}");
    row("flags.evaluate", R"({"flag":"new-checkout","context":{"targetingKey":"u-1"}})");
    row("tokens.list", "{}");
    row("audit.list", "{}");
    row("routing.history", R"({"route":"support"})");
    row("telemetry.summary", "{}");
    row("routes.put",
        R"({"route":"support","definition":{"percent":30},"patch":true,"reason":"r"})");
    row("routing.restore", R"({"revision":1,"reason":"r","dry_run":true})");
    row("routing.diff", R"({"from":0,"to":1})");
    row("routing.kill", R"({"route":"support","reason":"r"})");
    row("tokens.create", R"({"name":"ci","role":"viewer","days":3})");
    row("units.register", R"({"alias":"v3","unit":{"provider":"lab","model":"m-3-2026-04-01"}})");
    row("providers.put",
        R"({"name":"lab","provider":{"kind":"simulator","simulator":{"seed":3}}})");
    row("prices.put", R"({"prices":[]})");
    row("flags.put", R"({"document":{"flags":{}}})");
    row("fleet.configure", R"({"production":true,"name":"Shop, Frankfurt"})");
    row("flags.export", "{}");
    row("flags.set",
        R"({"flag":"x","definition":{"state":"ENABLED","variants":{"on":true}},"dry_run":true})");
    row("flags.remove", R"({"flag":"new-checkout"})");
    row("flags.import", R"({"document":{"flags":[]}})");
    row("flags.sources", "{}");
    row("flags.source.put",
        R"({"name":"team","kind":"git","location":"/srv/flags.git","path":"a.json","ref":"main"})");
    row("keys.remove", R"({"id":"shop"})");
    row("routes.delete", R"({"route":"steady","reason":"r"})");
}

void TestCommandTable::answersFitTheirSchemas()
{
    QFETCH(QString, command);
    QFETCH(QString, arguments);
    const QTemporaryDir folder;
    tests::MemoryStore store;
    tests::ControlFixture fixture(store, folder);
    fixture.applySample();
    const auto reply = fixture.run(command.toStdString(), Json::parse(arguments.toStdString()));
    QVERIFY_RESULT(reply);
    const Row* row = fixture.table.find(command.toStdString());
    QVERIFY_RESULT(schema::validate(row->descriptor.result, reply->result));
}

void TestCommandTable::openApiHasEveryCommand()
{
    const CommandTable table;
    const Json text = openApi(table.descriptors(), "1.2.3");
    QCOMPARE(text["openapi"], Json("3.1.0"));
    QCOMPARE(text["paths"].size(), table.rows().size());
    for (const Row& row : table.rows()) {
        const Json& post = text["paths"]["/admin/v1/commands/" + row.descriptor.name]["post"];
        QCOMPARE(post["operationId"], Json(row.descriptor.name));
        QCOMPARE(post["requestBody"]["content"]["application/json"]["schema"],
                 row.descriptor.arguments);
        QVERIFY(post["responses"].contains("401") && post["responses"].contains("409"));
    }
    QCOMPARE(commandList(table.descriptors())["commands"].size(), table.rows().size());
}

void TestCommandTable::SEC03_everyAdminRouteSaysWhatIsDone()
{
    for (const AdminRoute& route : adminRoutes()) {
        const bool health = route.path == "/healthz";
        QCOMPARE(route.access == Access::Open, health);
        QCOMPARE(route.body == BodyRule::Json, route.method == "POST");
        QCOMPARE(route.audited == Audited::ByCommand, route.method == "POST");
    }
}

void TestCommandTable::rolesAreHeld_data()
{
    rowsAreSound_data();
}

void TestCommandTable::rolesAreHeld()
{
    QFETCH(int, index);
    const CommandTable table;
    const api::CommandDescriptor& descriptor = table.rows()[std::size_t(index)].descriptor;
    api::CommandRequest request;
    request.name = descriptor.name;
    request.arguments = Json(nullptr); // never fits, so that role and schema show which came first
    for (const api::Role role : {api::Role::Viewer, api::Role::Reviewer, api::Role::Operator,
                                 api::Role::Approver, api::Role::Admin}) {
        request.role = role;
        const auto admitted = table.admit(request);
        QVERIFY(!admitted);
        QCOMPARE(admitted.error().code,
                 role < descriptor.role ? ErrorCode::Refused : ErrorCode::InvalidArgument);
    }
}

void TestCommandTable::secretsAreNotAudited()
{
    const QTemporaryDir folder;
    tests::MemoryStore store;
    tests::ControlFixture fixture(store, folder);
    const std::string hash(64, 'c');
    QVERIFY_RESULT(fixture.run("keys.put", {{"id", "k"}, {"key", {{"sha256", hash}}}}));
    const auto made = fixture.run("tokens.create", {{"name", "ci"}, {"role", "viewer"}});
    const std::string audit = fixture.result("audit.list").dump();
    QVERIFY(audit.find(hash) == std::string::npos);
    QVERIFY(audit.find(made->result["token"].get<std::string>()) == std::string::npos);
    QVERIFY(audit.find("tokens.create") != std::string::npos);
}

void TestCommandTable::declarativeFilesSchemaIsSound()
{
    const auto text = readFile(SLUICE_SOURCE_DIR "/resources/schemas/sluice.schema.json", 1 << 20);
    QVERIFY_RESULT(text);
    const auto rules = parseJson(*text);
    QVERIFY_RESULT(rules);
    QVERIFY_RESULT(schema::check(*rules));
    QVERIFY_RESULT(schema::validate(*rules, tests::sampleFile()));
    Json wrong = tests::sampleFile();
    wrong["routes"]["support"]["percent"] = 101;
    QCOMPARE(schema::validate(*rules, wrong).error().where, std::string("/routes/support/percent"));
}

QTEST_GUILESS_MAIN(TestCommandTable)
#include "tst_commandtable.moc"
