// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "tests/control/controlfixture.h"
#include "tests/support/result.h"

#include <QFile>
#include <QProcess>
#include <QTest>

#include <csignal>

using namespace sluice;

namespace {

const QString kBin = QStringLiteral(SLUICE_BIN_DIR);

/// sluicectl's outcome.
struct Outcome
{
    int exit = -1;
    QString out;
    QString err;
    [[nodiscard]] Json json() const { return Json::parse(out.toStdString(), nullptr, false); }
};

} // namespace

/// The two programs as people start them.
class TestPrograms final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void onCallsDay();
    void flagsOutAndIn();
    void exitCodes();
    void tablesAndHelp();
    void termDrains();
    void usageErrors_data();
    void usageErrors();

private:
    void startDaemon();
    Outcome ctl(const QStringList& arguments, const QByteArray& input = {});

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_daemon;
    Json m_ready;
};

void TestPrograms::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QFile file(m_folder->filePath("sluice.json"));
    QVERIFY(file.open(QFile::WriteOnly));
    file.write(tests::sampleFile().dump().c_str());
    file.close();
    startDaemon();
}

void TestPrograms::cleanup()
{
    if (m_daemon->state() != QProcess::NotRunning) {
        m_daemon->kill();
        m_daemon->waitForFinished();
    }
}

void TestPrograms::startDaemon()
{
    const QString ready = m_folder->filePath("ready.json");
    QFile::remove(ready);
    m_daemon = std::make_unique<QProcess>();
    m_daemon->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_daemon->start(kBin + QStringLiteral("/sluiced"),
                    {"--workspace", m_folder->filePath("workspace"), "--apply",
                     m_folder->filePath("sluice.json"), "--listen", "127.0.0.1:0", "--admin",
                     "127.0.0.1:0", "--threads", "1", "--log", "warning", "--ready-file", ready});
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(ready), 20'000);
    QFile file(ready);
    QVERIFY(file.open(QFile::ReadOnly));
    m_ready = Json::parse(file.readAll().toStdString());
    QCOMPARE(m_ready["pid"], Json(qint64(m_daemon->processId())));
}

