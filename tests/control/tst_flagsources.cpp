// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/control/flagfetcher.h"
#include "core/net/httpserver.h"
#include "tests/control/controlfixture.h"
#include "tests/support/result.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <array>
#include <cstdio>

using namespace sluice;
using namespace sluice::control;
using namespace sluice::tests;

/// Flags that come from files, HTTP and Git: taken over when they change, kept when they go bad,
/// asked for less often when they fail. The clock is the test's.
class TestFlagSources final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void fileIsTakenOver();
    void badFileKeepsTheOldFlags();
    void httpIsPolledByTag();
    void httpRefusals_data();
    void httpRefusals();
    void failuresAreAskedLessOften();
    void gitIsReadAtItsReference();
    void clashesAreRefusedByName();
    void removingASourceRemovesItsFlags();
    void changedSourceIsLookedAtAnew();
    void importOnceFromFileAndUrl();
    void sourcesAreChecked_data();
    void sourcesAreChecked();
    void restartKeepsWhatCame();

private:
    void start();
    void write(const char* name, const Json& document) { writeText(name, document.dump()); }
    void writeText(const char* name, const std::string& text);
    std::string path(const char* name) const { return m_folder->filePath(name).toStdString(); }
    /// What flags.sources says about "s" once a look begun now is over.
    Json look();
    Json source() const;
    QString git(const QStringList& arguments) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MemoryStore> m_store;
    std::unique_ptr<ControlFixture> m_control;
    std::unique_ptr<FlagFetcher> m_fetcher;
};

namespace {

Json documentWith(const char* name, const char* fallback = "on")
{
    return {{"flags",
             {{name,
               {{"state", "ENABLED"},
                {"variants", {{"on", true}, {"off", false}}},
                {"defaultVariant", fallback}}}}}};
}

/// An HTTP server whose next answers the test sets.
class Origin
{
public:
    Origin()
    {
        m_thread->start();
        m_server = std::make_unique<net::HttpServer>(
            net::HttpServerOptions{}, std::vector{m_thread},
            [this](const std::shared_ptr<net::HttpExchange>& exchange) { answer(*exchange); });
        if (auto status = m_server->start(); !status) {
            qFatal("%s", describe(status.error()).c_str());
        }
    }
    ~Origin()
    {
        m_server.reset();
        m_thread->stop();
    }
    std::string url() const
    {
        return "http://127.0.0.1:" + std::to_string(m_server->port()) + "/flags.json?env=test";
    }
    void set(int status, std::string body, std::string tag = {})
    {
        m_next.with(
            [&](Next& next) { next = {status, std::move(body), std::move(tag), {}, 0, 0}; });
    }
    struct Next
    {
        int status = 200;
        std::string body;
        std::string tag;
        std::string askedTag; ///< If-None-Match of the last request
        int asked = 0;
        int unmodified = 0;
    };
    Next seen() const
    {
        return m_next.with([](const Next& next) { return next; });
    }

private:
    void answer(net::HttpExchange& exchange)
    {
        const std::string asked(exchange.request().headers.find("if-none-match"));
        const Next next = m_next.with([&](Next& one) {
            one.askedTag = asked;
            ++one.asked;
            one.unmodified += !one.tag.empty() && asked == one.tag ? 1 : 0;
            return one;
        });
        const std::array<net::Header, 2> headers{
            net::Header{"etag", next.tag}, net::Header{"location", "http://127.0.0.1:1/elsewhere"}};
        const std::span all = std::span(headers).subspan(next.tag.empty() ? 1 : 0);
        if (!next.tag.empty() && asked == next.tag) {
            exchange.respond(304, all, {});
            return;
        }
        exchange.respond(next.status, all, next.body);
    }

    std::shared_ptr<net::IoThread> m_thread = std::make_shared<net::IoThread>(0, "origin");
    std::unique_ptr<net::HttpServer> m_server;
    Guarded<Next> m_next;
};

} // namespace

void TestFlagSources::init()
{
    cleanup();
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = std::make_unique<MemoryStore>();
    start();
    m_control->applySample();
}

void TestFlagSources::cleanup()
{
    if (m_fetcher) {
        m_fetcher->stop();
    }
    m_control.reset();
    m_fetcher.reset();
}

