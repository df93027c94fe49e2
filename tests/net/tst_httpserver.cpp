// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/deadlines.h"
#include "core/net/httpserver.h"
#include "tests/net/serverfixture.h"
#include "tests/support/result.h"

#include <QTest>

#include <atomic>
#include <future>
#include <set>
#include <thread>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::tests;
using namespace std::chrono_literals;

namespace {

using ExchangePtr = std::shared_ptr<HttpExchange>;

std::string get(std::string_view path, std::string_view more = {})
{
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
           "\r\n";
}

std::string post(std::string_view body, std::string_view more = {})
{
    return "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string(more) + "\r\n" + std::string(body);
}

} // namespace

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
    void headerDeadline();
    void bodyDeadline();
    void idleConnectionsAreClosed();
    void streams();
    void streamGathersTheWritesOfATurn();
    void streamsWithBackPressure();
    void brokenStreamHasNoEnd();
    void brokenHttp10StreamIsReset();
    void stalledReaderIsClosed();
    void noticesDisconnect_data();
    void noticesDisconnect();
    void unansweredExchangeIs500();
    void droppedStreamIsBroken();
    void answersFromLaterTurns();
    void responseHeadersCannotSplit();
    void limitsConnections();
    void servesOnSeveralThreads();
    void portInUseIsSaid();
    void drains();
    void drainDeadlineBreaksTheRest();
    void stopsWithOpenExchanges();
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

void TestHttpServer::headerDeadline()
{
    HttpServerOptions options;
    options.limits.headerDeadline = 50ms;
    ServerFixture fixture(echo, options);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send("GET / HTTP/1.1\r\nHo"));
    QCOMPARE(readAnswer(socket).status, 408);
    RawSocket silent = fixture.connect(); // says nothing at all
    QCOMPARE(silent.readAll(), std::pair(std::string(), RawSocket::Read::End));
}

void TestHttpServer::bodyDeadline()
{
    HttpServerOptions options;
    options.limits.bodyDeadline = 50ms;
    ServerFixture fixture(echo, options);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc"));
    QCOMPARE(readAnswer(socket).status, 408);
}

void TestHttpServer::idleConnectionsAreClosed()
{
    HttpServerOptions options;
    options.limits.idle = 50ms;
    ServerFixture fixture(echo, options);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    QCOMPARE(readAnswer(socket).status, 200);
    QCOMPARE(socket.readAll(), std::pair(std::string(), RawSocket::Read::End));
}

void TestHttpServer::streams()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        const std::array headers{Header{"content-type", "text/event-stream"}};
        exchange->beginStream(200, headers);
        exchange->write("hello");
        exchange->write(""); // must not end the stream
        exchange->thread().post([exchange] {
            exchange->write(", world!!!!!");
            exchange->endStream();
            exchange->write("too late");
        });
    });
    RawSocket socket = fixture.connect();
    for (int i = 0; i < 2; ++i) {
        QVERIFY(socket.send(get("/")));
        const std::string text = socket.readUntil("\r\n0\r\n\r\n").value_or("");
        QVERIFY(text.starts_with("HTTP/1.1 200 OK\r\ncontent-type: "
                                 "text/event-stream\r\ntransfer-encoding: chunked\r\n"));
        QVERIFY(text.ends_with("\r\n\r\n5\r\nhello\r\nc\r\n, world!!!!!\r\n0\r\n\r\n"));
    }
}

