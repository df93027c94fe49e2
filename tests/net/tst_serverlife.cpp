// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/httpserver.h"
#include "tests/net/rawmessages.h"
#include "tests/net/serverfixture.h"
#include "tests/support/result.h"

#include <QTest>

#include <atomic>
#include <future>
#include <set>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// HttpServer: connections, threads, and its end.
class TestServerLife : public QObject
{
    Q_OBJECT

private slots:
    void headerDeadline();
    void bodyDeadline();
    void idleConnectionsAreClosed();
    void limitsConnections();
    void servesOnSeveralThreads();
    void portInUseIsSaid();
    void drains();
    void drainDeadlineBreaksTheRest();
    void stopsWithOpenExchanges();
};

void TestServerLife::headerDeadline()
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

void TestServerLife::bodyDeadline()
{
    HttpServerOptions options;
    options.limits.bodyDeadline = 50ms;
    ServerFixture fixture(echo, options);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc"));
    QCOMPARE(readAnswer(socket).status, 408);
}

void TestServerLife::idleConnectionsAreClosed()
{
    HttpServerOptions options;
    options.limits.idle = 50ms;
    ServerFixture fixture(echo, options);
    RawSocket socket = fixture.connect();
    QVERIFY(socket.send(get("/")));
    QCOMPARE(readAnswer(socket).status, 200);
    QCOMPARE(socket.readAll(), std::pair(std::string(), RawSocket::Read::End));
}

void TestServerLife::limitsConnections()
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

void TestServerLife::servesOnSeveralThreads()
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

void TestServerLife::portInUseIsSaid()
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

void TestServerLife::drains()
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

void TestServerLife::drainDeadlineBreaksTheRest()
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

void TestServerLife::stopsWithOpenExchanges()
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

QTEST_GUILESS_MAIN(TestServerLife)
#include "tst_serverlife.moc"