void TestFlagSources::start()
{
    m_control = std::make_unique<ControlFixture>(*m_store, *m_folder);
    m_fetcher = std::make_unique<FlagFetcher>(FlagFetcher::Parts{
        m_control->clock, m_folder->path().toStdString(),
        [this] { return m_control->controller->state(); },
        [this](const std::string& source, Json arguments, std::function<void(Status)> done) {
            m_control->plane->execute(
                {"flags.import", std::move(arguments), {}, "source " + source, api::Role::Approver},
                [done = std::move(done)](const Result<api::CommandReply>& reply) {
                    done(reply ? Status() : Status(reply.error()));
                });
        }});
    m_control->services.flagLooks = [this] { return m_fetcher->looks(); };
    m_control->services.fetchFlags = [this](const Json& arguments,
                                            std::function<void(Result<Json>)> done) {
        m_fetcher->fetch(arguments, std::move(done));
    };
}

void TestFlagSources::writeText(const char* name, const std::string& text)
{
    if (auto status = writeFileAtomically(path(name), text); !status) {
        qFatal("%s", describe(status.error()).c_str());
    }
}

Json TestFlagSources::source() const
{
    const Json sources = m_control->result("flags.sources")["sources"];
    return sources.empty() ? Json() : sources[0];
}

Json TestFlagSources::look()
{
    m_control->clock.advance(std::chrono::minutes(10));
    const std::int64_t now = toMicros(m_control->clock.now());
    m_fetcher->tick();
    static_cast<void>(QTest::qWaitFor([&] { return source()["looked_at"] == now; }, 20'000));
    return source();
}

QString TestFlagSources::git(const QStringList& arguments) const
{
    // popen() and not QProcess: a fork among running threads is nothing that TSan can follow.
    QString line = QStringLiteral("HOME='%1' GIT_CONFIG_NOSYSTEM=1 git -C '%1/repository' "
                                  "-c user.name=t -c user.email=t@localhost")
                       .arg(m_folder->path());
    for (const QString& argument : arguments) {
        line += QStringLiteral(" '%1'").arg(argument);
    }
    FILE* pipe = popen(line.toLocal8Bit().constData(), "r");
    if (pipe == nullptr) {
        return {};
    }
    QByteArray said("");
    char part[256];
    while (std::fgets(part, sizeof part, pipe) != nullptr) {
        said += part;
    }
    return pclose(pipe) == 0 ? QStringLiteral("") + QString::fromUtf8(said).trimmed() : QString();
}

void TestFlagSources::fileIsTakenOver()
{
    write("flags.json", documentWith("remote"));
    QVERIFY_RESULT(m_control->run("flags.source.put",
                                  {{"name", "s"}, {"kind", "file"}, {"location", "flags.json"}}));
    QCOMPARE_JSON(source()["status"], "waiting");
    Json found = look();
    QCOMPARE_JSON(found["status"], "ok");
    QCOMPARE_JSON(found["flags"], 1);
    QVERIFY(m_control->dataPlane.table()->flags->find("remote") != nullptr);
    const Json got = m_control->result("flags.evaluate", {{"flag", "remote"}});
    QCOMPARE_JSON(got["value"], true);
    const auto before = m_control->controller->state();
    QCOMPARE_JSON(look()["version"], found["version"]);
    QCOMPARE(m_control->controller->state(), before); // the same content changes nothing
    write("flags.json", documentWith("remote", "off"));
    found = look();
    QCOMPARE_JSON(m_control->result("flags.evaluate", {{"flag", "remote"}})["value"], false);
    QCOMPARE_JSON(m_control->result("flags.list")["imported"]["s"]["remote"]["defaultVariant"],
                  "off");
    QVERIFY(m_control->result("flags.export")["document"]["flags"].contains("remote"));
}

void TestFlagSources::badFileKeepsTheOldFlags()
{
    write("flags.json", documentWith("remote"));
    QVERIFY_RESULT(m_control->run(
        "flags.source.put", {{"name", "s"}, {"kind", "file"}, {"location", path("flags.json")}}));
    QCOMPARE_JSON(look()["status"], "ok");
    writeText("flags.json", "{\n \"flags\": {\n  nothing");
    Json found = look();
    QCOMPARE_JSON(found["status"], "error");
    QVERIFY2(found["error"]["where"].get<std::string>().find("line 3") != std::string::npos,
             found.dump().c_str());
    QCOMPARE_JSON(found["flags"], 1);
    write("flags.json", documentWith("remote", "nothing"));
    found = look();
    QVERIFY2(found["error"]["where"].get<std::string>().find(
                 "/flags/remote/defaultVariant, line 1, column ") != std::string::npos,
             found.dump().c_str());
    QCOMPARE_JSON(m_control->result("flags.evaluate", {{"flag", "remote"}})["value"], true);
    write("flags.json", documentWith("remote", "off"));
    found = look();
    QVERIFY(found["error"].is_null());
    QCOMPARE_JSON(m_control->result("flags.evaluate", {{"flag", "remote"}})["value"], false);
}

void TestFlagSources::httpIsPolledByTag()
{
    Origin origin;
    origin.set(200, documentWith("remote").dump(), "\"v1\"");
    QVERIFY_RESULT(m_control->run(
        "flags.source.put",
        {{"name", "s"}, {"kind", "http"}, {"location", origin.url()}, {"local", true}}));
    const Json found = look();
    QCOMPARE_JSON(found["status"], "ok");
    QCOMPARE_JSON(found["version"], "\"v1\"");
    QCOMPARE(origin.seen().askedTag, std::string());
    QCOMPARE_JSON(look()["status"], "ok");
    QCOMPARE(origin.seen().askedTag, std::string("\"v1\""));
    QCOMPARE(origin.seen().unmodified, 1);
    origin.set(200, documentWith("remote", "off").dump(), "\"v2\"");
    QCOMPARE_JSON(look()["version"], "\"v2\"");
    QCOMPARE_JSON(m_control->result("flags.evaluate", {{"flag", "remote"}})["value"], false);
}

void TestFlagSources::httpRefusals_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("not found") << 404 << QByteArray("{}") << QByteArray("404");
    QTest::newRow("a redirect") << 302 << QByteArray() << QByteArray("redirect");
    QTest::newRow("not JSON") << 200 << QByteArray("<html>") << QByteArray();
    QTest::newRow("too large") << 200 << QByteArray((8 << 20) + 1, ' ') << QByteArray("large");
}

void TestFlagSources::httpRefusals()
{
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, says);
    Origin origin;
    origin.set(status, body.toStdString(), "\"bad\"");
    QVERIFY_RESULT(m_control->run(
        "flags.source.put",
        {{"name", "s"}, {"kind", "http"}, {"location", origin.url()}, {"local", true}}));
    const Json found = look();
    QCOMPARE_JSON(found["status"], "error");
    QVERIFY2(found["error"]["message"].get<std::string>().find(says.toStdString()) !=
                 std::string::npos,
             found.dump().c_str());
    origin.set(200, documentWith("remote").dump(), "\"good\"");
    QCOMPARE_JSON(look()["status"], "ok");
}

