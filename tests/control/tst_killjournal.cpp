// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/control/killjournal.h"
#include "tests/support/result.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace sluice;
using control::KillJournal;
using control::KillRecord;

namespace {

KillRecord press(std::uint64_t sequence)
{
    return {sequence, 1'800'000'000'000'000,
            "ana",    "error rate",
            7,        {{"support", "u_killed", "u_good", 2000}}};
}

} // namespace

class TestKillJournal final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatWasAppended();
    void isAllocatedInFull();
    void endsAtATornRecord_data();
    void endsAtATornRecord();
    void appendsAfterATornRecord();
    void startsAfreshOnceHalfFull();
};

void TestKillJournal::keepsWhatWasAppended()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath("kill.journal").toStdString();
    {
        auto journal = KillJournal::open(path);
        QVERIFY_RESULT(journal);
        QVERIFY((*journal)->records().empty());
        QVERIFY_RESULT((*journal)->append(press(1)));
        QVERIFY_RESULT((*journal)->append(press(2)));
    }
    auto journal = KillJournal::open(path);
    QVERIFY_RESULT(journal);
    QCOMPARE((*journal)->records().size(), std::size_t{2});
    const KillRecord& second = (*journal)->records()[1];
    QCOMPARE(second.sequence, std::uint64_t{2});
    QCOMPARE(second.actor, std::string("ana"));
    QCOMPARE(second.routes.at(0).unit, std::string("u_killed"));
    QCOMPARE(second.routes.at(0).fromPercent, 2000U);
}

void TestKillJournal::isAllocatedInFull()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("kill.journal");
    QVERIFY_RESULT(KillJournal::open(path.toStdString()));
    QCOMPARE(QFile(path).size(), qint64(KillJournal::kBytes));
    QCOMPARE(QFile(path).permissions() & (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
}

void TestKillJournal::endsAtATornRecord_data()
{
    QTest::addColumn<int>("offset"); // of the second record's byte that is broken, from its start
    QTest::newRow("length") << 0;
    QTest::newRow("digest") << 10;
    QTest::newRow("payload") << 60;
}

void TestKillJournal::endsAtATornRecord()
{
    QFETCH(int, offset);
    const QTemporaryDir folder;
    const QString path = folder.filePath("kill.journal");
    {
        auto journal = KillJournal::open(path.toStdString());
        QVERIFY_RESULT((*journal)->append(press(1)));
        QVERIFY_RESULT((*journal)->append(press(2)));
    }
    QFile file(path);
    QVERIFY(file.open(QFile::ReadWrite));
    const QByteArray bytes = file.readAll();
    const auto length = [&](int at) {
        return 36 + static_cast<int>(static_cast<unsigned char>(bytes[at]));
    };
    QVERIFY(file.seek(length(0) + offset));
    file.putChar(static_cast<char>(bytes[length(0) + offset] ^ 0x7f));
    file.close();
    auto journal = KillJournal::open(path.toStdString());
    QVERIFY_RESULT(journal);
    QCOMPARE((*journal)->records().size(), std::size_t{1});
}

void TestKillJournal::appendsAfterATornRecord()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("kill.journal");
    {
        auto journal = KillJournal::open(path.toStdString());
        QVERIFY_RESULT((*journal)->append(press(1)));
    }
    QFile file(path);
    QVERIFY(file.open(QFile::ReadWrite));
    const int end = 36 + static_cast<int>(static_cast<unsigned char>(file.read(1)[0]));
    QVERIFY(file.seek(end));
    file.write("\x20\x00\x00\x00 half a record", 18);
    file.close();
    {
        auto journal = KillJournal::open(path.toStdString());
        QCOMPARE((*journal)->records().size(), std::size_t{1});
        QVERIFY_RESULT((*journal)->append(press(2)));
    }
    auto journal = KillJournal::open(path.toStdString());
    QCOMPARE((*journal)->records().size(), std::size_t{2});
}

void TestKillJournal::startsAfreshOnceHalfFull()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath("kill.journal").toStdString();
    auto journal = KillJournal::open(path);
    KillRecord big = press(1);
    big.reason = std::string(KillJournal::kBytes / 4, 'x');
    QVERIFY_RESULT((*journal)->append(big));
    QVERIFY_RESULT((*journal)->compact());
    QCOMPARE(KillJournal::open(path).value()->records().size(), std::size_t{1}); // not yet
    QVERIFY_RESULT((*journal)->append(big));
    QVERIFY_RESULT((*journal)->append(big));
    QCOMPARE((*journal)->append(big).error().code, ErrorCode::TooLarge);
    QVERIFY_RESULT((*journal)->compact());
    QVERIFY_RESULT((*journal)->append(press(9)));
    auto again = KillJournal::open(path);
    QCOMPARE((*again)->records().size(), std::size_t{1});
    QCOMPARE((*again)->records().front().sequence, std::uint64_t{9});
}

QTEST_GUILESS_MAIN(TestKillJournal)
#include "tst_killjournal.moc"
