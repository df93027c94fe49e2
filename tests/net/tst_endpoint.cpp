// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/addresses.h"
#include "core/net/httpclient.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice::net;

/// SEC-04: what may be an endpoint, and where a connection may go.
class TestEndpoint : public QObject
{
    Q_OBJECT

private slots:
    void parses_data();
    void parses();
    void refuses_data();
    void refuses();
    void errorsKeepCredentialsToThemselves();
    void judgesAddresses_data();
    void judgesAddresses();
};

void TestEndpoint::parses_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("local");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* url, bool local, const char* expected) {
        QTest::newRow(url) << QString::fromUtf8(url) << local << QString::fromUtf8(expected);
    };
    row("https://api.example.com", false, "https api.example.com 443 ''");
    row("https://api.example.com/", false, "https api.example.com 443 ''");
    row("https://api.example.com/v1", false, "https api.example.com 443 '/v1'");
    row("https://api.example.com/v1/", false, "https api.example.com 443 '/v1'");
    row("https://api.example.com:8443/a/b.c-d_e~f", false,
        "https api.example.com 8443 '/a/b.c-d_e~f'");
    row("HTTPS://API.Example.COM/V1", false, "https api.example.com 443 '/V1'");
    row("https://xn--bcher-kva.example", false, "https xn--bcher-kva.example 443 ''");
    row("https://a_b.example", false, "https a_b.example 443 ''");
    row("https://1e100.net", false, "https 1e100.net 443 ''");
    row("https://93.184.216.34", false, "https 93.184.216.34 443 ''");
    row("https://[2606:2800:220:1::1]:99/x", false, "https [2606:2800:220:1::1] 99 '/x'");
    row("https://h.example/projects/p:predict", false, "https h.example 443 '/projects/p:predict'");
    row("http://localhost:11434", true, "http localhost 11434 ''");
    row("http://127.0.0.1", true, "http 127.0.0.1 80 ''");
    row("http://[::1]:8080/v1", true, "http [::1] 8080 '/v1'");
    row("http://10.0.0.5:8000", true, "http 10.0.0.5 8000 ''");
    row("http://ollama", true, "http ollama 80 ''");
    row("https://localhost", false, "https localhost 443 ''"); // refused when it is resolved
}

void TestEndpoint::parses()
{
    QFETCH(QString, url);
    QFETCH(bool, local);
    QFETCH(QString, expected);
    const auto endpoint = endpointFromUrl(url.toStdString(), local);
    QVERIFY_RESULT(endpoint);
    QCOMPARE(
        QString("%1 %2 %3 '%4'")
            .arg(QString::fromStdString(endpoint->scheme), QString::fromStdString(endpoint->host))
            .arg(endpoint->port)
            .arg(QString::fromStdString(endpoint->basePath)),
        expected);
    QCOMPARE(endpoint->local, local);
}

void TestEndpoint::refuses_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<bool>("local");
    const auto row = [](const QByteArray& url, bool local = false) {
        QTest::newRow(QByteArray(url).replace('\0', "NUL") + (local ? " local" : ""))
            << url << local;
    };
    // Scheme.
    for (const char* url : {"", "api.example.com", "//api.example.com", "https:api.example.com",
                            "https:/api.example.com", "ftp://h.example", "file:///etc/passwd",
                            "gopher://h.example", "ws://h.example", "unix://tmp",
                            "http://h.example", " https://h.example", "https ://h.example"}) {
        row(url);
    }
    // Authority.
    for (const char* url : {"https://",
                            "https:///v1",
                            "https://user@h.example",
                            "https://user:pw@h.example",
                            "https://@h.example",
                            "https://h.example@evil.example",
                            "https://evil.example\\@h.example",
                            "https://h.example:",
                            "https://h.example:0",
                            "https://h.example:65536",
                            "https://h.example:99999999999",
                            "https://h.example:80x",
                            "https://h.example:-1",
                            "https://h.example:+80",
                            "https://h.example:80:80",
                            "https://h.example.",
                            "https://.h.example",
                            "https://h..example",
                            "https://-h.example",
                            "https://h-.example",
                            "https://h example",
                            "https://h%2eexample",
                            "https://h.example%00",
                            "https://b\xc3\xbc"
                            "cher.example",
                            "https://h.example?x",
                            "https://h.example#x",
                            "https://h.example\r\n",
                            "https://h,example",
                            "https://*.example"}) {
        row(url);
    }
    row(QByteArray("https://h.example\0.evil", 23));
    row("https://" + QByteArray(64, 'a') + ".example");
    row("https://" + QByteArray("a.").repeated(130) + "example");
    // Path.
    for (const char* url :
         {"https://h.example/a?b", "https://h.example/a#b", "https://h.example/a//b",
          "https://h.example//", "https://h.example/../b", "https://h.example/a/..",
          "https://h.example/./a", "https://h.example/a b", "https://h.example/a%2fb",
          "https://h.example/a@b", "https://h.example/a\\b", "https://h.example/\xc3\xa4",
          "https://h.example/a\r\nx: y", "https://h.example/{a}"}) {
        row(url);
    }
    // Addresses in any spelling, not local.
    for (const char* url : {"https://127.0.0.1",
                            "https://127.1",
                            "https://127.0.0.1.",
                            "https://2130706433",
                            "https://0x7f000001",
                            "https://0x7f.0.0.1",
                            "https://0177.0.0.1",
                            "https://017700000001",
                            "https://127.0.0.01",
                            "https://0",
                            "https://0.0.0.0",
                            "https://10.0.0.1",
                            "https://172.16.0.1",
                            "https://192.168.1.1",
                            "https://169.254.169.254",
                            "https://100.64.0.1",
                            "https://[::1]",
                            "https://[::]",
                            "https://[::ffff:127.0.0.1]",
                            "https://[::ffff:7f00:1]",
                            "https://[::127.0.0.1]",
                            "https://[fe80::1]",
                            "https://[fe80::1%25eth0]",
                            "https://[fc00::1]",
                            "https://[fd12:3456::1]",
                            "https://[64:ff9b::7f00:1]",
                            "https://[2002:7f00:1::]",
                            "https://[ff02::1]",
                            "https://224.0.0.1",
                            "https://255.255.255.255",
                            "https://1.2.3",
                            "https://1.2.3.4.5",
                            "https://256.1.1.1",
                            "https://[1.2.3.4]",
                            "https://[::1",
                            "https://::1",
                            "https://[::1]x",
                            "https://[]",
                            "https://0xA9FEA9FE",
                            "https://evil.0x7f",
                            "https://a.1"}) {
        row(url);
    }
    // Not even local.
    for (const char* url : {"http://0.0.0.0", "http://2130706433", "http://127.1", "http://[::]",
                            "http://224.0.0.1", "http://255.255.255.255", "http://user@localhost",
                            "http://localhost./", "ftp://localhost"}) {
        row(url, true);
    }
}

