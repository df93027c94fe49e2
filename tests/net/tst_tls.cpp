// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/net/rawpeer.h"
#include "tests/net/recorder.h"
#include "tests/net/serverfixture.h"
#include "tests/net/testcerts.h"
#include "tests/support/result.h"

#include <QTemporaryDir>
#include <QTest>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <openssl/ssl.h>

#include <array>
#include <atomic>

using namespace sluice::net;
using namespace sluice::tests;
using namespace std::chrono_literals;

class TestTls : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void verifies_data();
    void verifies();
    void missingAuthoritiesFileIsSaid();
    void badServerFilesAreSaid();
    void keepsTheConnection();
    void carriesLargeBodies();
    void streamsWithBackPressure();
    void brokenStreamIsCut();
    void noticesDisconnect();
    void plainHttpToTlsIsClosed();
    void tlsToPlainHttpFails();
    void refusesOldProtocols_data();
    void refusesOldProtocols();
    void silentHandshakeIsClosed();
    void cancelsDuringHandshake();

private:
    [[nodiscard]] std::string path(const std::string& name) const
    {
        return m_folder.filePath(name.c_str()).toStdString();
    }
    [[nodiscard]] TlsFiles files(const std::string& name) const
    {
        return {path(name + ".pem"), path(name + ".key")};
    }
    [[nodiscard]] HttpServerOptions options(const std::string& certificate = "good") const
    {
        HttpServerOptions options;
        options.tls = files(certificate);
        return options;
    }
    [[nodiscard]] Endpoint endpoint(std::uint16_t port, const std::string& host = "localhost") const
    {
        return {"https", host, port, "", true, path("ca.pem")};
    }
    void make(const std::string& name, const TestCertificate& certificate)
    {
        QVERIFY(certificate.writeCertificate(path(name + ".pem")));
        QVERIFY(certificate.writeKey(path(name + ".key")));
    }

    QTemporaryDir m_folder;
};

void TestTls::initTestCase()
{
    const std::string names = "DNS:localhost,IP:127.0.0.1";
    const TestCertificate authority("", nullptr);
    const TestCertificate stranger("", nullptr);
    make("ca", authority);
    make("good", TestCertificate(names, &authority));
    make("wildcard", TestCertificate("DNS:*.example", &authority));
    make("otherhost", TestCertificate("DNS:other.example", &authority));
    make("expired", TestCertificate(names, &authority, -7200, -3600));
    make("future", TestCertificate(names, &authority, 3600, 7200));
    make("selfsigned", TestCertificate(names, nullptr));
    make("untrusted", TestCertificate(names, &stranger));
}

void TestTls::verifies_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("events");
    QTest::newRow("good by name") << "good" << "localhost" << "new 200 end";
    QTest::newRow("good by address") << "good" << "127.0.0.1" << "new 200 end";
    QTest::newRow("wrong host") << "otherhost" << "localhost" << "tls";
    QTest::newRow("wrong address") << "otherhost" << "127.0.0.1" << "tls";
    QTest::newRow("wildcard does not match") << "wildcard" << "localhost" << "tls";
    QTest::newRow("expired") << "expired" << "localhost" << "tls";
    QTest::newRow("not yet valid") << "future" << "localhost" << "tls";
    QTest::newRow("self-signed") << "selfsigned" << "localhost" << "tls";
    QTest::newRow("untrusted authority") << "untrusted" << "localhost" << "tls";
}

