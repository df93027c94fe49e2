// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/net/peerscripts.h"
#include "tests/net/recorder.h"

#include <QTest>

#include <atomic>

using namespace sluice::net;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// HttpClient: requests and answers.
class TestHttpClient : public QObject
{
    Q_OBJECT

private slots:
    void sendsExactlyThis();
    void leavesOutItsOwnHeaders();
    void refusesToSend_data();
    void refusesToSend();
    void understands_data();
    void understands();
    void understandsByteAtATime();
    void readsAnEarlyAnswer();
    void sendsLargeBodies();
    void connectRefused();
    void connectTimeout();
    void privateNameIsRefused();
    void privateAddressIsRefused();
};

void TestHttpClient::sendsExactlyThis()
{
    std::string got;
    RawPeer peer([&got](RawSocket& socket, int) {
        got = socket.readUntil("\"a\":1}").value_or("");
        socket.send(kOk);
    });
    Endpoint endpoint = ClientFixture::local(peer.port());
    endpoint.basePath = "/v1";
    ClientFixture fixture(endpoint);
    Recorder recorder;
    CallRequest request;
    request.target = "/chat?x=1";
    request.headers = {{"content-type", "application/json"}};
    request.body = "{\"a\":1}";
    fixture.start(std::move(request), recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("new 200 end"));
    QCOMPARE(recorder.body, std::string("ok"));
    QCOMPARE(got, "POST /v1/chat?x=1 HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(peer.port()) +
                      "\r\ncontent-type: application/json\r\ncontent-length: 7\r\nconnection: "
                      "keep-alive\r\n\r\n{\"a\":1}");
}

void TestHttpClient::leavesOutItsOwnHeaders()
{
    std::string got;
    RawPeer peer([&got](RawSocket& socket, int) {
        got = socket.readUntil("\r\n\r\n").value_or("");
        socket.send(kOk);
    });
    ClientFixture fixture(peer.port());
    Recorder recorder;
    CallRequest request = ClientFixture::get("/");
    request.headers = {
        {"Host", "evil"}, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}, {"x", "y"}};
    fixture.start(std::move(request), recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(got, "GET / HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(peer.port()) +
                      "\r\nx: y\r\nconnection: keep-alive\r\n\r\n");
}

void TestHttpClient::refusesToSend_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("split value") << QByteArray("GET") << QByteArray("/") << QByteArray("a")
                                 << QByteArray("b\r\nc: d");
    QTest::newRow("LF") << QByteArray("GET") << QByteArray("/") << QByteArray("a")
                        << QByteArray("b\nc: d");
    QTest::newRow("split name") << QByteArray("GET") << QByteArray("/") << QByteArray("a: b\r\nc")
                                << QByteArray("d");
    QTest::newRow("empty name") << QByteArray("GET") << QByteArray("/") << QByteArray("")
                                << QByteArray("d");
    QTest::newRow("target with space")
        << QByteArray("GET") << QByteArray("/ HTTP/1.1") << QByteArray("a") << QByteArray("");
    QTest::newRow("target with CRLF")
        << QByteArray("GET") << QByteArray("/\r\nx: y") << QByteArray("a") << QByteArray("");
    QTest::newRow("relative target")
        << QByteArray("GET") << QByteArray("x") << QByteArray("a") << QByteArray("");
    QTest::newRow("foreign host") << QByteArray("GET") << QByteArray("@evil/") << QByteArray("a")
                                  << QByteArray("");
    QTest::newRow("empty target") << QByteArray("GET") << QByteArray("") << QByteArray("a")
                                  << QByteArray("");
    QTest::newRow("fragment") << QByteArray("GET") << QByteArray("/#a") << QByteArray("a")
                              << QByteArray("");
    QTest::newRow("method") << QByteArray("GET /x HTTP/1.1\r\n") << QByteArray("/")
                            << QByteArray("a") << QByteArray("");
}

