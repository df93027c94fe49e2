// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/adminport.h"
#include "tests/control/controlfixture.h"
#include "tests/control/rawhttp.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using tests::rawRequest;

class TestAdminPort final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void SEC02_hostAndOriginBeforeRouting_data();
    void SEC02_hostAndOriginBeforeRouting();
    void asksForAToken_data();
    void asksForAToken();
    void runsCommands();
    void errorsHaveOneShape_data();
    void errorsHaveOneShape();
    void holdsRoles();
    void ifMatchIsTheBase();
    void streamsEventsAndReplays();
    void revokedTokenEndsItsStream();

private:
    std::string headers(const std::string& token, const std::string& more = {}) const;
    tests::HttpAnswer command(const std::string& name, const Json& arguments,
                              const std::string& more = {});
    std::uint16_t port() const { return m_admin->port(); }

    QTemporaryDir m_folder;
    tests::MemoryStore m_store;
    std::unique_ptr<tests::ControlFixture> m_control;
    std::unique_ptr<control::AdminPort> m_admin;
    std::string m_token;
    std::string m_viewer;
};

void TestAdminPort::initTestCase()
{
    m_control = std::make_unique<tests::ControlFixture>(m_store, m_folder);
    m_control->applySample();
    m_token = m_control->result("tokens.create", {{"name", "ana"}, {"role", "admin"}})["token"];
    m_viewer = m_control->result("tokens.create", {{"name", "vic"}, {"role", "viewer"}})["token"];
    m_admin = std::make_unique<control::AdminPort>(
        net::HttpServerOptions(),
        control::AdminPort::Parts{*m_control->plane, m_control->events, m_control->clock,
                                  [this] { return m_control->controller->state(); }, "1.0"});
    QVERIFY_RESULT(m_admin->start());
}

void TestAdminPort::cleanupTestCase()
{
    m_admin->stop();
    m_control.reset();
    m_admin.reset();
}

std::string TestAdminPort::headers(const std::string& token, const std::string& more) const
{
    return "Host: 127.0.0.1:" + std::to_string(port()) + "\r\nAuthorization: Bearer " + token +
           "\r\n" + more;
}

tests::HttpAnswer TestAdminPort::command(const std::string& name, const Json& arguments,
                                         const std::string& more)
{
    return rawRequest(port(), "POST", "/admin/v1/commands/" + name,
                      headers(m_token, "Content-Type: application/json\r\n" + more),
                      arguments.dump());
}

void TestAdminPort::SEC02_hostAndOriginBeforeRouting_data()
{
    QTest::addColumn<QString>("lines");
    QTest::addColumn<int>("status");
    const auto row = [](const char* name, const char* lines, int status) {
        QTest::newRow(name) << lines << status;
    };
    row("loopback", "Host: 127.0.0.1:1\r\n", 200);
    row("localhost", "Host: localhost\r\n", 200);
    row("same origin", "Host: localhost:1\r\nOrigin: http://localhost:1\r\n", 200);
    row("rebinding", "Host: attacker.example\r\n", 403);
    row("suffix", "Host: 127.0.0.1.attacker.example\r\n", 403);
    row("foreign origin", "Host: 127.0.0.1:1\r\nOrigin: https://attacker.example\r\n", 403);
    row("null origin", "Host: 127.0.0.1:1\r\nOrigin: null\r\n", 403);
}

void TestAdminPort::SEC02_hostAndOriginBeforeRouting()
{
    QFETCH(QString, lines);
    QFETCH(int, status);
    for (const char* path : {"/healthz", "/admin/v1/commands", "/nothing"}) {
        const auto answer = rawRequest(port(), "GET", path, lines.toStdString());
        const int expected = status == 200 && std::string(path) != "/healthz" ? 401 : status;
        QCOMPARE(answer.status, expected);
        if (expected != 200) {
            QVERIFY2(answer.json().contains("error"), answer.body.c_str());
        }
    }
}

void TestAdminPort::asksForAToken_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    for (const control::AdminRoute& route : control::adminRoutes()) {
        if (route.access == control::Access::Token) {
            const QString path = QString::fromUtf8(route.path.data(), qsizetype(route.path.size()));
            QTest::newRow(qPrintable(path))
                << QString::fromUtf8(route.method.data(), qsizetype(route.method.size()))
                << (path.endsWith(u'/') ? path + QStringLiteral("routes.list") : path);
        }
    }
    QTest::newRow("no such path") << "GET" << "/admin/v1/nothing";
}

void TestAdminPort::asksForAToken()
{
    QFETCH(QString, method);
    QFETCH(QString, path);
    const std::string host = "Host: 127.0.0.1\r\n";
    for (const std::string& lines : {host, host + "Authorization: Bearer slk_x\r\n",
                                     host + "Authorization: Basic " + m_token + "\r\n"}) {
        const auto answer = rawRequest(port(), method.toStdString(), path.toStdString(), lines);
        QCOMPARE(answer.status, 401);
        QVERIFY(answer.headers.at("www-authenticate").starts_with("Bearer"));
        QCOMPARE(answer.json()["error"]["code"], Json("unauthorized"));
    }
}