void TestFlagSources::failuresAreAskedLessOften()
{
    Origin origin;
    origin.set(500, {});
    QVERIFY_RESULT(m_control->run("flags.source.put", {{"name", "s"},
                                                       {"kind", "http"},
                                                       {"location", origin.url()},
                                                       {"interval_s", 10},
                                                       {"local", true}}));
    QCOMPARE_JSON(look()["status"], "error");
    const auto asks = [&](std::chrono::seconds after) {
        const int before = origin.seen().asked;
        m_control->clock.advance(after);
        const std::int64_t now = toMicros(m_control->clock.now());
        m_fetcher->tick();
        return QTest::qWaitFor([&] { return source()["looked_at"] == now; }, 500) &&
               origin.seen().asked == before + 1;
    };
    QVERIFY(!asks(std::chrono::seconds(15))); // once failed: 20 s
    QVERIFY(asks(std::chrono::seconds(5)));
    QVERIFY(!asks(std::chrono::seconds(35))); // twice: 40 s
    QVERIFY(asks(std::chrono::seconds(5)));
    for (int i = 0; i < 8; ++i) {
        QVERIFY(asks(std::chrono::seconds(300))); // and at the least every five minutes
    }
    origin.set(200, documentWith("remote").dump());
    QVERIFY(asks(std::chrono::seconds(300)));
    QVERIFY(asks(std::chrono::seconds(10)));
    QCOMPARE(origin.seen().askedTag, std::string()); // a digest of ours is no tag of theirs
}

