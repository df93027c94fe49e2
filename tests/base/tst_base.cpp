// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/ids.h"
#include "core/base/secret.h"
#include "core/base/threads.h"
#include "tests/support/manualclock.h"
#include "tests/support/result.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>

using namespace sluice;

class TestBase : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hashes();
    void names();
    void randomIds();
    void errorCodesRoundTrip();
    void times();
    void atomicFiles();
    void secrets();
    void threads();
};

void TestBase::hashes()
{
    // FIPS 180-4 examples; RFC 4231, test case 2.
    QCOMPARE(sha256Hex("abc"),
             std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(sha256Hex(""),
             std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    QCOMPARE(toHex(hmacSha256("Jefe", "what do ya want for nothing?")),
             std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    QVERIFY(equalConstantTime("same", "same"));
    QVERIFY(!equalConstantTime("same", "sane"));
    QVERIFY(!equalConstantTime("same", "same "));
}

void TestBase::names()
{
    for (const char* good : {"a", "support-assistant", "ai_search.v2", "0x"}) {
        QVERIFY2(isName(good), good);
    }
    for (const char* bad : {"", "-a", ".a", "a b", "a/b", "ä", "a\n"}) {
        QVERIFY2(!isName(bad), bad);
    }
    QVERIFY(isName(std::string(128, 'a')));
    QVERIFY(!isName(std::string(129, 'a')));
}

void TestBase::randomIds()
{
    const std::string a = randomId("req_");
    QCOMPARE(a.size(), std::size_t{36});
    QVERIFY(a.starts_with("req_"));
    QVERIFY(a != randomId("req_"));
}

void TestBase::errorCodesRoundTrip()
{
    for (int i = 0; i <= static_cast<int>(ErrorCode::Internal); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        QCOMPARE(errorCodeFromName(errorCodeName(code)), code);
    }
    QCOMPARE(exitCode(ErrorCode::InvalidArgument), 2);
    QCOMPARE(exitCode(ErrorCode::Refused), 3);
    QCOMPARE(exitCode(ErrorCode::Conflict), 4);
    QCOMPARE(exitCode(ErrorCode::Unavailable), 5);
    QCOMPARE(exitCode(ErrorCode::NotFound), 1);
    QCOMPARE(describe(fail(ErrorCode::Io, "no", "/a")), std::string("no (at /a)"));
}

void TestBase::times()
{
    QCOMPARE(toRfc3339(fromMicros(0)), std::string("1970-01-01T00:00:00.000Z"));
    QCOMPARE(toRfc3339(fromMicros(1'700'000'000'120'000)), std::string("2023-11-14T22:13:20.120Z"));
    tests::ManualClock clock;
    const auto before = clock.steady();
    clock.advance(std::chrono::seconds(3));
    QCOMPARE(clock.steady() - before, std::chrono::steady_clock::duration(std::chrono::seconds(3)));
}

void TestBase::atomicFiles()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("x")).toStdString();
    QCOMPARE(readFile(path, 10).error().code, ErrorCode::NotFound);
    QVERIFY_RESULT(writeFileAtomically(path, "one"));
    QVERIFY_RESULT(writeFileAtomically(path, "two"));
    QCOMPARE(*readFile(path, 10), std::string("two"));
    QCOMPARE(readFile(path, 2).error().code, ErrorCode::TooLarge);
    struct stat info = {};
    QCOMPARE(::stat(path.c_str(), &info), 0);
    QCOMPARE(info.st_mode & 0777U, 0600U);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(),
             1); // no temporary left
    QVERIFY(!writeFileAtomically(path + "/below/a/file", "x"));
}

void TestBase::secrets()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("key")).toStdString();
    QVERIFY_RESULT(writeFileAtomically(path, "s3cret\n"));
    const SystemSecretStore store;
    const auto secret = store.find({SecretRef::Kind::File, path});
    QVERIFY_RESULT(secret);
    QCOMPARE(secret->reveal(), std::string("s3cret"));
    ::chmod(path.c_str(), 0644);
    QCOMPARE(store.find({SecretRef::Kind::File, path}).error().code, ErrorCode::Refused);
    QCOMPARE(store.find({SecretRef::Kind::Env, "SLUICE_NO_SUCH_VARIABLE"}).error().code,
             ErrorCode::NotFound);
    QVERIFY(store.find({}).value().empty());

    const auto ref = secretRefFromJson(Json{{"env", "HOUSE_KEY"}}, "/secret");
    QVERIFY_RESULT(ref);
    QCOMPARE_JSON(toJson(*ref), Json({{"env", "HOUSE_KEY"}}));
    QCOMPARE(secretRefFromJson(Json("sk-plain"), "/secret").error().where, std::string("/secret"));
    QVERIFY(!secretRefFromJson(Json{{"env", "A"}, {"file", "b"}}, ""));
}

void TestBase::threads()
{
    struct Seen
    {
        std::array<char, 16> name{};
        int policy = -1;
        int nice = -1;
    };
    const auto described = [](std::string_view name, ThreadUse use) {
        Seen seen;
        std::thread([&] {
            describeThread(name, use);
            pthread_getname_np(pthread_self(), seen.name.data(), seen.name.size());
            seen.policy = sched_getscheduler(0);
            seen.nice = getpriority(PRIO_PROCESS, 0);
        }).join();
        return seen;
    };
    const int own = getpriority(PRIO_PROCESS, 0);
    const Seen serving = described("gateway-0", ThreadUse::Serving);
    QCOMPARE(serving.name.data(), "gateway-0");
    QCOMPARE(serving.policy, SCHED_OTHER);
    QCOMPARE(serving.nice, own);
    const Seen background = described("a name of more than fifteen bytes", ThreadUse::Background);
    QCOMPARE(background.name.data(), "a name of more ");
    QCOMPARE(background.policy, SCHED_BATCH);
    QVERIFY(background.nice > own || own == 19);
}

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
