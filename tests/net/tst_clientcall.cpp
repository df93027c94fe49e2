// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/net/peerscripts.h"
#include "tests/net/recorder.h"

#include <QTest>

#include <atomic>

using namespace sluice::net;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// HttpClient: cancelling, pausing and destroying calls under way.
class TestClientCall : public QObject
{
    Q_OBJECT

private slots:
    void cancels_data();
    void cancels();
    void destroysItselfInCallbacks_data();
    void destroysItselfInCallbacks();
    void pausesBeforeTheHead();
    void pausesAndResumes();
    void pauseHoldsTheEnd();
};

void TestClientCall::cancels_data()
{
    QTest::addColumn<QString>("phase");
    QTest::addColumn<bool>("destroy");
    for (const char* phase : {"started", "resolving", "connecting", "waiting", "body", "reused"}) {
        QTest::addRow("%s, cancel", phase) << phase << false;
        QTest::addRow("%s, destroy", phase) << phase << true;
    }
}

void TestClientCall::cancels()
{
    QFETCH(QString, phase);
    QFETCH(bool, destroy);
    std::promise<void> noticed;
    std::atomic<int> requests{0};
    RawPeer peer([&](RawSocket& socket, int) {
        while (socket.readUntil("\r\n\r\n")) {
            const bool hold = phase == "waiting" || (phase == "reused" && requests == 1);
            ++requests;
            if (!hold) {
                socket.send(phase == "body" ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
                                            : kOk);
            }
        }
        noticed.set_value();
    });
    RawPeer deaf({}, true);
    const RawSocket filler(deaf.port());
    Endpoint endpoint = ClientFixture::local(phase == "connecting" ? deaf.port() : peer.port());
    if (phase == "resolving") {
        endpoint.host = "localhost";
    }
    ClientFixture fixture(endpoint);
    Recorder warm;
    if (phase == "reused") {
        fixture.start("/warm", warm);
        QVERIFY(warm.wait());
    }
    Recorder recorder;
    const auto end = [&] { destroy ? recorder.call.reset() : recorder.call->cancel(); };
    fixture.run([&] {
        recorder.call = fixture.client().start(ClientFixture::get("/"), recorder);
        if (phase == "started") {
            end();
        }
    });
    if (phase == "waiting" || phase == "reused") {
        QTRY_COMPARE(requests.load(), phase == "reused" ? 2 : 1);
    } else if (phase == "body") {
        QTRY_VERIFY([&] {
            bool got = false;
            fixture.run([&] { got = recorder.body == "half"; });
            return got;
        }());
    }
    if (phase != "started") {
        fixture.run(end);
    }
    if (phase == "waiting" || phase == "body" || phase == "reused") {
        QCOMPARE(noticed.get_future().wait_for(5s),
                 std::future_status::ready); // the connection was closed
    }
    fixture.run([] {});
    QVERIFY(!recorder.over());
    QVERIFY(phase != "started" || recorder.events.empty());
}

void TestClientCall::destroysItselfInCallbacks_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("events");
    QTest::newRow("connected") << "connected" << "new";
    QTest::newRow("head") << "head" << "new 200";
    QTest::newRow("body") << "body" << "new 200";
    QTest::newRow("end") << "end" << "new 200 end";
}

void TestClientCall::destroysItselfInCallbacks()
{
    QFETCH(QString, where);
    QFETCH(QString, events);
    RawPeer peer(always(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n"));
    ClientFixture fixture(peer.port());
    Recorder recorder;
    std::promise<void> gone;
    const auto hook = [&] {
        recorder.call.reset();
        gone.set_value();
    };
    (where == "connected" ? recorder.connectedHook
     : where == "head"    ? recorder.headHook
     : where == "body"    ? recorder.bodyHook
                          : recorder.endHook) = hook;
    fixture.start("/", recorder);
    QCOMPARE(gone.get_future().wait_for(5s), std::future_status::ready);
    fixture.run([] {});
    QCOMPARE(QString::fromStdString(recorder.events), events);
    QCOMPARE(recorder.over(), where == "end");
    // The client is none the worse for it.
    Recorder next;
    fixture.start("/", next);
    QVERIFY(next.wait());
    QCOMPARE(next.body, std::string("ab"));
}

void TestClientCall::pausesBeforeTheHead()
{
    RawPeer peer(always(kOk));
    ClientFixture fixture(peer.port());
    Recorder recorder;
    fixture.run([&] {
        recorder.call = fixture.client().start(ClientFixture::get("/"), recorder);
        recorder.call->pause();
    });
    QTRY_COMPARE(peer.connections(), 1);
    Recorder other;
    fixture.start("/", other);
    QVERIFY(other.wait()); // the peer has answered by now
    fixture.run([&] {
        QCOMPARE(recorder.events, std::string("new"));
        recorder.call->resume();
        QCOMPARE(recorder.events, std::string("new")); // nothing from within
    });
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("new 200 end"));
}

void TestClientCall::pausesAndResumes()
{
    std::string body;
    std::string wire = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 300; ++i) {
        const std::string piece(1 + static_cast<std::size_t>(i) * 37 % 5000,
                                static_cast<char>('a' + i % 26));
        wire += QByteArray::number(qulonglong(piece.size()), 16).toStdString() + "\r\n" + piece +
                "\r\n";
        body += piece;
    }
    RawPeer peer(once(wire + "0\r\n\r\n"));
    ClientFixture fixture(peer.port());
    Recorder recorder;
    bool paused = false;
    bool spoke = false; // while paused
    recorder.bodyHook = [&] {
        spoke = spoke || paused;
        paused = true;
        recorder.call->pause();
        fixture.thread().post([&] {
            paused = false;
            recorder.call->resume();
        });
    };
    fixture.start("/", recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("new 200 end"));
    QVERIFY(recorder.body == body);
    QVERIFY(!spoke);
    QVERIFY(recorder.pieces > 10); // of 750 KB, at most what one read brings at a time
}

void TestClientCall::pauseHoldsTheEnd()
{
    RawPeer peer(once("HTTP/1.1 200 OK\r\n\r\nall"));
    ClientFixture fixture(peer.port());
    Recorder recorder;
    std::promise<void> paused;
    recorder.bodyHook = [&] {
        recorder.call->pause();
        paused.set_value();
    };
    fixture.start("/", recorder);
    paused.get_future().wait();
    fixture.run([] {});
    QVERIFY(!recorder.over());
    fixture.run([&] { recorder.call->resume(); });
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("new 200 end"));
}

QTEST_GUILESS_MAIN(TestClientCall)
#include "tst_clientcall.moc"