void TestFlagSources::gitIsReadAtItsReference()
{
    QVERIFY(QDir(m_folder->path()).mkpath("repository/flags"));
    QVERIFY(!git({"init", "-q", "-b", "main", "."}).isNull());
    const auto commit = [this](const Json& document) {
        write("repository/flags/shop.json", document);
        git({"add", "-A"});
        git({"commit", "-q", "-m", "flags"});
        return git({"rev-parse", "HEAD"}).toStdString();
    };
    const std::string first = commit(documentWith("remote"));
    QVERIFY_RESULT(m_control->run("flags.source.put", {{"name", "s"},
                                                       {"kind", "git"},
                                                       {"location", path("repository")},
                                                       {"path", "flags/shop.json"},
                                                       {"ref", "main"}}));
    Json found = look();
    QVERIFY2(found["status"] == "ok", found.dump().c_str());
    QCOMPARE_JSON(found["version"], first);
    QCOMPARE_JSON(found["ref"], "refs/heads/main");
    // What is in the working folder only is nobody's flags.
    write("repository/flags/shop.json", documentWith("remote", "nothing"));
    QCOMPARE_JSON(look()["status"], "ok");
    const std::string second = commit(documentWith("remote", "off"));
    QCOMPARE_JSON(look()["version"], second);
    QCOMPARE_JSON(m_control->result("flags.evaluate", {{"flag", "remote"}})["value"], false);
    git({"rm", "-q", "flags/shop.json"});
    git({"commit", "-q", "-m", "gone"});
    found = look();
    QCOMPARE_JSON(found["status"], "error");
    QCOMPARE_JSON(found["version"], second);
}

void TestFlagSources::clashesAreRefusedByName()
{
    write("flags.json", documentWith("new-checkout")); // the workspace has it already
    QVERIFY_RESULT(m_control->run("flags.source.put",
                                  {{"name", "s"}, {"kind", "file"}, {"location", "flags.json"}}));
    Json found = look();
    QCOMPARE_JSON(found["status"], "error");
    QVERIFY2(found["error"]["message"].get<std::string>().find("\"new-checkout\"") !=
                 std::string::npos,
             found.dump().c_str());
    write("flags.json", documentWith("support")); // a route
    found = look();
    QVERIFY(found["error"]["message"].get<std::string>().find("is a route") != std::string::npos);
    write("flags.json", documentWith("remote"));
    QCOMPARE_JSON(look()["status"], "ok");
    const auto own = m_control->run(
        "flags.set", {{"flag", "remote"}, {"definition", documentWith("a")["flags"]["a"]}});
    QCOMPARE(own.error().code, ErrorCode::Conflict);
    QVERIFY(own.error().message.find("source \"s\"") != std::string::npos);
    QCOMPARE(m_control->run("flags.remove", {{"flag", "remote"}}).error().code,
             ErrorCode::Conflict);
    const auto route = m_control->run(
        "routes.put",
        {{"route", "remote"}, {"definition", {{"stable", "support-v1"}}}, {"reason", "r"}});
    QCOMPARE(route.error().code, ErrorCode::Conflict);
}

void TestFlagSources::removingASourceRemovesItsFlags()
{
    write("flags.json", documentWith("remote"));
    QVERIFY_RESULT(m_control->run("flags.source.put",
                                  {{"name", "s"}, {"kind", "file"}, {"location", "flags.json"}}));
    look();
    const Json tried = m_control->result("flags.source.remove", {{"name", "s"}, {"dry_run", true}});
    QCOMPARE_JSON(tried["changes"][0]["flag"], "remote");
    QVERIFY(!source().is_null());
    QVERIFY_RESULT(m_control->run("flags.source.remove", {{"name", "s"}}));
    QVERIFY(source().is_null());
    QVERIFY(m_control->dataPlane.table()->flags->find("remote") == nullptr);
    m_fetcher->tick();
    QVERIFY(m_fetcher->looks().empty());
}