Outcome TestPrograms::ctl(const QStringList& arguments, const QByteArray& input)
{
    QProcess process;
    process.start(kBin + QStringLiteral("/sluicectl"),
                  QStringList{"--admin", QString::fromStdString(m_ready["admin"]), "--token-file",
                              QString::fromStdString(m_ready["token_file"])} +
                      arguments);
    process.write(input);
    process.closeWriteChannel();
    process.waitForFinished();
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

void TestPrograms::onCallsDay()
{
    QCOMPARE(ctl({"routes", "get", "support"}).json()["percent"], Json(20));
    const Outcome put = ctl({"routes", "put", "--route", "support", "--definition",
                             R"({"percent": 30})", "--patch", "--reason", "more"});
    QVERIFY2(put.exit == 0, qPrintable(put.err));
    const Outcome kill = ctl({"rollback", "support", "--reason", "error rate"});
    QVERIFY2(kill.exit == 0, qPrintable(kill.err));
    QCOMPARE(kill.json()["routes"][0]["from_percent"], Json(30));
    QCOMPARE(ctl({"routing", "history"}).json()["revisions"].size(), std::size_t{3});
    // kill -9 right after the answer, and the same --apply: the kill stays.
    m_daemon->kill();
    QVERIFY(m_daemon->waitForFinished());
    startDaemon();
    QVERIFY(!ctl({"routes", "get", "support"}).json()["killed"].is_null());
    QCOMPARE(ctl({"apply", m_folder->filePath("sluice.json")}).exit, 3);
    QCOMPARE(ctl({"routing", "acknowledge", "support", "fixed"}).exit, 0);
    const Outcome dry = ctl({"apply", m_folder->filePath("sluice.json"), "--dry-run"});
    QCOMPARE(dry.json()["applied"], Json(false));
    QCOMPARE(ctl({"apply", "-"}, tests::sampleFile().dump().c_str()).exit, 0);
    QCOMPARE(ctl({"routes", "get", "-"}, R"({"route": "support"})").json()["percent"], Json(20));
}

void TestPrograms::flagsOutAndIn()
{
    const Outcome exported = ctl({"flags", "export"});
    QVERIFY2(exported.exit == 0, qPrintable(exported.err));
    QVERIFY(exported.json()["document"]["flags"].contains("support"));
    const QString path = m_folder->filePath("team.json");
    const auto write = [&](const QByteArray& text) {
        QFile file(path);
        return file.open(QFile::WriteOnly) && file.write(text) == text.size();
    };
    QVERIFY(write(
        R"({"flags":{"team":{"state":"ENABLED","variants":{"a":"x"},"defaultVariant":"a"}}})"));
    QCOMPARE(ctl({"flags", "import", path, "--dry-run"}).json()["changes"][0]["flag"],
             Json("team"));
    QVERIFY(write(
        R"({"flags":{"live":{"state":"ENABLED","variants":{"a":"x"},"defaultVariant":"a"}}})"));
    const Outcome put = ctl({"flags", "source", "put", "--name", "team", "--kind", "file",
                             "--location", path, "--interval-s", "1"});
    QVERIFY2(put.exit == 0, qPrintable(put.err));
    QTRY_COMPARE_WITH_TIMEOUT(ctl({"flags", "evaluate", "live"}).json()["value"], Json("x"),
                              20'000);
    QVERIFY(write("nothing"));
    QTRY_COMPARE_WITH_TIMEOUT(ctl({"flags", "sources"}).json()["sources"][0]["status"],
                              Json("error"), 20'000);
    QCOMPARE(ctl({"flags", "evaluate", "live"}).json()["value"], Json("x"));
    QCOMPARE(ctl({"flags", "source", "remove", "team"}).exit, 0);
    QCOMPARE(ctl({"flags", "evaluate", "live"}).json()["error_code"], Json("FLAG_NOT_FOUND"));
}

void TestPrograms::exitCodes()
{
    QCOMPARE(ctl({"routes", "list"}).exit, 0);
    QCOMPARE(ctl({"routes", "get", "nothere"}).exit, 1);
    QCOMPARE(ctl({"routes", "paint"}).exit, 2);
    QCOMPARE(ctl({"routes", "get", "--colour", "red"}).exit, 2);
    QCOMPARE(ctl({"rollback", "steady", "--reason", "nothing to return to"}).exit, 3);
    const auto percent = [&](const char* definition) {
        return QStringList{"routes", "put", "support", definition, "--patch", "--reason", "r"};
    };
    QCOMPARE(ctl(percent(R"({"percent":31})")).exit, 0);
    const Outcome late = ctl(QStringList{"--if-match", "1"} + percent(R"({"percent":32})"));
    QCOMPARE(late.exit, 4);
    QVERIFY2(late.err.contains(QStringLiteral("since then support /percent: 20 -> 31")),
             qPrintable(late.err));
    QVERIFY2(late.err.contains(QStringLiteral("yours      support /percent: 20 -> 32")),
             qPrintable(late.err));
    QCOMPARE(ctl({"routing", "restore", "1", "--reason", "r"}).exit, 0);
    QCOMPARE(ctl({"routing", "restore", "--at", "1", "--reason", "r"}).exit, 1); // nothing yet
    QVERIFY(!ctl({"routing", "diff", "1", "2"}).json()["changes"].empty());
    QCOMPARE(ctl(QStringList{"routes", "dry-run"} + percent(R"({"percent":50})").mid(2, 3)).exit,
             0);
    QCOMPARE(ctl({"flags", "generation", "3", "--reason", "r", "--dry-run"}).exit, 0);
    const Json why =
        ctl({"routes", "explain", "support", "--user", "u-1", "--context", R"({"plan":"pro"})"})
            .json();
    QCOMPARE(why["key"], Json("u-1"));
    QCOMPARE(ctl({"--if-match", "99", "routes", "delete", "support", "r"}).exit, 4);
    m_ready["admin"] = "http://127.0.0.1:1";
    QCOMPARE(ctl({"routes", "list"}).exit, 5);
}

void TestPrograms::tablesAndHelp()
{
    const Outcome table = ctl({"--output", "table", "routes", "list"});
    const QStringList lines = table.out.split(u'\n');
    QVERIFY2(lines.at(0).startsWith(QStringLiteral("NAME")), qPrintable(table.out));
    QVERIFY(table.out.contains(QStringLiteral("support-v2")));
    const Outcome all = ctl({"help"});
    QVERIFY(all.out.contains(QStringLiteral("routing kill")) && all.exit == 0);
    const Outcome one = ctl({"routes", "put", "--help"});
    QVERIFY2(one.out.contains(QStringLiteral("--dry-run")) &&
                 one.out.contains(QStringLiteral("(required)")),
             qPrintable(one.out));
}

void TestPrograms::termDrains()
{
    ::kill(static_cast<pid_t>(m_daemon->processId()), SIGTERM);
    QVERIFY(m_daemon->waitForFinished(10'000));
    QCOMPARE(m_daemon->exitStatus(), QProcess::NormalExit);
    QCOMPARE(m_daemon->exitCode(), 0);
}

void TestPrograms::usageErrors_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exit");
    QTest::newRow("unknown option") << QStringList{"--colour"} << 2;
    QTest::newRow("no value") << QStringList{"--listen"} << 2;
    QTest::newRow("bad address") << QStringList{"--listen", "here"} << 2;
    QTest::newRow("half of TLS") << QStringList{"--tls-cert", "c.pem"} << 2;
    QTest::newRow("open address") << QStringList{"--listen", "0.0.0.0:0", "--admin", "127.0.0.1:0"}
                                  << 3;
    QTest::newRow("help") << QStringList{"--help"} << 0;
}

void TestPrograms::usageErrors()
{
    QFETCH(QStringList, arguments);
    QProcess process;
    process.start(kBin + QStringLiteral("/sluiced"),
                  QStringList{"--workspace", m_folder->filePath("other")} + arguments);
    QVERIFY(process.waitForFinished(10'000));
    QTEST(process.exitCode(), "exit");
}

QTEST_GUILESS_MAIN(TestPrograms)
#include "tst_programs.moc"