void TestAdminPort::runsCommands()
{
    const auto answer = command("routes.get", {{"route", "support"}});
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json()["result"]["name"], Json("support"));
    QCOMPARE(answer.json()["revision"], Json(1));
    QCOMPARE(answer.headers.at("cache-control"), std::string("no-store"));
    const auto table = rawRequest(port(), "GET", "/admin/v1/commands", headers(m_viewer));
    QCOMPARE(table.json()["commands"].size(), m_control->table.rows().size());
    QCOMPARE(
        rawRequest(port(), "GET", "/admin/v1/openapi.json", headers(m_viewer)).json()["openapi"],
        Json("3.1.0"));
}

void TestAdminPort::errorsHaveOneShape_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("where");
    const QString json = QStringLiteral("application/json");
    QTest::newRow("form") << "routes.list" << "application/x-www-form-urlencoded" << "a=b" << 400
                          << "content-type";
    QTest::newRow("not JSON") << "routes.list" << json << "{" << 400 << "line 1, column 2";
    QTest::newRow("schema") << "routes.get" << json << "{\"route\":1}" << 400 << "/route";
    QTest::newRow("not an object") << "routes.list" << json << "[]" << 400 << "/";
    QTest::newRow("no such command") << "routes.paint" << json << "{}" << 404 << "";
    QTest::newRow("no such route") << "routes.get" << json << "{\"route\":\"x\"}" << 404 << "";
    QTest::newRow("deeper path") << "routes.get/x" << json << "{}" << 404 << "";
}

void TestAdminPort::errorsHaveOneShape()
{
    QFETCH(QString, path);
    QFETCH(QString, type);
    QFETCH(QString, body);
    QFETCH(int, status);
    QFETCH(QString, where);
    const auto answer = rawRequest(port(), "POST", "/admin/v1/commands/" + path.toStdString(),
                                   headers(m_token, "Content-Type: " + type.toStdString() + "\r\n"),
                                   body.toStdString());
    QCOMPARE(answer.status, status);
    const Json error = answer.json()["error"];
    QVERIFY(error["code"].is_string() && error["message"].is_string() &&
            error["details"].is_object());
    QCOMPARE(QString::fromStdString(error["details"].value("where", "")), where);
}

void TestAdminPort::holdsRoles()
{
    const auto answer = rawRequest(port(), "POST", "/admin/v1/commands/routing.kill",
                                   headers(m_viewer, "Content-Type: application/json\r\n"),
                                   R"({"route":"support","reason":"r"})");
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.json()["error"]["code"], Json("refused"));
}

void TestAdminPort::ifMatchIsTheBase()
{
    const Json put{{"route", "steady"},
                   {"definition", {{"bucket_by", "org_id"}}},
                   {"patch", true},
                   {"reason", "r"}};
    QCOMPARE(command("routes.put", put, "If-Match: 17\r\n").status, 409);
    QCOMPARE(command("routes.put", put, "If-Match: soon\r\n").status, 400);
    const auto revision = std::to_string(m_control->controller->state()->revision);
    QCOMPARE(command("routes.put", put, "If-Match: \"" + revision + "\"\r\n").status, 200);

    Json other = put;
    other["definition"] = {{"bucket_by", "session_id"}};
    const auto late = command("routes.put", other, "If-Match: " + revision + "\r\n");
    QCOMPARE(late.status, 409);
    const Json error = Json::parse(late.body)["error"];
    QCOMPARE(error["code"], Json("conflict"));
    QCOMPARE(error["details"]["current"], Json(m_control->controller->state()->revision));
    QCOMPARE(error["details"]["both"], Json::array({"/bucket_by"}));
    QCOMPARE(error["details"]["yours"][0]["to"], Json("session_id"));
    other["route"] = "support"; // which nobody has touched since
    QCOMPARE(command("routes.put", other, "If-Match: " + revision + "\r\n").status, 200);
}

void TestAdminPort::streamsEventsAndReplays()
{
    tests::RawSocket first(port());
    first.send("GET /admin/v1/events HTTP/1.1\r\n" + headers(m_viewer) + "\r\n");
    const auto head = first.readUntil("\n\n");
    QVERIFY(head && head->find("text/event-stream") != std::string::npos);
    m_control->events.publish("alert", {{"id", "one"}});
    const auto one = first.readUntil("\"id\":\"one\"");
    QVERIFY(one && one->find("event: alert") != std::string::npos);
    const auto at = one->find("id: ") + 4;
    const std::string id = one->substr(at, one->find('\n', at) - at);
    first.close();
    m_control->events.publish("alert", {{"id", "two"}}); // while nobody listens
    tests::RawSocket second(port());
    second.send("GET /admin/v1/events HTTP/1.1\r\n" +
                headers(m_viewer, "Last-Event-ID: " + id + "\r\n") + "\r\n");
    const auto two = second.readUntil("\"id\":\"two\"");
    QVERIFY(two);
    QVERIFY2(two->find("\"id\":\"one\"") == std::string::npos, "what was seen does not come again");
}

void TestAdminPort::revokedTokenEndsItsStream()
{
    const Json made = m_control->result("tokens.create", {{"name", "gone"}, {"role", "viewer"}});
    tests::RawSocket socket(port());
    socket.send("GET /admin/v1/events HTTP/1.1\r\n" + headers(made["token"]) + "\r\n");
    QVERIFY(socket.readUntil("\n\n"));
    QVERIFY_RESULT(m_control->run("tokens.revoke", {{"id", made["id"]}}));
    m_admin->tick();
    const auto [rest, how] = socket.readAll();
    QVERIFY(how != tests::RawSocket::Read::Timeout);
}

QTEST_GUILESS_MAIN(TestAdminPort)
#include "tst_adminport.moc"