void TestTls::verifies()
{
    QFETCH(QString, certificate);
    QFETCH(QString, host);
    QFETCH(QString, events);
    std::atomic<int> handled{0};
    ServerFixture server(
        [&](std::shared_ptr<HttpExchange> exchange) {
            ++handled;
            echo(exchange);
        },
        options(certificate.toStdString()));
    QVERIFY_RESULT(server.status());
    ClientFixture client(endpoint(server.server().port(), host.toStdString()));
    Recorder recorder;
    client.start("/secret", recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(QString::fromStdString(recorder.events), events);
    QCOMPARE(handled.load(), events == "tls" ? 0 : 1);
}

void TestTls::missingAuthoritiesFileIsSaid()
{
    Endpoint wrong = endpoint(1);
    wrong.caFile = path("no-such-file.pem");
    ClientFixture client(wrong);
    Recorder recorder;
    client.start("/", recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("tls"));
    QVERIFY(recorder.detail.find("no-such-file.pem") != std::string::npos);
}

void TestTls::badServerFilesAreSaid()
{
    HttpServerOptions missing;
    missing.tls = {path("none.pem"), path("good.key")};
    QCOMPARE(ServerFixture(echo, missing).status().error().where, path("none.pem"));
    HttpServerOptions mixed;
    mixed.tls = {path("good.pem"), path("expired.key")};
    QCOMPARE(ServerFixture(echo, mixed).status().error().where, path("expired.key"));
}

void TestTls::keepsTheConnection()
{
    ServerFixture server(echo, options());
    ClientFixture client(endpoint(server.server().port()));
    for (const char* events : {"new 200 end", "reused 200 end", "reused 200 end"}) {
        Recorder recorder;
        client.start("/x", recorder);
        QVERIFY(recorder.wait());
        QCOMPARE(recorder.events, std::string(events));
        QCOMPARE(recorder.body, std::string("GET\n/x\n\n\n"));
    }
}

void TestTls::carriesLargeBodies()
{
    ServerFixture server(
        [](std::shared_ptr<HttpExchange> exchange) {
            exchange->respond(200, {}, std::string(exchange->request().body));
        },
        options());
    ClientFixture client(endpoint(server.server().port()));
    Recorder recorder;
    CallRequest request;
    request.target = "/";
    for (std::size_t i = 0; i < (std::size_t{3} << 20U); ++i) {
        request.body += static_cast<char>('a' + i * 31 % 26);
    }
    client.start(request, recorder);
    QVERIFY(recorder.wait());
    QVERIFY(recorder.body == request.body);
}

void TestTls::streamsWithBackPressure()
{
    constexpr int kRounds = 50;
    const std::string piece(50'000, 'x');
    ServerFixture server(
        [&](std::shared_ptr<HttpExchange> exchange) {
            exchange->beginStream(200, {});
            auto left = std::make_shared<int>(kRounds);
            const auto feed = [stream = exchange.get(), left, &piece] {
                while (*left > 0 && stream->pending() <= 65536) {
                    stream->write(piece);
                    --*left;
                }
                if (*left == 0) {
                    stream->endStream();
                }
            };
            exchange->onDrain([exchange, feed] { feed(); });
            feed();
        },
        options());
    ClientFixture client(endpoint(server.server().port()));
    Recorder recorder;
    recorder.bodyHook = [&] {
        recorder.call->pause();
        client.thread().post([&] {
            if (recorder.call) {
                recorder.call->resume();
            }
        });
    };
    client.start("/", recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("new 200 end"));
    QCOMPARE(recorder.body.size(), kRounds * piece.size());
}

void TestTls::brokenStreamIsCut()
{
    ServerFixture server(
        [](std::shared_ptr<HttpExchange> exchange) {
            exchange->beginStream(200, {});
            exchange->write("partial");
            exchange->breakStream();
        },
        options());
    ClientFixture client(endpoint(server.server().port()));
    Recorder recorder;
    client.start("/", recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("new 200 cut"));
    QCOMPARE(recorder.body, std::string("partial"));
}

void TestTls::noticesDisconnect()
{
    std::promise<void> started;
    std::promise<void> closed;
    ServerFixture server(
        [&](std::shared_ptr<HttpExchange> exchange) {
            exchange->onClosed([&closed, exchange] { closed.set_value(); });
            started.set_value();
        },
        options());
    ClientFixture client(endpoint(server.server().port()));
    Recorder recorder;
    client.start("/", recorder);
    started.get_future().wait();
    client.run([&] { recorder.call.reset(); });
    QCOMPARE(closed.get_future().wait_for(5s), std::future_status::ready);
}

void TestTls::plainHttpToTlsIsClosed()
{
    ServerFixture server(echo, options());
    RawSocket socket = server.connect();
    QVERIFY(socket.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    QVERIFY(socket.readAll().first.find("HTTP/1.1") == std::string::npos);
    QTRY_COMPARE(server.server().openConnections(), std::size_t{0});
}

void TestTls::tlsToPlainHttpFails()
{
    ServerFixture server(echo);
    ClientFixture client(endpoint(server.server().port()));
    Recorder recorder;
    client.start("/", recorder);
    QVERIFY(recorder.wait());
    QCOMPARE(recorder.events, std::string("tls"));
}

void TestTls::refusesOldProtocols_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("TLS 1.0") << TLS1_VERSION << false;
    QTest::newRow("TLS 1.1") << TLS1_1_VERSION << false;
    QTest::newRow("TLS 1.2") << TLS1_2_VERSION << true;
    QTest::newRow("TLS 1.3") << TLS1_3_VERSION << true;
}

void TestTls::refusesOldProtocols()
{
    QFETCH(int, version);
    QFETCH(bool, accepted);
    ServerFixture server(echo, options());
    boost::asio::io_context context;
    boost::asio::ssl::context tls(boost::asio::ssl::context::tls_client);
    SSL_CTX_set_security_level(tls.native_handle(), 0); // so that this side would take the old ones
    SSL_CTX_set_min_proto_version(tls.native_handle(), version);
    SSL_CTX_set_max_proto_version(tls.native_handle(), version);
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream(context, tls);
    stream.next_layer().connect({boost::asio::ip::address_v4::loopback(), server.server().port()});
    boost::system::error_code error;
    stream.handshake(boost::asio::ssl::stream_base::client, error);
    QCOMPARE(!error, accepted);
}

void TestTls::silentHandshakeIsClosed()
{
    HttpServerOptions quick = options();
    quick.limits.headerDeadline = 50ms;
    ServerFixture server(echo, quick);
    RawSocket socket = server.connect();
    QCOMPARE(socket.readAll(), std::pair(std::string(), RawSocket::Read::End));
}

void TestTls::cancelsDuringHandshake()
{
    // A plain server takes the client's hello for an unfinished request line and waits.
    std::promise<void> hello;
    RawPeer peer([&](RawSocket& socket, int) {
        socket.readSome();
        hello.set_value();
        socket.readAll();
    });
    ClientFixture client(endpoint(peer.port()));
    Recorder recorder;
    client.start("/", recorder);
    hello.get_future().wait();
    client.run([&] { recorder.call.reset(); });
    QVERIFY(!recorder.over());
    CallRequest slow = ClientFixture::get("/");
    slow.connectTimeout = 50ms;
    RawPeer silent([](RawSocket& socket, int) { socket.readAll(); });
    ClientFixture other(endpoint(silent.port()));
    Recorder timeout;
    other.start(slow, timeout);
    QVERIFY(timeout.wait());
    QCOMPARE(timeout.events, std::string("connect_timeout"));
}

QTEST_GUILESS_MAIN(TestTls)
#include "tst_tls.moc"