void TestHttpClient::refusesToSend()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    RawPeer peer(always(kOk));
    ClientFixture fixture(peer.port());
    Recorder recorder;
    CallRequest request;
    request.method = std::string_view(method.constData(), static_cast<std::size_t>(method.size()));
    request.target = target.toStdString();
    request.headers = {{name.toStdString(), value.toStdString()}};
    fixture.start(std::move(request), recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("malformed"));
    QCOMPARE(peer.connections(), 0);
}

void TestHttpClient::understands_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("events");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char* name, const std::string& answer, const char* events,
                        const std::string& body = {}) {
        QTest::newRow(name) << QByteArray::fromStdString(answer) << QByteArray(events)
                            << QByteArray::fromStdString(body);
    };
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    row("length", kOk, "new 200 end", "ok");
    row("length 0", ok + "Content-Length: 0\r\n\r\n", "new 200 end");
    row("chunked", chunked + "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nt: 1\r\n\r\n", "new 200 end",
        "abcdefg");
    row("until close", ok + "\r\nall of it", "new 200 end", "all of it");
    row("until close 1.0", "HTTP/1.0 200 OK\r\n\r\nx", "new 200 end", "x");
    row("no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "new 200 end");
    row("204", "HTTP/1.1 204 No Content\r\n\r\n", "new 204 end");
    row("304 with length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n",
        "new 304 end");
    row("redirect",
        "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
        "new 302 end");
    row("early hints", "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + kOk, "new 200 end", "ok");
    row("529", "HTTP/1.1 529 Overloaded\r\nContent-Length: 1\r\n\r\nx", "new 529 end", "x");
    row("cut length", ok + "Content-Length: 5\r\n\r\nabc", "new 200 cut", "abc");
    row("cut chunk", chunked + "5\r\nabc", "new 200 cut", "abc");
    row("cut before last chunk", chunked + "3\r\nabc\r\n", "new 200 cut", "abc");
    row("cut last chunk", chunked + "3\r\nabc\r\n0\r\n", "new 200 cut", "abc");
    row("cut head", "HTTP/1.1 200 OK\r\nContent-", "new cut");
    row("nothing", "", "new cut");
    row(
        "flood of 1xx",
        [] {
            std::string flood;
            for (int i = 0; i < 20; ++i) {
                flood += "HTTP/1.1 100 Continue\r\n\r\n";
            }
            return flood + kOk;
        }(),
        "new malformed");
    row("switching protocols", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "new malformed");
    row("not HTTP", "SSH-2.0-OpenSSH\r\n\r\n", "new malformed");
    row("HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", "new malformed");
    row("bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "new malformed");
    row("folded", ok + "a: b\r\n c\r\n\r\n", "new malformed");
    row("TE and CL", ok + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        "new malformed");
    row("two lengths", ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", "new malformed");
    row("negative length", ok + "Content-Length: -1\r\n\r\n", "new malformed");
    row("gzip coding", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", "new malformed");
    row("bad chunk", chunked + "g\r\n", "new 200 malformed");
    row("chunk without end", chunked + "1\r\nabc", "new 200 malformed", "a");
    row("status 99", "HTTP/1.1 099 X\r\n\r\n", "new malformed");
    row("status 600", "HTTP/1.1 600 X\r\n\r\n", "new malformed");
    row("status text", "HTTP/1.1 OK\r\n\r\n", "new malformed");
    row("too long by length", ok + "Content-Length: 1001\r\n\r\n", "new too_large");
    row("too long by chunks", chunked + "3e9\r\n" + std::string(1001, 'x'), "new 200 too_large",
        "");
    row("endless header", ok + "X: " + std::string(70'000, 'x'), "new too_large");
}

void TestHttpClient::understands()
{
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, events);
    QFETCH(QByteArray, body);
    RawPeer peer(once(answer.toStdString()));
    ClientFixture fixture(peer.port());
    Recorder recorder;
    CallRequest request = ClientFixture::get("/");
    request.maxBodyBytes = 1000;
    fixture.start(std::move(request), recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(QByteArray::fromStdString(recorder.events), events);
    if (!body.isEmpty()) {
        QCOMPARE(QByteArray::fromStdString(recorder.body), body);
    }
    QCOMPARE(peer.connections(),
             1); // a redirect is not followed, a failure on a new connection not repeated
}

void TestHttpClient::understandsByteAtATime()
{
    const std::string wire =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n0a\r\n0123456789\r\n0\r\n\r\n";
    RawPeer peer([&wire](RawSocket& socket, int) {
        while (socket.readUntil("\r\n\r\n")) {
            for (const char c : wire) {
                socket.send({&c, 1});
            }
        }
    });
    ClientFixture fixture(peer.port());
    for (const char* expected : {"new 200 end", "reused 200 end"}) {
        Recorder recorder;
        fixture.start("/", recorder);
        QVERIFY(recorder.wait());
        QCOMPARE(recorder.events, std::string(expected));
        QCOMPARE(recorder.body, std::string("abc0123456789"));
    }
}

void TestHttpClient::readsAnEarlyAnswer()
{
    RawPeer peer([](RawSocket& socket, int) {
        socket.readUntil("\r\n\r\n");
        socket.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
        socket.readAll(); // as a careful server does: no reset in the way of its answer
    });
    ClientFixture fixture(peer.port());
    Recorder recorder;
    CallRequest request;
    request.target = "/";
    request.body.assign(std::size_t{16} << 20U, 'x');
    fixture.start(std::move(request), recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("new 413 end"));
}

void TestHttpClient::sendsLargeBodies()
{
    const std::string body = [] {
        std::string text(std::size_t{4} << 20U, 'a');
        for (std::size_t i = 0; i < text.size(); ++i) {
            text[i] = static_cast<char>('a' + i * 31 % 26);
        }
        return text;
    }();
    std::atomic<bool> same{false};
    RawPeer peer([&](RawSocket& socket, int) {
        socket.readUntil("\r\n\r\n");
        same = socket.readExactly(body.size()) == body;
        socket.send(kOk);
    });
    ClientFixture fixture(peer.port());
    Recorder recorder;
    CallRequest request;
    request.target = "/";
    request.body = body;
    fixture.start(std::move(request), recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("new 200 end"));
    QVERIFY(same);
}

void TestHttpClient::connectRefused()
{
    std::uint16_t port = 0;
    {
        const RawPeer peer([](RawSocket&, int) {});
        port = peer.port();
    }
    ClientFixture fixture(port);
    Recorder recorder;
    fixture.start("/", recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("connect_refused"));
}

void TestHttpClient::connectTimeout()
{
    RawPeer deaf({}, true);
    const RawSocket filler(deaf.port());
    ClientFixture fixture(deaf.port());
    Recorder recorder;
    CallRequest request = ClientFixture::get("/");
    request.connectTimeout = 50ms;
    fixture.start(std::move(request), recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("connect_timeout"));
}

void TestHttpClient::privateNameIsRefused()
{
    // "localhost" passes as a name; what it resolves to does not.
    RawPeer peer(always(kOk));
    ClientFixture fixture(Endpoint{"https", "localhost", peer.port(), "", false, ""});
    Recorder recorder;
    fixture.start("/", recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("address_refused"));
    QCOMPARE(peer.connections(), 0);
}

void TestHttpClient::privateAddressIsRefused()
{
    RawPeer peer(always(kOk));
    ClientFixture fixture(Endpoint{"https", "127.0.0.1", peer.port(), "", false, ""});
    Recorder recorder;
    fixture.start("/", recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("address_refused"));
    QCOMPARE(peer.connections(), 0);
}

QTEST_GUILESS_MAIN(TestHttpClient)
#include "tst_httpclient.moc"