void TestEndpoint::refuses()
{
    QFETCH(QByteArray, url);
    QFETCH(bool, local);
    const auto endpoint = endpointFromUrl(
        std::string_view(url.constData(), static_cast<std::size_t>(url.size())), local);
    QVERIFY2(!endpoint.ok(), endpoint.ok() ? endpoint->host.c_str() : "");
    QCOMPARE(endpoint.error().code, sluice::ErrorCode::InvalidArgument);
}

void TestEndpoint::errorsKeepCredentialsToThemselves()
{
    const auto endpoint = endpointFromUrl("https://user:CANARY@h.example/", false);
    QVERIFY(!endpoint.ok());
    QVERIFY(sluice::describe(endpoint.error()).find("CANARY") == std::string::npos);
}

void TestEndpoint::judgesAddresses_data()
{
    QTest::addColumn<QString>("kind");
    const auto rows = [](const char* kind, std::initializer_list<const char*> addresses) {
        for (const char* address : addresses) {
            QTest::newRow(address) << kind;
        }
    };
    rows("public", {"1.1.1.1",           "8.8.8.8",
                    "9.255.255.255",     "11.0.0.0",
                    "100.63.255.255",    "100.128.0.0",
                    "126.255.255.255",   "128.0.0.0",
                    "169.253.255.255",   "169.255.0.0",
                    "172.15.255.255",    "172.32.0.0",
                    "191.255.255.255",   "192.0.1.0",
                    "192.167.255.255",   "192.169.0.0",
                    "198.17.255.255",    "198.20.0.0",
                    "223.255.255.255",   "2606:4700::1111",
                    "2a00:1450:4001::1", "2001:4860:4860::8888",
                    "::ffff:8.8.8.8",    "64:ff9b::808:808",
                    "2002:808:808::1"});
    rows("private", {"10.0.0.0",         "10.255.255.255",  "127.0.0.1",
                     "127.255.255.255",  "169.254.0.0",     "169.254.169.254",
                     "172.16.0.0",       "172.31.255.255",  "192.168.0.0",
                     "192.168.255.255",  "100.64.0.0",      "100.127.255.255",
                     "198.18.0.0",       "198.19.255.255",  "::1",
                     "fe80::1",          "febf::1",         "fc00::",
                     "fd00::1",          "fdff:ffff::1",    "fec0::1",
                     "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254",
                     "64:ff9b::a00:1",   "64:ff9b::7f00:1", "2002:a00:1::",
                     "2002:7f00:1::1"});
    rows("never", {"0.0.0.0",         "0.255.255.255",  "192.0.0.1",        "192.0.2.1",
                   "192.88.99.1",     "198.51.100.7",   "203.0.113.9",      "224.0.0.1",
                   "239.255.255.255", "240.0.0.1",      "255.255.255.255",  "::",
                   "::7f00:1",        "::ffff:0.0.0.0", "::ffff:224.0.0.1", "ff02::1",
                   "ff00::",          "100::1",         "2001::1",          "2001:db8::1",
                   "3fff::1",         "5f00::1",        "64:ff9b:1::1",     "4000::1",
                   "fe00::1",         "2002:e000:1::"});
}

void TestEndpoint::judgesAddresses()
{
    QFETCH(QString, kind);
    const auto address = boost::asio::ip::make_address(QTest::currentDataTag());
    const AddressKind expected = kind == "public"    ? AddressKind::Public
                                 : kind == "private" ? AddressKind::Private
                                                     : AddressKind::Never;
    QCOMPARE(static_cast<int>(addressKind(address)), static_cast<int>(expected));
    QCOMPARE(addressAllowed(address, false), kind == "public");
    QCOMPARE(addressAllowed(address, true), kind != "never");
}

QTEST_APPLESS_MAIN(TestEndpoint)
#include "tst_endpoint.moc"
