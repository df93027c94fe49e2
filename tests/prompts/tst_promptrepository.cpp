// SPDX-License-Identifier: GPL-3.0-or-later
// Real repositories in temporary folders: our releases read by plain git, plain git's read by us,
// and hostile ones.
#include "core/base/hash.h"
#include "core/prompts/gitfile.h"
#include "core/prompts/promptrepository.h"
#include "tests/support/result.h"

#include <QDir>
#include <QDirIterator>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace sluice;
using namespace sluice::prompts;

namespace {

constexpr std::string_view kFirst = "{{role \"system\"}}Answer {{question}}\n";
constexpr std::string_view kSecond = "{{role \"system\"}}Answer kindly {{question}}\n";

/// A folder and plain git in it, blind to this machine's configuration.
class Playground
{
public:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] std::string repository() const
    {
        return path(QStringLiteral("prompts")).toStdString();
    }

    /// git's output without the last line end; a null string if it failed.
    QString git(const QStringList& arguments, const QByteArray& input = {},
                const QString& in = QStringLiteral("prompts"))
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("HOME"), m_folder.path());
        environment.insert(QStringLiteral("GIT_CONFIG_NOSYSTEM"), QStringLiteral("1"));
        for (const char* who : {"AUTHOR", "COMMITTER"}) {
            environment.insert(QStringLiteral("GIT_%1_NAME").arg(QLatin1String(who)),
                               QStringLiteral("Ada"));
            environment.insert(QStringLiteral("GIT_%1_EMAIL").arg(QLatin1String(who)),
                               QStringLiteral("ada@example.org"));
            environment.insert(QStringLiteral("GIT_%1_DATE").arg(QLatin1String(who)),
                               QStringLiteral("1800000000 +0000"));
        }
        process.setProcessEnvironment(environment);
        QDir().mkpath(path(in));
        process.setWorkingDirectory(path(in));
        process.start(QStringLiteral("git"), arguments);
        process.write(input);
        process.closeWriteChannel();
        if (!process.waitForFinished() || process.exitCode() != 0) {
            qWarning("git %s: %s", qPrintable(arguments.join(QLatin1Char(' '))),
                     process.readAllStandardError().constData());
            return {};
        }
        QString out = QString::fromUtf8(process.readAllStandardOutput());
        out.chop(out.endsWith(QLatin1Char('\n')) ? 1 : 0);
        return out.isNull() ? QStringLiteral("") : out;
    }

    /// A tree with one entry, by plain git.
    QString tree(const QString& mode, const QString& type, const QString& id, const QString& name)
    {
        return git({QStringLiteral("mktree"), QStringLiteral("--missing")},
                   QStringLiteral("%1 %2 %3\t%4\n").arg(mode, type, id, name).toUtf8());
    }

    QString blob(const QByteArray& text)
    {
        return git({QStringLiteral("hash-object"), QStringLiteral("-w"), QStringLiteral("--stdin")},
                   text);
    }

    /// Commits a tree as prompts/ and tags it prompt/x/v1.0.0.
    void releaseTree(const QString& promptsTree, bool annotated = true)
    {
        const QString root = tree(QStringLiteral("040000"), QStringLiteral("tree"), promptsTree,
                                  QStringLiteral("prompts"));
        const QString commit = git(
            {QStringLiteral("commit-tree"), QStringLiteral("-m"), QStringLiteral("by hand"), root});
        QStringList arguments{QStringLiteral("tag"), QStringLiteral("prompt/x/v1.0.0"), commit};
        if (annotated) {
            arguments << QStringLiteral("-a") << QStringLiteral("-m") << QStringLiteral("by hand");
        }
        git(arguments);
    }

    void init()
    {
        git({QStringLiteral("init"), QStringLiteral("-q"), QStringLiteral("--bare"),
             QStringLiteral(".")});
    }

private:
    QTemporaryDir m_folder;
};

std::unique_ptr<PromptRepository> opened(const Playground& playground)
{
    auto repository = PromptRepository::openOrCreate(playground.repository());
    return repository ? *std::move(repository) : nullptr;
}

} // namespace

