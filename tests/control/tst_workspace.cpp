// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/exposure.h"
#include "core/control/workspace.h"
#include "tests/support/result.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace sluice;
using control::Workspace;

class TestWorkspace final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void secondIsRefusedWithTheFirstsAddress();
    void lockGoesWithItsHolder();
    void keyIsMadeOnce();
    void SEC01_exposure_data();
    void SEC01_exposure();
    void readsAddresses_data();
    void readsAddresses();
};

void TestWorkspace::secondIsRefusedWithTheFirstsAddress()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath("made/by/it").toStdString();
    auto first = Workspace::open(path);
    QVERIFY_RESULT(first);
    QCOMPARE(QFileInfo(QString::fromStdString(path)).permissions() &
                 (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
    QVERIFY_RESULT((*first)->announce("http://127.0.0.1:4711"));
    const auto second = Workspace::open(path);
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Conflict);
    QVERIFY2(second.error().message.find("http://127.0.0.1:4711") != std::string::npos,
             second.error().message.c_str());
}

void TestWorkspace::lockGoesWithItsHolder()
{
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString();
    {
        auto first = Workspace::open(path);
        QVERIFY_RESULT(first);
        QVERIFY_RESULT((*first)->announce("http://127.0.0.1:4711"));
    }
    QVERIFY_RESULT(Workspace::open(path));
}

void TestWorkspace::keyIsMadeOnce()
{
    const QTemporaryDir folder;
    auto workspace = Workspace::open(folder.path().toStdString());
    const auto key = (*workspace)->key("hmac.key");
    QVERIFY_RESULT(key);
    QCOMPARE(key->size(), std::size_t{64});
    QCOMPARE(*(*workspace)->key("hmac.key"), *key);
    QCOMPARE(QFileInfo(folder.filePath("hmac.key")).permissions() &
                 (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
}

void TestWorkspace::SEC01_exposure_data()
{
    QTest::addColumn<QString>("listen");
    QTest::addColumn<QString>("admin");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<bool>("keys");
    QTest::addColumn<bool>("insecure");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("loopback") << "127.0.0.1" << "127.0.0.1" << false << false << false << true;
    QTest::newRow("loopback 6") << "::1" << "localhost" << false << false << false << true;
    QTest::newRow("another of 127/8")
        << "127.0.0.53" << "127.0.0.1" << false << false << false << true;
    QTest::newRow("everything") << "0.0.0.0" << "127.0.0.1" << false << false << false << false;
    QTest::newRow("everything 6") << "::" << "127.0.0.1" << false << false << false << false;
    QTest::newRow("a name") << "gateway.example" << "127.0.0.1" << false << false << false << false;
    QTest::newRow("TLS without keys")
        << "0.0.0.0" << "127.0.0.1" << true << false << false << false;
    QTest::newRow("keys without TLS")
        << "0.0.0.0" << "127.0.0.1" << false << true << false << false;
    QTest::newRow("TLS and keys") << "0.0.0.0" << "127.0.0.1" << true << true << false << true;
    QTest::newRow("admin without TLS")
        << "127.0.0.1" << "10.0.0.1" << false << true << false << false;
    QTest::newRow("admin with TLS") << "127.0.0.1" << "10.0.0.1" << true << false << false << true;
    QTest::newRow("meant so") << "0.0.0.0" << "0.0.0.0" << false << false << true << true;
}

void TestWorkspace::SEC01_exposure()
{
    QFETCH(bool, tls);
    control::EngineOptions options;
    QFETCH(QString, listen);
    options.listen.host = listen.toStdString();
    QFETCH(QString, admin);
    QFETCH(bool, keys);
    QFETCH(bool, insecure);
    QFETCH(bool, allowed);
    options.admin.host = admin.toStdString();
    options.insecureListen = insecure;
    if (tls) {
        options.tls = {"cert.pem", "key.pem"};
    }
    const Status status = control::checkExposure(options, keys);
    QCOMPARE(status.ok(), allowed);
    if (!allowed) {
        QCOMPARE(exitCode(status.error().code), 3);
    }
}

void TestWorkspace::readsAddresses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port"); // -1: not an address
    QTest::newRow("v4") << "127.0.0.1:8080" << "127.0.0.1" << 8080;
    QTest::newRow("free port") << "localhost:0" << "localhost" << 0;
    QTest::newRow("v6") << "[::1]:8081" << "::1" << 8081;
    QTest::newRow("v6 without brackets") << "::1:8081" << "" << -1;
    QTest::newRow("no port") << "127.0.0.1" << "" << -1;
    QTest::newRow("empty port") << "127.0.0.1:" << "" << -1;
    QTest::newRow("port too large") << "127.0.0.1:70000" << "" << -1;
    QTest::newRow("no host") << ":8080" << "" << -1;
    QTest::newRow("trailing") << "127.0.0.1:80x" << "" << -1;
}

void TestWorkspace::readsAddresses()
{
    QFETCH(QString, text);
    QFETCH(QString, host);
    QFETCH(int, port);
    const auto address = control::addressFromText(text.toStdString());
    QCOMPARE(address.ok(), port >= 0);
    if (address) {
        QCOMPARE(QString::fromStdString(address->host), host);
        QCOMPARE(int(address->port), port);
    }
}

QTEST_GUILESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