void TestHttpServer::streamGathersTheWritesOfATurn()
{
    std::promise<std::size_t> queued;
    ServerFixture fixture([&](ExchangePtr exchange) {
        exchange->beginStream(200, {});
        exchange->write("a");
        exchange->write("b");
        queued.set_value(exchange->pending());
        exchange->endStream();
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    QVERIFY(queued.get_future().get() > 12); // head and chunks wait for the end of the turn
    QCOMPARE(socket.readSome(), RawSocket::Read::Bytes);
    QVERIFY(socket.buffered().ends_with("\r\n\r\n2\r\nab\r\n0\r\n\r\n")); // one segment, one chunk
}

void TestHttpServer::streamsWithBackPressure()
{
    constexpr int kRounds = 40;
    const std::string piece(100'000, 'x');
    std::atomic<std::size_t> most{0};
    ServerFixture fixture([&](ExchangePtr exchange) {
        exchange->beginStream(200, {});
        auto left = std::make_shared<int>(kRounds);
        auto feed = [exchange = exchange.get(), left, &piece, &most] {
            while (*left > 0 && exchange->pending() <= 65536) {
                exchange->write(piece);
                --*left;
            }
            most = std::max(most.load(), exchange->pending());
            if (*left == 0) {
                exchange->endStream();
            }
        };
        exchange->onDrain([exchange, feed] { feed(); });
        feed();
    });
    RawSocket socket = fixture.connect(4096);
    QVERIFY(socket.send(get("/")));
    const std::string text = socket.readUntil("\r\n0\r\n\r\n").value_or("");
    QCOMPARE(static_cast<std::size_t>(std::count(text.begin(), text.end(), 'x')),
             kRounds * piece.size());
    QVERIFY(most < 400'000);
}

void TestHttpServer::brokenStreamHasNoEnd()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        exchange->beginStream(200, {});
        exchange->write("partial");
        exchange->breakStream();
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    const auto [text, end] = socket.readAll();
    QCOMPARE(end, RawSocket::Read::End);
    QVERIFY(text.ends_with("7\r\npartial\r\n"));
}

void TestHttpServer::brokenHttp10StreamIsReset()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        exchange->beginStream(200, {});
        exchange->write("partial");
        exchange->breakStream();
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"));
    QCOMPARE(socket.readAll().second, RawSocket::Read::Reset);
}

void TestHttpServer::stalledReaderIsClosed()
{
    HttpServerOptions options;
    options.limits.writeStall = 100ms;
    std::promise<void> closed;
    ServerFixture fixture(
        [&](ExchangePtr exchange) {
            exchange->onClosed([&closed] { closed.set_value(); });
            exchange->respond(200, {}, std::string(std::size_t{32} << 20U, 'x'));
        },
        options);
    RawSocket socket = fixture.connect(4096);
    QVERIFY(socket.send(get("/")));
    // The exchange was dropped with its answer on the way, so only the connection's end shows.
    QTRY_COMPARE(fixture.server().openConnections(), std::size_t{0});
}

void TestHttpServer::noticesDisconnect_data()
{
    QTest::addColumn<bool>("streaming");
    QTest::addColumn<bool>("reset");
    QTest::newRow("waiting, closed") << false << false;
    QTest::newRow("waiting, reset") << false << true;
    QTest::newRow("streaming, closed") << true << false;
    QTest::newRow("streaming, reset") << true << true;
}

void TestHttpServer::noticesDisconnect()
{
    QFETCH(bool, streaming);
    QFETCH(bool, reset);
    std::promise<void> started;
    std::promise<void> closed;
    ExchangePtr kept;
    ServerFixture fixture([&](ExchangePtr exchange) {
        kept = exchange;
        exchange->onClosed([&] {
            kept->respond(200, {}, "nobody reads this");
            kept->write("nor this");
            kept->onClosed([] { QFAIL("only once, and only to who has asked in time"); });
            kept.reset();
            closed.set_value();
        });
        if (streaming) {
            exchange->beginStream(200, {});
            exchange->write("first");
        }
        started.set_value();
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    started.get_future().wait();
    if (streaming) {
        QVERIFY(socket.readUntil("first\r\n"));
    }
    reset ? socket.reset() : socket.close();
    QCOMPARE(closed.get_future().wait_for(5s), std::future_status::ready);
    QTRY_COMPARE(fixture.server().openConnections(), std::size_t{0});
}

void TestHttpServer::unansweredExchangeIs500()
{
    ServerFixture fixture([](ExchangePtr) {});
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    QCOMPARE(readAnswer(socket).status, 500);
    QCOMPARE(socket.readAll().second, RawSocket::Read::End);
}

void TestHttpServer::droppedStreamIsBroken()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        exchange->beginStream(200, {});
        exchange->write("x");
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    QVERIFY(socket.readAll().first.ends_with("1\r\nx\r\n"));
}

void TestHttpServer::answersFromLaterTurns()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        auto handle = std::make_shared<Deadlines::Handle>();
        *handle = exchange->thread().deadlines().arm(20ms, [exchange, handle] { echo(exchange); });
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/later")));
    QCOMPARE(readAnswer(socket).body, std::string("GET\n/later\n\n\n"));
}

void TestHttpServer::responseHeadersCannotSplit()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        const std::array headers{Header{"x-good", "1"}, Header{"x-bad", "a\r\nset-cookie: b"},
                                 Header{"bad name", "1"}, Header{"Content-Length", "99"},
                                 Header{"Connection", "upgrade"}};
        exchange->respond(200, headers, "body");
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    const RawAnswer answer = readAnswer(socket);
    QCOMPARE(answer.body, std::string("body"));
    QVERIFY(answer.head.find("x-good: 1\r\n") != std::string::npos);
    QVERIFY(answer.head.find("set-cookie") == std::string::npos);
    QVERIFY(answer.head.find("bad name") == std::string::npos);
    QVERIFY(answer.head.find("upgrade") == std::string::npos);
}

void TestHttpServer::limitsConnections()
{
    HttpServerOptions options;
    options.limits.connections = 2;
    ServerFixture fixture(echo, options);
    RawSocket first = fixture.connect();
    RawSocket second = fixture.connect();
    QTRY_COMPARE(fixture.server().openConnections(), std::size_t{2});
    RawSocket third = fixture.connect();
    QVERIFY(third.readAll().first.empty());
    QVERIFY(first.send(get("/")));
    QCOMPARE(readAnswer(first).status, 200);
}

void TestHttpServer::servesOnSeveralThreads()
{
    ServerFixture fixture(
        [](ExchangePtr exchange) {
            exchange->respond(200, {}, std::to_string(exchange->thread().index()));
        },
        {}, 2);
    QVERIFY_RESULT(fixture.status());
    std::set<std::string> threads;
    for (int i = 0; i < 200 && threads.size() < 2; ++i) {
        RawSocket socket = fixture.connect();
        QVERIFY(socket.send(get("/")));
        threads.insert(readAnswer(socket).body);
    }
    QCOMPARE(threads.size(), std::size_t{2});
}

void TestHttpServer::portInUseIsSaid()
{
    ServerFixture first(echo, {}, 2);
    HttpServerOptions options;
    options.port = first.server().port();
    ServerFixture second(echo, options, 2); // SO_REUSEPORT alone would let it in
    QVERIFY(!second.status().ok());
    QCOMPARE(second.status().error().code, sluice::ErrorCode::Io);
    QVERIFY(second.status().error().message.find(std::to_string(options.port)) !=
            std::string::npos);
    HttpServerOptions named;
    named.host = "not-an-address.example";
    ServerFixture third(echo, named);
    QCOMPARE(third.status().error().code, sluice::ErrorCode::InvalidArgument);
}

void TestHttpServer::drains()
{
    std::promise<ExchangePtr> waiting;
    ServerFixture fixture([&](ExchangePtr exchange) {
        if (exchange->request().path == "/wait") {
            waiting.set_value(exchange);
        } else {
            echo(exchange);
        }
    });
    RawSocket idle = fixture.connect();
    QVERIFY(idle.send(get("/")));
    QCOMPARE(readAnswer(idle).status, 200);
    RawSocket busy = fixture.connect();
    QVERIFY(busy.send(get("/wait")));
    ExchangePtr exchange = waiting.get_future().get();
    std::promise<void> done;
    fixture.server().drain(10s, [&] { done.set_value(); });
    QVERIFY(idle.readAll().first.empty());
    QVERIFY(!RawSocket(fixture.server().port()).open());
    auto finished = done.get_future();
    QCOMPARE(finished.wait_for(0s), std::future_status::timeout);
    fixture.thread().post([exchange = std::move(exchange)] { echo(exchange); });
    const RawAnswer answer = readAnswer(busy);
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.head.find("connection: close\r\n") != std::string::npos);
    busy.close();
    QCOMPARE(finished.wait_for(5s), std::future_status::ready);
}

void TestHttpServer::drainDeadlineBreaksTheRest()
{
    std::promise<void> closed;
    ExchangePtr kept;
    std::promise<void> started;
    ServerFixture fixture([&](ExchangePtr exchange) {
        kept = exchange;
        exchange->onClosed([&] {
            kept.reset();
            closed.set_value();
        });
        started.set_value();
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    started.get_future().wait();
    std::promise<void> done;
    fixture.server().drain(30ms, [&] { done.set_value(); });
    QCOMPARE(done.get_future().wait_for(5s), std::future_status::ready);
    QCOMPARE(closed.get_future().wait_for(5s), std::future_status::ready);
}

void TestHttpServer::stopsWithOpenExchanges()
{
    std::atomic<int> closed{0};
    std::promise<void> started;
    ServerFixture fixture([&](ExchangePtr exchange) {
        exchange->onClosed([&closed, exchange] { ++closed; });
        started.set_value();
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    started.get_future().wait();
    fixture.stopServer();
    QCOMPARE(closed.load(), 1);
    QCOMPARE(fixture.server().openConnections(), std::size_t{0});
}

QTEST_GUILESS_MAIN(TestHttpServer)
#include "tst_httpserver.moc"