class TestPromptRepository : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void releasesComeBack();
    void releasesAreListedNewestFirst();
    void sameReleaseAgainIsNoChange();
    void refusesBadNames_data();
    void refusesBadNames();
    void refusesPromptsThatDoNotParse();
    void plainGitReadsOurs();
    void readsPlainGits();
    void hostile_data();
    void hostile();
    void damagedObjectIsFound();
    void halfDoneReleaseIsCompleted();
    void opensOnlyRepositories();
    void readsAnyFile_data();
    void readsAnyFile();
};

void TestPromptRepository::releasesComeBack()
{
    const Playground playground;
    const auto repository = opened(playground);
    QVERIFY(repository != nullptr);
    QVERIFY_RESULT(repository->commitRelease("support/answer", "1.0.0", kFirst, "Ada Lovelace"));
    QVERIFY_RESULT(repository->commitRelease("support/answer", "1.1.0", kSecond, "Grace"));
    const auto first = repository->release("support/answer", "1.0.0");
    QVERIFY_RESULT(first);
    QCOMPARE(first->source, std::string(kFirst));
    QCOMPARE(first->digest, sha256Hex(kFirst));
    QCOMPARE(first->author, std::string("Ada Lovelace"));
    QCOMPARE(first->commit.size(), std::size_t{40});
    QVERIFY(first->message.find("digest: sha256:" + first->digest) != std::string::npos);
    QCOMPARE(repository->release("support/answer", "1.1.0")->source, std::string(kSecond));
    const auto missing = repository->release("support/answer", "2.0.0");
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
    QVERIFY2(missing.error().message.find("1.1.0, 1.0.0") != std::string::npos,
             missing.error().message.c_str());
    QCOMPARE(repository->release("support/other", "1.0.0").error().code, ErrorCode::NotFound);
}

void TestPromptRepository::releasesAreListedNewestFirst()
{
    const Playground playground;
    const auto repository = opened(playground);
    for (const char* version : {"1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0"}) {
        QVERIFY_RESULT(repository->commitRelease("b/answer", version, kFirst, "Ada"));
    }
    QVERIFY_RESULT(repository->commitRelease("a", "0.1.0", kSecond, "Ada"));
    const auto all = repository->releases();
    QVERIFY_RESULT(all);
    std::vector<std::string> names;
    for (const Release& release : *all) {
        names.push_back(release.name + " " + release.version);
        QVERIFY(release.source.empty());
        QCOMPARE(release.digest.size(), std::size_t{64});
    }
    const std::vector<std::string> expected{"a 0.1.0", "b/answer 2.0.0", "b/answer 2.0.0-rc.1",
                                            "b/answer 1.10.0", "b/answer 1.9.0"};
    QVERIFY(names == expected);
}

void TestPromptRepository::sameReleaseAgainIsNoChange()
{
    Playground playground;
    const auto repository = opened(playground);
    QVERIFY_RESULT(repository->commitRelease("x", "1.0.0", kFirst, "Ada"));
    const QString before = playground.git({QStringLiteral("for-each-ref")});
    QVERIFY_RESULT(repository->commitRelease("x", "1.0.0", kFirst, "Grace"));
    QCOMPARE(playground.git({QStringLiteral("for-each-ref")}), before);
    const auto other = repository->commitRelease("x", "1.0.0", kSecond, "Ada");
    QCOMPARE(other.error().code, ErrorCode::Conflict);
    QCOMPARE(playground.git({QStringLiteral("for-each-ref")}), before);
}

