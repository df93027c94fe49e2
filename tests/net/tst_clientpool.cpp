// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/net/peerscripts.h"
#include "tests/net/recorder.h"

#include <QTest>

#include <array>
#include <atomic>

using namespace sluice::net;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// HttpClient: connections that are used again, and what that must never do.
class TestClientPool : public QObject
{
    Q_OBJECT

private slots:
    void reusesLastUsedFirst();
    void keepsAtMostMaxIdle();
    void startsTheNextCallWhereOneEnded();
    void closedIdleConnectionIsDropped();
    void retriesOnceOnADeadConnection();
    void doesNotRetryAfterTheFirstByte();
    void doesNotRetryANewConnection();
    void unaskedBytesEndAnIdleConnection();
};

void TestClientPool::reusesLastUsedFirst()
{
    // Two calls at once make two connections; the one that ended last is taken next.
    std::promise<void> second;
    std::shared_future<void> afterSecond = second.get_future().share();
    std::array<std::atomic<int>, 2> served{};
    RawPeer peer([&](RawSocket& socket, int index) {
        while (auto head = socket.readUntil("\r\n\r\n")) {
            if (head->starts_with("GET /slow")) {
                afterSecond.wait();
            }
            ++served[static_cast<std::size_t>(index)];
            socket.send(kOk);
        }
    });
    ClientFixture fixture(peer.port());
    Recorder slow;
    fixture.start("/slow", slow);
    QTRY_COMPARE(peer.connections(), 1);
    Recorder fast;
    fixture.start("/fast", fast);
    QVERIFY(fast.wait());
    second.set_value();
    QVERIFY(slow.wait());
    Recorder third;
    fixture.start("/third", third);
    QVERIFY(third.wait());
    QCOMPARE(third.events, std::string("reused 200 end"));
    QCOMPARE(served[0].load(), 2);
    QCOMPARE(served[1].load(), 1);
}

void TestClientPool::keepsAtMostMaxIdle()
{
    std::atomic<int> closed{0};
    RawPeer peer([&](RawSocket& socket, int) {
        while (socket.readUntil("\r\n\r\n")) {
            socket.send(kOk);
        }
        ++closed;
    });
    ClientFixture fixture(ClientFixture::local(peer.port()), 1);
    std::array<Recorder, 3> recorders;
    fixture.run([&] {
        for (Recorder& recorder : recorders) {
            recorder.call = fixture.client().start(ClientFixture::get("/"), recorder);
        }
    });
    for (Recorder& recorder : recorders) {
        QVERIFY(recorder.wait());
    }
    QTRY_COMPARE(closed.load(), 2);
}

void TestClientPool::startsTheNextCallWhereOneEnded()
{
    RawPeer peer(always(kOk));
    ClientFixture fixture(peer.port());
    Recorder first;
    Recorder second;
    first.endHook = [&] { second.call = fixture.client().start(ClientFixture::get("/2"), second); };
    fixture.start("/1", first);
    QVERIFY(second.wait());
    QCOMPARE(second.events, std::string("reused 200 end"));
    QCOMPARE(peer.connections(), 1);
}

void TestClientPool::closedIdleConnectionIsDropped()
{
    std::promise<void> closed;
    RawPeer peer([&](RawSocket& socket, int index) {
        socket.readUntil("\r\n\r\n");
        socket.send(kOk); // does not say that it closes
        if (index == 0) {
            socket.close();
            closed.set_value();
        }
    });
    ClientFixture fixture(peer.port());
    Recorder first;
    fixture.start("/", first);
    QVERIFY(first.wait());
    closed.get_future().wait();
    for (int i = 0; i < 3; ++i) {
        fixture.run([] {}); // the loop has looked at its sockets
    }
    Recorder second;
    fixture.start("/", second);
    QVERIFY(second.wait());
    QCOMPARE(second.events, std::string("new 200 end"));
}

void TestClientPool::retriesOnceOnADeadConnection()
{
    std::array<std::string, 2> bodies;
    RawPeer peer([&](RawSocket& socket, int index) {
        bodies[static_cast<std::size_t>(index)] = socket.readUntil("one").value_or("");
        socket.send(kOk);
        if (index == 0) {
            socket.readUntil("two"); // taken, and never answered
        }
    });
    ClientFixture fixture(peer.port());
    CallRequest request;
    request.target = "/";
    request.body = "one";
    Recorder first;
    fixture.start(request, first);
    QVERIFY(first.wait());
    request.body = "one, two";
    Recorder second;
    fixture.start(request, second);
    QVERIFY(second.wait());
    QCOMPARE(second.events, std::string("reused new 200 end"));
    QCOMPARE(peer.connections(), 2);
    QVERIFY(bodies[1].ends_with("\r\n\r\none")); // the request came again, whole from its beginning
}

void TestClientPool::doesNotRetryAfterTheFirstByte()
{
    RawPeer peer([](RawSocket& socket, int) {
        socket.readUntil("\r\n\r\n");
        socket.send(kOk);
        socket.readUntil("\r\n\r\n");
        socket.send("H");
    });
    ClientFixture fixture(peer.port());
    Recorder first;
    fixture.start("/", first);
    QVERIFY(first.wait());
    Recorder second;
    fixture.start("/", second);
    QVERIFY(second.wait());
    QCOMPARE(second.events, std::string("reused cut"));
    QCOMPARE(peer.connections(), 1);
}

void TestClientPool::doesNotRetryANewConnection()
{
    RawPeer peer([](RawSocket& socket, int) {
        socket.readUntil("\r\n\r\n");
        socket.reset();
    });
    ClientFixture fixture(peer.port());
    Recorder recorder;
    fixture.start("/", recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("new reset"));
    QCOMPARE(peer.connections(), 1);
}

void TestClientPool::unaskedBytesEndAnIdleConnection()
{
    RawPeer peer([](RawSocket& socket, int) {
        socket.readUntil("\r\n\r\n");
        socket.send(kOk + kOk); // the second answers nothing
        socket.readAll();
    });
    ClientFixture fixture(peer.port());
    for (int i = 0; i < 2; ++i) {
        Recorder recorder;
        fixture.start("/", recorder);
        QVERIFY(recorder.wait());
        QCOMPARE(recorder.events, std::string("new 200 end"));
    }
}

QTEST_GUILESS_MAIN(TestClientPool)
#include "tst_clientpool.moc"
