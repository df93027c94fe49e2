// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/httpserver.h"
#include "tests/net/rawmessages.h"
#include "tests/net/serverfixture.h"
#include "tests/support/result.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// HttpServer: requests and whole answers.
class TestHttpServer : public QObject
{
    Q_OBJECT

private slots:
    void answersAndKeepsTheConnection();
    void takesAnythingByteAtATime();
    void pipelinesInOrder();
    void pipelinesWhileAnswersWait();
    void dechunksRequests();
    void readsLargeBodies();
    void refuses_data();
    void refuses();
    void refusesBeforeTheBody();
    void guardsHostAndOrigin_data();
    void guardsHostAndOrigin();
    void errorBodyIsShaped();
    void headHasNoBody();
    void expectContinue();
    void expectIsNotAnsweredWhenRefused();
    void closesWhenAsked();
    void http10();
};

void TestHttpServer::answersAndKeepsTheConnection()
{
    ServerFixture fixture(echo);
    QVERIFY_RESULT(fixture.status());
    RawSocket socket = fixture.connect();
    for (int i = 0; i < 3; ++i) {
        QVERIFY(socket.send(get("/a/b?x=1&y=%20")));
        const RawAnswer answer = readAnswer(socket);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, std::string("GET\n/a/b\nx=1&y=%20\n\n"));
        QVERIFY(answer.head.find("\r\nconnection: keep-alive\r\n") != std::string::npos);
        QVERIFY(answer.head.find("\r\ndate: ") != std::string::npos);
    }
    QVERIFY(socket.send(post("hello")));
    QCOMPARE(readAnswer(socket).body, std::string("POST\n/p\n\nhello\n"));
    QCOMPARE(fixture.server().openConnections(), std::size_t{1});
    socket.close();
    QTRY_COMPARE(fixture.server().openConnections(), std::size_t{0});
}

void TestHttpServer::takesAnythingByteAtATime()
{
    ServerFixture fixture(echo);
    RawSocket socket = fixture.connect();
    const std::string wire =
        post("hello") +
        "POST /c HTTP/1.1\r\nhost: localhost\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "3;a=b\r\nabc\r\n0A\r\n0123456789\r\n0\r\nx-t: 1\r\n\r\n" +
        get("/end");
    for (const char c : wire) {
        QVERIFY(socket.send({&c, 1}));
    }
    QCOMPARE(readAnswer(socket).body, std::string("POST\n/p\n\nhello\n"));
    QCOMPARE(readAnswer(socket).body, std::string("POST\n/c\n\nabc0123456789\n"));
    QCOMPARE(readAnswer(socket).body, std::string("GET\n/end\n\n\n"));
}

void TestHttpServer::pipelinesInOrder()
{
    ServerFixture fixture(echo);
    RawSocket socket = fixture.connect();
    std::string wire;
    for (int i = 0; i < 500; ++i) {
        wire += get("/" + std::to_string(i));
    }
    std::thread sender([&] { socket.send(wire); });
    for (int i = 0; i < 500; ++i) {
        QCOMPARE(readAnswer(socket).body, "GET\n/" + std::to_string(i) + "\n\n\n");
    }
    sender.join();
}

void TestHttpServer::pipelinesWhileAnswersWait()
{
    // Each answer comes in a later turn, so that the following requests arrive while one is open.
    std::atomic<int> open{0};
    std::atomic<int> most{0};
    ServerFixture fixture([&](ExchangePtr exchange) {
        most = std::max(most.load(), ++open);
        exchange->thread().post([&open, exchange] {
            --open;
            echo(exchange);
        });
    });
    RawSocket socket = fixture.connect();
    std::string wire;
    for (int i = 0; i < 3000; ++i) { // more than the server keeps while answering
        wire += get("/" + std::to_string(i));
    }
    std::thread sender([&] { socket.send(wire); });
    for (int i = 0; i < 3000; ++i) {
        QCOMPARE(readAnswer(socket).body, "GET\n/" + std::to_string(i) + "\n\n\n");
    }
    sender.join();
    QCOMPARE(most.load(), 1);
}

void TestHttpServer::dechunksRequests()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        exchange->respond(200, {}, std::string(exchange->request().body));
    });
    RawSocket socket = fixture.connect();
    std::string wire = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string body;
    for (int i = 1; i < 300; ++i) {
        const std::string piece(static_cast<std::size_t>(i) * 7, static_cast<char>('a' + i % 26));
        wire += QByteArray::number(qulonglong(piece.size()), 16).toStdString() + "\r\n" + piece +
                "\r\n";
        body += piece;
    }
    wire += "0\r\n\r\n";
    std::thread sender([&] { socket.send(wire + wire); });
    QCOMPARE(readAnswer(socket).body, body);
    QCOMPARE(readAnswer(socket).body, body);
    sender.join();
}

void TestHttpServer::readsLargeBodies()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        exchange->respond(200, {}, std::string(exchange->request().body));
    });
    RawSocket socket = fixture.connect();
    std::string body(std::size_t{3} << 20U, 'x');
    for (std::size_t i = 0; i < body.size(); i += 97) {
        body[i] = static_cast<char>('a' + i % 26);
    }
    std::thread sender([&] { socket.send(post(body) + get("/next")); });
    QCOMPARE(readAnswer(socket).body, body);
    QCOMPARE(readAnswer(socket).status, 200);
    sender.join();
}