void TestPromptRepository::refusesBadNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("version");
    int row = 0;
    for (const char* name : {"",
                             "..",
                             "../x",
                             "a/../b",
                             "/etc/passwd",
                             "a//b",
                             "a/",
                             ".git/config",
                             "a/.hidden",
                             "_partial",
                             "a b",
                             "a\\b",
                             "a\nb",
                             "x.lock",
                             "x.",
                             "-x",
                             "a..b",
                             "caf\xc3\xa9",
                             "a~1",
                             "a^{commit}",
                             "a:b",
                             "1/2/3/4/5/6/7/8/9"}) {
        QTest::newRow(qPrintable(QStringLiteral("name %1").arg(row++)))
            << QString::fromUtf8(name) << QStringLiteral("1.0.0");
    }
    for (const char* version : {"", "1", "1.0", "v1.0.0", "01.0.0", "1.0.0.0", "latest", "1.0.0-",
                                "1.0.0+build", "1.0.0/x"}) {
        QTest::newRow(qPrintable(QStringLiteral("version %1").arg(row++)))
            << QStringLiteral("x") << QString::fromUtf8(version);
    }
}

void TestPromptRepository::refusesBadNames()
{
    QFETCH(QString, name);
    QFETCH(QString, version);
    const Playground playground;
    const auto repository = opened(playground);
    const auto read = repository->release(name.toStdString(), version.toStdString());
    QCOMPARE(read.error().code, ErrorCode::InvalidArgument);
    const auto written =
        repository->commitRelease(name.toStdString(), version.toStdString(), kFirst, "Ada");
    QCOMPARE(written.error().code, ErrorCode::InvalidArgument);
}

void TestPromptRepository::refusesPromptsThatDoNotParse()
{
    const Playground playground;
    const auto repository = opened(playground);
    const auto status = repository->commitRelease("x", "1.0.0", "{{#each a}}", "Ada");
    QCOMPARE(status.error().code, ErrorCode::InvalidArgument);
    QVERIFY(repository->releases()->empty());
}