void TestFlagSources::changedSourceIsLookedAtAnew()
{
    write("one.json", documentWith("one"));
    write("two.json", documentWith("two"));
    const auto put = [this](const char* file) {
        return m_control->run("flags.source.put",
                              {{"name", "s"}, {"kind", "file"}, {"location", file}});
    };
    QVERIFY_RESULT(put("one.json"));
    look();
    QVERIFY_RESULT(put("two.json"));
    QVERIFY(m_control->dataPlane.table()->flags->find("one") != nullptr); // until the look
    m_fetcher->tick();
    QTRY_VERIFY(m_control->dataPlane.table()->flags->find("two") != nullptr);
    QVERIFY(m_control->dataPlane.table()->flags->find("one") == nullptr);
}

void TestFlagSources::importOnceFromFileAndUrl()
{
    write("flags.json", documentWith("from-file"));
    const Json tried =
        m_control->result("flags.import", {{"file", "flags.json"}, {"dry_run", true}});
    QCOMPARE_JSON(tried["changes"][0]["flag"], "from-file");
    QVERIFY_RESULT(m_control->run("flags.import", {{"file", "flags.json"}}));
    Origin origin;
    origin.set(200, documentWith("from-url").dump());
    QVERIFY_RESULT(m_control->run("flags.import", {{"url", origin.url()}, {"local", true}}));
    const Json flags = m_control->result("flags.list")["flags"];
    QVERIFY(flags.contains("from-file") && flags.contains("from-url"));
    QCOMPARE(m_control->run("flags.import", {{"url", origin.url()}}).error().code,
             ErrorCode::InvalidArgument); // a private address must be meant
    QCOMPARE(m_control->run("flags.import", {{"file", "none.json"}}).error().code,
             ErrorCode::NotFound);
    QCOMPARE(m_control->run("flags.import", Json::object()).error().code,
             ErrorCode::InvalidArgument);
}

void TestFlagSources::sourcesAreChecked_data()
{
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<QByteArray>("where");
    const auto row = [](const char* source, const char* where) {
        QTest::newRow(source) << QByteArray(source) << QByteArray(where);
    };
    row(R"({"name":"a b","kind":"file","location":"x"})", "/name");
    row(R"({"name":"s","kind":"file","location":""})", "/location");
    row(R"({"name":"s","kind":"file","location":"x","ref":"main"})", "/ref");
    row(R"({"name":"s","kind":"git","location":"x"})", "/path");
    row(R"({"name":"s","kind":"http","location":"ftp://x/y"})", "/location");
    row(R"({"name":"s","kind":"http","location":"http://127.0.0.1/y"})", "/location");
    row(R"({"name":"s","kind":"http","location":"https://u:p@x/y"})", "/location");
    row(R"({"name":"s","kind":"http","location":"https://x/y#z"})", "/location");
}

void TestFlagSources::sourcesAreChecked()
{
    QFETCH(const QByteArray, source);
    QFETCH(const QByteArray, where);
    const auto reply = m_control->run("flags.source.put", Json::parse(source.toStdString()));
    QCOMPARE(reply.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(reply.error().where, where.toStdString());
}

void TestFlagSources::restartKeepsWhatCame()
{
    write("flags.json", documentWith("remote"));
    QVERIFY_RESULT(m_control->run("flags.source.put",
                                  {{"name", "s"}, {"kind", "file"}, {"location", "flags.json"}}));
    const Json before = look();
    cleanup();
    QVERIFY(QFile::remove(m_folder->filePath("flags.json")));
    start();
    QVERIFY(m_control->dataPlane.table()->flags->find("remote") != nullptr);
    const Json after = look();
    QCOMPARE_JSON(after["status"], "error");
    QCOMPARE_JSON(after["version"], before["version"]);
    QCOMPARE_JSON(m_control->result("flags.evaluate", {{"flag", "remote"}})["value"], true);
}

QTEST_GUILESS_MAIN(TestFlagSources)
#include "tst_flagsources.moc"