void TestHttpServer::refuses_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<int>("status");
    const auto row = [](const char* name, const std::string& wire, int status) {
        QTest::newRow(name) << QByteArray::fromStdString(wire) << status;
    };
    const std::string host = "Host: localhost\r\n";
    row("garbage", "hello\r\n\r\n", 400);
    row("TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 12), 400);
    row("bare LF", "GET / HTTP/1.1\nHost: localhost\n\n", 400);
    row("no host", "GET / HTTP/1.1\r\n\r\n", 400);
    row("two hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400);
    row("1.0 without host", "GET / HTTP/1.0\r\n\r\n", 400);
    row("TE and CL",
        "POST / HTTP/1.1\r\n" + host +
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400);
    row("CL list", "POST / HTTP/1.1\r\n" + host + "Content-Length: 3, 3\r\n\r\nabc", 400);
    row("bad chunk", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        400);
    row("absolute form of another host", "GET http://evil.example/ HTTP/1.1\r\n" + host + "\r\n",
        400);
    row("authority form", "CONNECT localhost:80 HTTP/1.1\r\n" + host + "\r\n", 400);
    row("asterisk", "GET * HTTP/1.1\r\n" + host + "\r\n", 400);
    row("HTTP/2", "GET / HTTP/2.0\r\n" + host + "\r\n", 505);
    row("h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    row("expectation", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nExpect: 200-ok\r\n\r\n",
        417);
    row("large head", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(5000, 'x') + "\r\n\r\n",
        431);
    row("endless line", "GET /" + std::string(5000, 'x'), 431);
    std::string many;
    for (int i = 0; i < 21; ++i) {
        many += "X-" + std::to_string(i) + ": 1\r\n";
    }
    row("many headers", "GET / HTTP/1.1\r\n" + host + many + "\r\n", 431);
    row("large body", "POST / HTTP/1.1\r\n" + host + "Content-Length: 100001\r\n\r\n", 413);
    row("huge length", "POST / HTTP/1.1\r\n" + host + "Content-Length: 999999999999999999\r\n\r\n",
        413);
    row("large chunks",
        "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n186A1\r\n" +
            std::string(100'001, 'x') + "\r\n0\r\n\r\n",
        413);
}

void TestHttpServer::refuses()
{
    QFETCH(QByteArray, wire);
    QFETCH(int, status);
    std::atomic<int> handled{0};
    HttpServerOptions options;
    options.limits.headerBytes = 4096;
    options.limits.headers = 20;
    options.limits.bodyBytes = 100'000;
    ServerFixture fixture(
        [&](ExchangePtr exchange) {
            ++handled;
            echo(exchange);
        },
        options);
    RawSocket socket = fixture.connect();
    // What follows an ambiguous message must never be taken for a request.
    QVERIFY(socket.send(wire.toStdString() + (status == 431 ? "" : get("/smuggled"))));
    const auto [text, end] = socket.readAll();
    QCOMPARE(end, RawSocket::Read::End);
    QCOMPARE(text.substr(0, 13), "HTTP/1.1 " + std::to_string(status) + " ");
    QVERIFY(text.find("\r\nconnection: close\r\n") != std::string::npos);
    QCOMPARE(text.find("HTTP/1.1 2"), std::string::npos);
    QCOMPARE(handled.load(), 0);
    socket.close();
    QTRY_COMPARE(fixture.server().openConnections(), std::size_t{0});
}

void TestHttpServer::refusesBeforeTheBody()
{
    // The answer reaches a client that is still sending: no reset in its way.
    HttpServerOptions options;
    options.limits.bodyBytes = 1000;
    ServerFixture fixture(echo, options);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n"));
    QVERIFY(socket.send(std::string(200'000, 'x')));
    const RawAnswer answer = readAnswer(socket);
    QCOMPARE(answer.status, 413);
    QCOMPARE(socket.readAll().second, RawSocket::Read::End);
}

void TestHttpServer::guardsHostAndOrigin_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("status");
    const auto row = [](const char* name, const char* headers, int status) {
        QTest::newRow(name) << QByteArray(headers) << status;
    };
    row("name", "Host: localhost\r\n", 200);
    row("name without case", "Host: LocalHost:1234\r\n", 200);
    row("address", "Host: 127.0.0.1:80\r\n", 200);
    row("v6", "Host: [::1]:8080\r\n", 200);
    row("v6 without port", "Host: [::1]\r\n", 200);
    row("allowed", "Host: gate.example:443\r\n", 200);
    row("rebound", "Host: evil.example\r\n", 403);
    row("suffix", "Host: localhost.evil.example\r\n", 403);
    row("prefix", "Host: xlocalhost\r\n", 403);
    row("subdomain", "Host: a.gate.example\r\n", 403);
    row("trailing dot", "Host: localhost.\r\n", 403);
    row("userinfo", "Host: localhost@evil.example\r\n", 403);
    row("port is text", "Host: localhost:80x\r\n", 403);
    row("empty port", "Host: localhost:\r\n", 403);
    row("two ports", "Host: localhost:80:80\r\n", 403);
    row("empty", "Host:\r\n", 403);
    row("decimal address", "Host: 2130706433\r\n", 403);
    row("other loopback", "Host: 127.0.0.2\r\n", 403);
    row("bare v6", "Host: ::1\r\n", 403);
    row("any", "Host: 0.0.0.0\r\n", 403);
    row("origin local", "Host: localhost\r\nOrigin: http://localhost:3000\r\n", 200);
    row("origin address", "Host: localhost\r\nOrigin: https://127.0.0.1\r\n", 200);
    row("origin v6", "Host: localhost\r\nOrigin: http://[::1]:5\r\n", 200);
    row("origin allowed", "Host: localhost\r\nOrigin: https://gate.example\r\n", 200);
    row("origin null", "Host: localhost\r\nOrigin: null\r\n", 403);
    row("origin empty", "Host: localhost\r\nOrigin:\r\n", 403);
    row("origin foreign", "Host: localhost\r\nOrigin: https://evil.example\r\n", 403);
    row("origin suffix", "Host: localhost\r\nOrigin: http://localhost.evil.example\r\n", 403);
    row("origin other scheme", "Host: localhost\r\nOrigin: chrome-extension://localhost\r\n", 403);
    row("origin with path", "Host: localhost\r\nOrigin: http://localhost/\r\n", 403);
    row("two origins",
        "Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://evil.example\r\n", 403);
    row("foreign both", "Host: evil.example\r\nOrigin: http://evil.example\r\n", 403);
}

void TestHttpServer::guardsHostAndOrigin()
{
    QFETCH(QByteArray, headers);
    QFETCH(int, status);
    HttpServerOptions options;
    options.allowHosts = {"gate.example"};
    std::atomic<int> handled{0};
    ServerFixture fixture(
        [&](ExchangePtr exchange) {
            ++handled;
            echo(exchange);
        },
        options);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send("GET /healthz HTTP/1.1\r\n" + headers.toStdString() + "\r\n"));
    QCOMPARE(readAnswer(socket).status, status);
    QCOMPARE(handled.load(), status == 200 ? 1 : 0);
}

void TestHttpServer::errorBodyIsShaped()
{
    HttpServerOptions options;
    options.errorBody = [](int status, std::string_view message, std::string_view path) {
        return std::pair(std::to_string(status) + "|" + std::string(path) + "|" +
                             std::string(message),
                         std::string("application/json"));
    };
    ServerFixture fixture(echo, options);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send("GET /v1/x?secret=1 HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
    const RawAnswer answer = readAnswer(socket);
    QCOMPARE(answer.body, std::string("403|/v1/x|this host name is not served here"));
    QVERIFY(answer.head.find("content-type: application/json\r\n") != std::string::npos);
}

void TestHttpServer::headHasNoBody()
{
    ServerFixture fixture(echo);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send("HEAD /h HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/next")));
    const RawAnswer head = readAnswer(socket, false);
    QCOMPARE(head.status, 200);
    QVERIFY(head.head.find("content-length: 10\r\n") != std::string::npos);
    QCOMPARE(readAnswer(socket).body, std::string("GET\n/next\n\n\n"));
}

void TestHttpServer::expectContinue()
{
    ServerFixture fixture(echo);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-Continue\r\n\r\n"));
    QCOMPARE(socket.readUntil("\r\n\r\n").value_or(""),
             std::string("HTTP/1.1 100 Continue\r\n\r\n"));
    QVERIFY(socket.send("body"));
    QCOMPARE(readAnswer(socket).body, std::string("POST\n/\n\nbody\n"));
}

void TestHttpServer::expectIsNotAnsweredWhenRefused()
{
    ServerFixture fixture(echo);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\nExpect: "
                        "100-continue\r\n\r\n"));
    QCOMPARE(readAnswer(socket).status, 413);
}

void TestHttpServer::closesWhenAsked()
{
    ServerFixture fixture(echo);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/", "Connection: foo, close\r\n") + get("/never")));
    const auto [text, end] = socket.readAll();
    QCOMPARE(end, RawSocket::Read::End);
    QVERIFY(text.find("connection: close\r\n") != std::string::npos);
    QVERIFY(text.find("/never") == std::string::npos);
}

void TestHttpServer::http10()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        if (exchange->request().path == "/stream") {
            exchange->beginStream(200, {});
            exchange->write("one");
            exchange->write("two");
            exchange->endStream();
        } else {
            echo(exchange);
        }
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send("GET / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"));
    QCOMPARE(readAnswer(socket).status, 200);
    QVERIFY(
        socket.send("GET /stream HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"));
    const auto [text, end] = socket.readAll();
    QCOMPARE(end, RawSocket::Read::End);
    QVERIFY(text.find("chunked") == std::string::npos);
    QVERIFY(text.ends_with("\r\n\r\nonetwo"));
}

QTEST_GUILESS_MAIN(TestHttpServer)
#include "tst_httpserver.moc"