void TestPromptRepository::plainGitReadsOurs()
{
    Playground playground;
    const auto repository = opened(playground);
    QVERIFY_RESULT(repository->commitRelease("support/answer", "1.0.0", kFirst, "Ada"));
    QVERIFY_RESULT(repository->commitRelease("support/answer", "1.1.0", kSecond, "Ada"));
    QVERIFY(!playground.git({QStringLiteral("fsck"), QStringLiteral("--strict")}).isNull());
    QCOMPARE(playground.git({QStringLiteral("cat-file"), QStringLiteral("-t"),
                             QStringLiteral("prompt/support/answer/v1.0.0")}),
             QStringLiteral("tag"));
    QCOMPARE(playground.git({QStringLiteral("symbolic-ref"), QStringLiteral("HEAD")}),
             QStringLiteral("refs/heads/main"));
    QVERIFY(!playground
                 .git({QStringLiteral("clone"), QStringLiteral("-q"), QStringLiteral("../prompts"),
                       QStringLiteral(".")},
                      {}, QStringLiteral("clone"))
                 .isNull());
    QFile file(playground.path(QStringLiteral("clone/prompts/support/answer.prompt")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().toStdString(), std::string(kSecond));
    QCOMPARE(playground.git(
                 {QStringLiteral("rev-list"), QStringLiteral("--count"), QStringLiteral("main")}),
             QStringLiteral("2"));
}

void TestPromptRepository::readsPlainGits()
{
    Playground playground;
    playground.init();
    const QString work = QStringLiteral("work");
    playground.git({QStringLiteral("clone"), QStringLiteral("-q"), QStringLiteral("../prompts"),
                    QStringLiteral(".")},
                   {}, work);
    QDir().mkpath(playground.path(QStringLiteral("work/prompts")));
    QFile file(playground.path(QStringLiteral("work/prompts/x.prompt")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(kFirst.data(), static_cast<qint64>(kFirst.size()));
    file.close();
    playground.git({QStringLiteral("add"), QStringLiteral(".")}, {}, work);
    playground.git({QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("-m"),
                    QStringLiteral("Add x")},
                   {}, work);
    playground.git({QStringLiteral("tag"), QStringLiteral("-a"), QStringLiteral("prompt/x/v1.0.0"),
                    QStringLiteral("-m"), QStringLiteral("First")},
                   {}, work);
    playground.git({QStringLiteral("gc"), QStringLiteral("-q")}, {}, work);
    for (const QString& folder : {QStringLiteral("work"), QStringLiteral("prompts")}) {
        playground.git({QStringLiteral("push"), QStringLiteral("-q"), QStringLiteral("--tags"),
                        QStringLiteral("origin"), QStringLiteral("HEAD:main")},
                       {}, work);
        const auto repository = PromptRepository::open(playground.path(folder).toStdString());
        QVERIFY_RESULT(repository);
        const auto release = (*repository)->release("x", "1.0.0");
        QVERIFY_RESULT(release);
        QCOMPARE(release->source, std::string(kFirst));
        QCOMPARE(release->author, std::string("Ada"));
        QCOMPARE(release->atSeconds, std::int64_t{1'800'000'000});
        QCOMPARE(release->message, std::string("First\n"));
    }
}

void TestPromptRepository::hostile_data()
{
    QTest::addColumn<int>("code");
    const auto row = [](const char* name, ErrorCode code) {
        QTest::newRow(name) << static_cast<int>(code);
    };
    row("symlink", ErrorCode::Refused);
    row("submodule", ErrorCode::Refused);
    row("folder in place of the file", ErrorCode::Refused);
    row("prompts is a file", ErrorCode::Refused);
    row("lightweight tag", ErrorCode::Refused);
    row("tag of a tag", ErrorCode::Refused);
    row("tag of a blob", ErrorCode::Refused);
    row("tag under another name", ErrorCode::Refused);
    row("no such file", ErrorCode::Corrupt);
    row("digest of another text", ErrorCode::Corrupt);
    row("large blob", ErrorCode::TooLarge);
    row("large folder", ErrorCode::TooLarge);
    row("large tag", ErrorCode::TooLarge);
    row("blob that is not there", ErrorCode::Corrupt);
}

void TestPromptRepository::hostile()
{
    QFETCH(int, code);
    const QString kind = QString::fromUtf8(QTest::currentDataTag());
    Playground playground;
    playground.init();
    const QString text = playground.blob(QByteArray::fromStdString(std::string(kFirst)));
    const QString file = QStringLiteral("x.prompt");
    const auto plain = [&](const QString& id) {
        return playground.tree(QStringLiteral("100644"), QStringLiteral("blob"), id, file);
    };
    const QString good = plain(text);
    if (kind == QStringLiteral("symlink")) {
        playground.releaseTree(playground.tree(QStringLiteral("120000"), QStringLiteral("blob"),
                                               playground.blob("../../../etc/passwd"), file));
    } else if (kind == QStringLiteral("submodule")) {
        playground.releaseTree(playground.tree(QStringLiteral("160000"), QStringLiteral("commit"),
                                               QString(40, QLatin1Char('1')), file));
    } else if (kind == QStringLiteral("folder in place of the file")) {
        playground.releaseTree(
            playground.tree(QStringLiteral("040000"), QStringLiteral("tree"), good, file));
    } else if (kind == QStringLiteral("prompts is a file")) {
        const QString root = playground.tree(QStringLiteral("100644"), QStringLiteral("blob"), text,
                                             QStringLiteral("prompts"));
        const QString commit = playground.git(
            {QStringLiteral("commit-tree"), QStringLiteral("-m"), QStringLiteral("x"), root});
        playground.git({QStringLiteral("tag"), QStringLiteral("-am"), QStringLiteral("x"),
                        QStringLiteral("prompt/x/v1.0.0"), commit});
    } else if (kind == QStringLiteral("lightweight tag")) {
        playground.releaseTree(good, false);
    } else if (kind == QStringLiteral("tag of a tag")) {
        playground.releaseTree(good);
        playground.git({QStringLiteral("tag"), QStringLiteral("-fam"), QStringLiteral("x"),
                        QStringLiteral("prompt/x/v1.0.0"), QStringLiteral("prompt/x/v1.0.0")});
    } else if (kind == QStringLiteral("tag of a blob")) {
        playground.git({QStringLiteral("tag"), QStringLiteral("-am"), QStringLiteral("x"),
                        QStringLiteral("prompt/x/v1.0.0"), text});
    } else if (kind == QStringLiteral("tag under another name")) {
        playground.releaseTree(good);
        const QString id =
            playground.git({QStringLiteral("rev-parse"), QStringLiteral("prompt/x/v1.0.0")});
        playground.git(
            {QStringLiteral("update-ref"), QStringLiteral("refs/tags/prompt/y/v1.0.0"), id});
        const auto moved =
            (*PromptRepository::open(playground.repository()))->release("y", "1.0.0");
        QCOMPARE(static_cast<int>(moved.error().code), code);
        return;
    } else if (kind == QStringLiteral("no such file")) {
        playground.releaseTree(playground.tree(QStringLiteral("100644"), QStringLiteral("blob"),
                                               text, QStringLiteral("y.prompt")));
    } else if (kind == QStringLiteral("digest of another text")) {
        playground.releaseTree(good);
        playground.git({QStringLiteral("tag"), QStringLiteral("-fam"),
                        QStringLiteral("x\n\ndigest: sha256:%1").arg(QString(64, QLatin1Char('0'))),
                        QStringLiteral("prompt/x/v1.0.0"),
                        QStringLiteral("prompt/x/v1.0.0^{commit}")});
    } else if (kind == QStringLiteral("large blob")) {
        playground.releaseTree(plain(playground.blob(QByteArray((1 << 20) + 1, 'x'))));
    } else if (kind == QStringLiteral("large folder")) {
        QByteArray entries;
        for (int i = 0; i < 10'001; ++i) {
            entries += QStringLiteral("100644 blob %1\tf%2\n").arg(text).arg(i).toUtf8();
        }
        entries += QStringLiteral("100644 blob %1\tx.prompt\n").arg(text).toUtf8();
        playground.releaseTree(playground.git({QStringLiteral("mktree")}, entries));
    } else if (kind == QStringLiteral("large tag")) {
        playground.releaseTree(good, false);
        playground.git({QStringLiteral("tag"), QStringLiteral("-f"), QStringLiteral("-a"),
                        QStringLiteral("-F"), QStringLiteral("-"),
                        QStringLiteral("prompt/x/v1.0.0"),
                        QStringLiteral("prompt/x/v1.0.0^{commit}")},
                       QByteArray(70'000, 'x'));
    } else {
        playground.releaseTree(plain(QString(40, QLatin1Char('1'))));
    }
    const auto repository = PromptRepository::open(playground.repository());
    QVERIFY_RESULT(repository);
    const auto release = (*repository)->release("x", "1.0.0");
    QVERIFY(!release.ok());
    QVERIFY2(static_cast<int>(release.error().code) == code, describe(release.error()).c_str());
    QVERIFY_RESULT((*repository)->releases()); // and it hides nothing else
}

void TestPromptRepository::damagedObjectIsFound()
{
    Playground playground;
    {
        const auto repository = opened(playground);
        QVERIFY_RESULT(repository->commitRelease("x", "1.0.0", kFirst, "Ada"));
    }
    const QString id = playground.git(
        {QStringLiteral("rev-parse"), QStringLiteral("prompt/x/v1.0.0:prompts/x.prompt")});
    const QString other = playground.blob("Something else altogether");
    const auto objectPath = [&](const QString& object) {
        return playground.path(
            QStringLiteral("prompts/objects/%1/%2").arg(object.left(2), object.mid(2)));
    };
    QVERIFY(QFile::remove(objectPath(id)));
    QVERIFY(QFile::copy(objectPath(other), objectPath(id)));
    const auto repository = opened(playground);
    const auto release = repository->release("x", "1.0.0");
    QVERIFY(!release.ok());
    QCOMPARE(release.error().code, ErrorCode::Corrupt);
}

void TestPromptRepository::halfDoneReleaseIsCompleted()
{
    Playground playground;
    const auto repository = opened(playground);
    QVERIFY_RESULT(repository->commitRelease("x", "1.0.0", kFirst, "Ada"));
    QVERIFY_RESULT(repository->commitRelease("x", "1.1.0", kSecond, "Ada"));
    const QString main = playground.git({QStringLiteral("rev-parse"), QStringLiteral("main")});
    // As after a crash between tag and branch.
    playground.git({QStringLiteral("update-ref"), QStringLiteral("refs/heads/main"),
                    QStringLiteral("main~1")});
    QVERIFY_RESULT(repository->commitRelease("x", "1.1.0", kSecond, "Ada"));
    QCOMPARE(playground.git({QStringLiteral("rev-parse"), QStringLiteral("main")}), main);
}

void TestPromptRepository::opensOnlyRepositories()
{
    Playground playground;
    QVERIFY(!PromptRepository::open(playground.repository()).ok());
    QDir().mkpath(playground.path(QStringLiteral("prompts/inner")));
    QVERIFY(!PromptRepository::openOrCreate(playground.repository())
                 .ok()); // not empty, and no repository
    playground.git({QStringLiteral("init"), QStringLiteral("-q"), QStringLiteral(".")}, {},
                   QStringLiteral("outer"));
    QDir().mkpath(playground.path(QStringLiteral("outer/inner")));
    QVERIFY(!PromptRepository::open(playground.path(QStringLiteral("outer/inner")).toStdString())
                 .ok()); // no search upwards
}

void TestPromptRepository::readsAnyFile_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("code"); // -1: it is read
    const auto row = [](const char* name, const char* mode, const char* type, const char* path,
                        int size, int code) {
        QTest::newRow(name) << QString::fromLatin1(mode) << QString::fromLatin1(type)
                            << QString::fromLatin1(path) << size << code;
    };
    row("a file", "100644", "blob", "flags/a.json", 10, -1);
    row("an executable one", "100755", "blob", "flags/a.json", 10, -1);
    row("too large", "100644", "blob", "flags/a.json", 101, int(ErrorCode::TooLarge));
    row("a symbolic link", "120000", "blob", "flags/a.json", 10, int(ErrorCode::Refused));
    row("a submodule", "160000", "commit", "flags/a.json", 10, int(ErrorCode::Refused));
    row("a folder", "100644", "blob", "flags", 10, int(ErrorCode::Refused));
    row("through a file", "100644", "blob", "flags/a.json/b", 10, int(ErrorCode::Refused));
    row("not there", "100644", "blob", "flags/b.json", 10, int(ErrorCode::NotFound));
    row("upwards", "100644", "blob", "../flags/a.json", 10, int(ErrorCode::NotFound));
}

void TestPromptRepository::readsAnyFile()
{
    QFETCH(QString, mode);
    QFETCH(QString, type);
    QFETCH(QString, path);
    QFETCH(int, size);
    QFETCH(int, code);
    Playground playground;
    playground.init();
    const QString object = type == QStringLiteral("commit")
                               ? QString(40, QLatin1Char('1'))
                               : playground.blob(QByteArray(size, 'x'));
    const QString folder = playground.tree(mode, type, object, QStringLiteral("a.json"));
    const QString root = playground.tree(QStringLiteral("040000"), QStringLiteral("tree"), folder,
                                         QStringLiteral("flags"));
    const QString commit = playground.git(
        {QStringLiteral("commit-tree"), QStringLiteral("-m"), QStringLiteral("by hand"), root});
    playground.git({QStringLiteral("update-ref"), QStringLiteral("refs/heads/main"), commit});
    const auto read = [&](const std::string& ref, const std::string& known) {
        return readGitFile(playground.repository(), ref, path.toStdString(), known, 100);
    };
    const auto file = read("refs/heads/main", {});
    if (code >= 0) {
        QVERIFY(!file.ok());
        QCOMPARE(int(file.error().code), code);
        return;
    }
    QVERIFY_RESULT(file);
    QCOMPARE(file->text, std::string(std::size_t(size), 'x'));
    QCOMPARE(file->commit, commit.toStdString());
    const auto again = read("refs/heads/main", file->commit);
    QVERIFY_RESULT(again);
    QVERIFY(again->text.empty()); // known already
    QCOMPARE(read("refs/heads/none", {}).error().code, ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TestPromptRepository)
#include "tst_promptrepository.moc"
