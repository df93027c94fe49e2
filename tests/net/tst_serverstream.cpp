// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/deadlines.h"
#include "core/net/httpserver.h"
#include "tests/net/rawmessages.h"
#include "tests/net/serverfixture.h"

#include <QTest>

#include <atomic>
#include <future>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// HttpServer: answers that come in pieces, and clients that go away.
class TestServerStream : public QObject
{
    Q_OBJECT

private slots:
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
};

void TestServerStream::streams()
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

void TestServerStream::streamGathersTheWritesOfATurn()
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

void TestServerStream::streamsWithBackPressure()
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

void TestServerStream::brokenStreamHasNoEnd()
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

void TestServerStream::brokenHttp10StreamIsReset()
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

void TestServerStream::stalledReaderIsClosed()
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

void TestServerStream::noticesDisconnect_data()
{
    QTest::addColumn<bool>("streaming");
    QTest::addColumn<bool>("reset");
    QTest::newRow("waiting, closed") << false << false;
    QTest::newRow("waiting, reset") << false << true;
    QTest::newRow("streaming, closed") << true << false;
    QTest::newRow("streaming, reset") << true << true;
}

void TestServerStream::noticesDisconnect()
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

void TestServerStream::unansweredExchangeIs500()
{
    ServerFixture fixture([](ExchangePtr) {});
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    QCOMPARE(readAnswer(socket).status, 500);
    QCOMPARE(socket.readAll().second, RawSocket::Read::End);
}

void TestServerStream::droppedStreamIsBroken()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        exchange->beginStream(200, {});
        exchange->write("x");
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    QVERIFY(socket.readAll().first.ends_with("1\r\nx\r\n"));
}

void TestServerStream::answersFromLaterTurns()
{
    ServerFixture fixture([](ExchangePtr exchange) {
        auto handle = std::make_shared<Deadlines::Handle>();
        *handle = exchange->thread().deadlines().arm(20ms, [exchange, handle] { echo(exchange); });
    });
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/later")));
    QCOMPARE(readAnswer(socket).body, std::string("GET\n/later\n\n\n"));
}

void TestServerStream::responseHeadersCannotSplit()
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

QTEST_GUILESS_MAIN(TestServerStream)
#include "tst_serverstream.moc"
