// SPDX-License-Identifier: GPL-3.0-or-later
// routing.snapshot: what was written comes back, anything else is Corrupt.
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/routing/snapshot.h"
#include "tests/routing/sample.h"
#include "tests/support/result.h"

#include <QTemporaryDir>
#include <QTest>

using namespace sluice;
using namespace sluice::routing;
using namespace sluice::tests;

namespace {

Snapshot sample()
{
    Snapshot out;
    out.revision = 17;
    Route killed = route();
    killed.killed = KillState{unit('b'), "ada", "slow", 1, 500};
    out.routes = {killed};
    out.members = {{"units", {{unit('a').text(), {{"model", "m-1"}}}}},
                   {"providers", Json::object()}};
    return out;
}

/// `bytes` with a payload of ours and a checksum that fits.
std::string withPayload(std::string bytes, std::string_view payload)
{
    bytes.resize(20);
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[12 + i] = static_cast<char>((payload.size() >> (8 * i)) & 0xffU);
    }
    const Sha256 sum = sha256(bytes + std::string(payload));
    bytes.append(sum.begin(), sum.end());
    return bytes + std::string(payload);
}

} // namespace

class TestSnapshot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBack();
    void everyFlippedByteIsFound();
    void everyCutIsFound();
    void wellSummedNonsenseIsCorrupt_data();
    void wellSummedNonsenseIsCorrupt();
    void absentFile();
};

void TestSnapshot::comesBack()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("routing.snapshot")).toStdString();
    QVERIFY_RESULT(writeSnapshot(path, sample()));
    const auto read = readSnapshot(path);
    QVERIFY_RESULT(read);
    QCOMPARE(read->revision, std::uint64_t{17});
    QVERIFY(read->routes == sample().routes);
    QVERIFY(read->members == sample().members);
}

void TestSnapshot::everyFlippedByteIsFound()
{
    const std::string bytes = *encodeSnapshot(sample());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (const unsigned mask : {0x01U, 0x80U, 0xffU}) {
            std::string damaged = bytes;
            damaged[i] = static_cast<char>(static_cast<unsigned char>(damaged[i]) ^ mask);
            const auto read = decodeSnapshot(damaged);
            QVERIFY2(!read.ok(), std::to_string(i).c_str());
            QCOMPARE(read.error().code, ErrorCode::Corrupt);
        }
    }
}

void TestSnapshot::everyCutIsFound()
{
    const std::string bytes = *encodeSnapshot(sample());
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        QVERIFY(!decodeSnapshot(std::string_view(bytes).substr(0, length)).ok());
    }
    QVERIFY(!decodeSnapshot(bytes + "x").ok());
}

void TestSnapshot::wellSummedNonsenseIsCorrupt_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("not JSON") << QByteArray("{");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("no routes") << QByteArray(R"({"revision": 1, "members": {}})");
    QTest::newRow("negative revision")
        << QByteArray(R"({"revision": -1, "routes": [], "members": {}})");
    QTest::newRow("bad route") << QByteArray(R"({"revision": 1, "routes": [{}], "members": {}})");
    QTest::newRow("deep") << QByteArray(1000, '[');
    QTest::newRow("not UTF-8") << QByteArray(
        "{\"revision\": 1, \"routes\": [], \"members\": {\"a\": \"\xff\"}}");
}

void TestSnapshot::wellSummedNonsenseIsCorrupt()
{
    QFETCH(QByteArray, payload);
    const auto read = decodeSnapshot(withPayload(*encodeSnapshot(sample()), payload.toStdString()));
    QVERIFY(!read.ok());
    QCOMPARE(read.error().code, ErrorCode::Corrupt);
}

void TestSnapshot::absentFile()
{
    const QTemporaryDir folder;
    const auto read = readSnapshot(folder.filePath(QStringLiteral("nothing")).toStdString());
    QVERIFY(!read.ok());
    QCOMPARE(read.error().code, ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TestSnapshot)
#include "tst_snapshot.moc"
