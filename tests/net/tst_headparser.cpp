// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/headparser.h"

#include <QTest>

#include <string>

using namespace sluice::net;
using State = HeadParser::State;
using Kind = HeadParser::Kind;

namespace {

constexpr HeadParser::Limits kLimits{4096, 20};

/// Everything that was understood, as text, to compare whole.
std::string describeHead(const HeadParser& parser, Kind kind)
{
    std::string text = kind == Kind::Request
                           ? std::string(parser.method()) + " " + std::string(parser.target())
                           : std::to_string(parser.status());
    for (const Header& header : parser.headers().all()) {
        text.append("|").append(header.name).append("=").append(header.value);
    }
    switch (parser.framing()) {
    case Framing::None:
        text += "|none";
        break;
    case Framing::Length:
        text += "|length " + std::to_string(parser.contentLength());
        break;
    case Framing::Chunked:
        text += "|chunked";
        break;
    case Framing::UntilClose:
        text += "|until close";
        break;
    }
    return text + (parser.keepAlive() ? "|keep" : "|close");
}

/// Feeds in two parts, in a buffer that moves in between, as a growing buffer does.
State parseSplit(HeadParser& parser, const std::string& wire, std::size_t split,
                 std::string& buffer)
{
    const std::string first = wire.substr(0, split);
    const State state = parser.parse(first);
    if (state != State::NeedMore) {
        buffer = wire;
        if (state == State::Done) {
            parser.bind(buffer);
        }
        return state;
    }
    buffer = wire;
    return parser.parse(buffer);
}

void addRow(const char* name, const std::string& wire)
{
    QTest::newRow(name) << QByteArray::fromStdString(wire);
}

} // namespace

class TestHeadParser : public QObject
{
    Q_OBJECT

private slots:
    void acceptsRequests_data();
    void acceptsRequests();
    void acceptsResponses_data();
    void acceptsResponses();
    void refusesRequests_data();
    void refusesRequests();
    void refusesResponses_data();
    void refusesResponses();
    void limits_data();
    void limits();
    void everyByteInAName();
    void everyByteInAValue();
    void everyByteInATarget();
    void isReusable();
    void findsHeadersWithoutCase();
};

void TestHeadParser::acceptsRequests_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const std::string& wire, const char* expected) {
        QTest::newRow(name) << QByteArray::fromStdString(wire) << QByteArray(expected);
    };
    row("plain", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /|Host=a|none|keep");
    row("query", "GET /a?b=c&d=%20 HTTP/1.1\r\n\r\n", "GET /a?b=c&d=%20|none|keep");
    row("empty line first", "\r\nGET / HTTP/1.1\r\n\r\n", "GET /|none|keep");
    row("white space around value", "GET / HTTP/1.1\r\nA: \t b c \t\r\n\r\n",
        "GET /|A=b c|none|keep");
    row("no white space", "GET / HTTP/1.1\r\nA:b\r\n\r\n", "GET /|A=b|none|keep");
    row("empty value", "GET / HTTP/1.1\r\nA:\r\nB: \r\n\r\n", "GET /|A=|B=|none|keep");
    row("tab inside value", "GET / HTTP/1.1\r\nA: b\tc\r\n\r\n", "GET /|A=b\tc|none|keep");
    row("obs-text", "GET / HTTP/1.1\r\nA: \xc3\xa4\r\n\r\n", "GET /|A=\xc3\xa4|none|keep");
    row("colon in value", "GET / HTTP/1.1\r\nA: b:c\r\n\r\n", "GET /|A=b:c|none|keep");
    row("odd token", "M!#$%&'*+-.^_`|~9 / HTTP/1.1\r\n!#$%&'*+-.^_`|~9: x\r\n\r\n",
        "M!#$%&'*+-.^_`|~9 /|!#$%&'*+-.^_`|~9=x|none|keep");
    row("length", "POST / HTTP/1.1\r\nContent-Length: 42\r\n\r\n",
        "POST /|Content-Length=42|length 42|keep");
    row("length 0", "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "POST /|Content-Length=0|none|keep");
    row("length with zeros", "POST / HTTP/1.1\r\nContent-Length: 007\r\n\r\n",
        "POST /|Content-Length=007|length 7|keep");
    row("chunked", "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n",
        "POST /|Transfer-Encoding=Chunked|chunked|keep");
    row("close", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET /|Connection=close|none|close");
    row("close in list", "GET / HTTP/1.1\r\nConnection: x , CLOSE\r\n\r\n",
        "GET /|Connection=x , CLOSE|none|close");
    row("close wins", "GET / HTTP/1.1\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n",
        "GET /|Connection=close|Connection=keep-alive|none|close");
    row("1.0", "GET / HTTP/1.0\r\n\r\n", "GET /|none|close");
    row("1.0 kept", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
        "GET /|Connection=Keep-Alive|none|keep");
    row("asterisk", "OPTIONS * HTTP/1.1\r\n\r\n", "OPTIONS *|none|keep");
    row("names like framing",
        "GET / HTTP/1.1\r\nContent-Lengthy: 1\r\nXTransfer-Encoding: gzip\r\n\r\n",
        "GET /|Content-Lengthy=1|XTransfer-Encoding=gzip|none|keep");
}

void TestHeadParser::acceptsRequests()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArray, expected);
    const std::string head = wire.toStdString();
    for (std::size_t split = 0; split <= head.size(); ++split) {
        HeadParser parser(Kind::Request, kLimits);
        std::string buffer;
        QCOMPARE(parseSplit(parser, head + "next", split, buffer), State::Done);
        QCOMPARE(QByteArray::fromStdString(describeHead(parser, Kind::Request)), expected);
        QCOMPARE(parser.size(), head.size());
    }
}

void TestHeadParser::acceptsResponses_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const std::string& wire, const char* expected) {
        QTest::newRow(name) << QByteArray::fromStdString(wire) << QByteArray(expected);
    };
    row("plain", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
        "200|Content-Length=2|length 2|keep");
    row("no reason", "HTTP/1.1 404 \r\n\r\n", "404|until close|keep");
    row("no space", "HTTP/1.1 404\r\n\r\n", "404|until close|keep");
    row("long reason", "HTTP/1.1 500 What \xc3\xa4 day\r\n\r\n", "500|until close|keep");
    row("chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "200|Transfer-Encoding=chunked|chunked|keep");
    row("1.0", "HTTP/1.0 200 OK\r\n\r\n", "200|until close|close");
    row("close", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        "200|Connection=close|until close|close");
}

void TestHeadParser::acceptsResponses()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArray, expected);
    const std::string head = wire.toStdString();
    for (std::size_t split = 0; split <= head.size(); ++split) {
        HeadParser parser(Kind::Response, kLimits);
        std::string buffer;
        QCOMPARE(parseSplit(parser, head + "next", split, buffer), State::Done);
        QCOMPARE(QByteArray::fromStdString(describeHead(parser, Kind::Response)), expected);
    }
}

void TestHeadParser::refusesRequests_data()
{
    QTest::addColumn<QByteArray>("wire");
    using namespace std::string_literals;
    const auto head = [](const std::string& fields) {
        return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n";
    };
    // Request lines.
    addRow("empty lines", "\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    addRow("no version", "GET /\r\n\r\n");
    addRow("only method", "GET\r\n\r\n");
    addRow("two spaces before target", "GET  / HTTP/1.1\r\n\r\n");
    addRow("two spaces after target", "GET /  HTTP/1.1\r\n\r\n");
    addRow("leading space", " GET / HTTP/1.1\r\n\r\n");
    addRow("trailing space", "GET / HTTP/1.1 \r\n\r\n");
    addRow("tab between", "GET\t/\tHTTP/1.1\r\n\r\n");
    addRow("space in target", "GET /a b HTTP/1.1\r\n\r\n");
    addRow("no target", "GET  HTTP/1.1\r\n\r\n");
    addRow("fragment", "GET /#x HTTP/1.1\r\n\r\n");
    addRow("NUL in target", "GET /\0 HTTP/1.1\r\n\r\n"s);
    addRow("DEL in target", "GET /\x7f HTTP/1.1\r\n\r\n");
    addRow("UTF-8 in target", "GET /\xc3\xa4 HTTP/1.1\r\n\r\n");
    addRow("lower-case http", "GET / http/1.1\r\n\r\n");
    addRow("version 1.1x", "GET / HTTP/1.1x\r\n\r\n");
    addRow("version 1,1", "GET / HTTP/1,1\r\n\r\n");
    addRow("version 11", "GET / HTTP/11\r\n\r\n");
    addRow("version 1.10", "GET / HTTP/1.10\r\n\r\n");
    addRow("version of words", "GET / HTTP/x.y\r\n\r\n");
    addRow("colon in method", "GE:T / HTTP/1.1\r\n\r\n");
    addRow("NUL in method", "G\0T / HTTP/1.1\r\n\r\n"s);
    addRow("long method", std::string(33, 'A') + " / HTTP/1.1\r\n\r\n");
    addRow("TLS hello", "\x16\x03\x01\x02\x00\x01\n"s);
    // Line ends.
    addRow("LF after request line", "GET / HTTP/1.1\nHost: a\r\n\r\n");
    addRow("LF after field", "GET / HTTP/1.1\r\nHost: a\n\r\n");
    addRow("LF as last line", "GET / HTTP/1.1\r\nHost: a\r\n\n");
    addRow("LF first", "\nGET / HTTP/1.1\r\n\r\n");
    addRow("CR inside value", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n");
    addRow("CR CR LF", "GET / HTTP/1.1\r\r\n\r\n");
    addRow("CR before colon", "GET / HTTP/1.1\r\nA\r: b\r\n\r\n");
    addRow("CR for a line end", "GET / HTTP/1.1\rHost: a\r\n\r\n");
    addRow("field of CR", "GET / HTTP/1.1\r\n\r\r\n\r\n");
    // Fields.
    addRow("no colon", head("abc"));
    addRow("no name", head(": abc"));
    addRow("space before colon", head("Content-Length : 3"));
    addRow("tab before colon", head("Transfer-Encoding\t: chunked"));
    addRow("space in name", head("Content Length: 3"));
    addRow("leading space in name", "POST / HTTP/1.1\r\n Host: a\r\n\r\n");
    addRow("folded", head("A: b\r\n c"));
    addRow("folded with tab", head("A: b\r\n\tc"));
    addRow("folded framing", head("Transfer-Encoding:\r\n chunked"));
    addRow("NUL in name", head("A\0B: c"s));
    addRow("NUL in value", head("A: b\0c"s));
    addRow("control in value", head("A: b\x01"));
    addRow("vertical tab in value", head("A: b\x0b"));
    addRow("DEL in value", head("A: b\x7f"));
    addRow("UTF-8 in name", head("\xc3\xa4: b"));
    addRow("quote in name", head("\"A\": b"));
    addRow("slash in name", head("A/B: c"));
    // Framing.
    addRow("two lengths", head("Content-Length: 3\r\nContent-Length: 3"));
    addRow("two different lengths", head("Content-Length: 3\r\nContent-Length: 4"));
    addRow("length list", head("Content-Length: 3, 3"));
    addRow("length plus", head("Content-Length: +3"));
    addRow("length minus", head("Content-Length: -3"));
    addRow("length hex", head("Content-Length: 0x3"));
    addRow("length letters", head("Content-Length: 3a"));
    addRow("length fraction", head("Content-Length: 3.0"));
    addRow("length spaced", head("Content-Length: 3 3"));
    addRow("length empty", head("Content-Length:"));
    addRow("length underscore", head("Content-Length: 1_0"));
    addRow("length overflow", head("Content-Length: 18446744073709551617"));
    addRow("length quoted", head("Content-Length: \"3\""));
    addRow("length and chunked", head("Content-Length: 3\r\nTransfer-Encoding: chunked"));
    addRow("chunked and length", head("Transfer-Encoding: chunked\r\nContent-Length: 3"));
    addRow("chunked and length 0", head("Transfer-Encoding: chunked\r\nContent-Length: 0"));
    addRow("chunked twice", head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"));
    addRow("chunked, chunked", head("Transfer-Encoding: chunked, chunked"));
    addRow("gzip, chunked", head("Transfer-Encoding: gzip, chunked"));
    addRow("chunked, identity", head("Transfer-Encoding: chunked, identity"));
    addRow("identity", head("Transfer-Encoding: identity"));
    addRow("xchunked", head("Transfer-Encoding: xchunked"));
    addRow("quoted chunked", head("Transfer-Encoding: \"chunked\""));
    addRow("chunked;q", head("Transfer-Encoding: chunked;q=1"));
    addRow("comma before chunked", head("Transfer-Encoding: ,chunked"));
    addRow("comma after chunked", head("Transfer-Encoding: chunked,"));
    addRow("chunk ed", head("Transfer-Encoding: chun ked"));
    addRow("vertical tab before chunked", head("Transfer-Encoding: \x0b"
                                               "chunked"));
    addRow("empty coding", head("Transfer-Encoding:"));
    addRow("empty coding and length", head("Transfer-Encoding:\r\nContent-Length: 3"));
    addRow("coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
}

void TestHeadParser::refusesRequests()
{
    QFETCH(QByteArray, wire);
    const std::string head = wire.toStdString();
    for (std::size_t split = 0; split <= head.size(); ++split) {
        HeadParser parser(Kind::Request, kLimits);
        std::string buffer;
        QCOMPARE(parseSplit(parser, head, split, buffer), State::Bad);
        QVERIFY(!parser.problem().empty());
    }
}

void TestHeadParser::refusesResponses_data()
{
    QTest::addColumn<QByteArray>("wire");
    addRow("empty line first", "\r\nHTTP/1.1 200 OK\r\n\r\n");
    addRow("two digits", "HTTP/1.1 20 OK\r\n\r\n");
    addRow("four digits", "HTTP/1.1 2000 OK\r\n\r\n");
    addRow("letters", "HTTP/1.1 2x0 OK\r\n\r\n");
    addRow("too low", "HTTP/1.1 099 OK\r\n\r\n");
    addRow("too high", "HTTP/1.1 600 OK\r\n\r\n");
    addRow("two spaces", "HTTP/1.1  200 OK\r\n\r\n");
    addRow("control in reason", "HTTP/1.1 200 O\x01K\r\n\r\n");
    addRow("version", "HTTP/x.1 200 OK\r\n\r\n");
    addRow("ICY", "ICY 200 OK\r\n\r\n");
    addRow("LF", "HTTP/1.1 200 OK\n\n");
    addRow("TE and CL",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n");
    addRow("gzip coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n");
}

void TestHeadParser::refusesResponses()
{
    QFETCH(QByteArray, wire);
    const std::string head = wire.toStdString();
    for (std::size_t split = 0; split <= head.size(); ++split) {
        HeadParser parser(Kind::Response, kLimits);
        std::string buffer;
        QCOMPARE(parseSplit(parser, head, split, buffer), State::Bad);
    }
}

void TestHeadParser::limits_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<int>("state");
    const auto row = [](const char* name, const std::string& wire, State state) {
        QTest::newRow(name) << QByteArray::fromStdString(wire) << static_cast<int>(state);
    };
    const std::string line = "GET / HTTP/1.1\r\n";
    row("exactly large enough",
        line + "A: " + std::string(4096 - line.size() - 7, 'x') + "\r\n\r\n", State::Done);
    row("a byte more", line + "A: " + std::string(4096 - line.size() - 6, 'x') + "\r\n\r\n",
        State::TooLarge);
    row("endless line", std::string(4097, 'x'), State::TooLarge);
    row("not yet too long", std::string(4096, 'x'), State::NeedMore);
    std::string fields;
    for (int i = 0; i < 20; ++i) {
        fields += "A: b\r\n";
    }
    row("20 headers", line + fields + "\r\n", State::Done);
    row("21 headers", line + fields + "A: b\r\n\r\n", State::TooLarge);
    row("HTTP/2", "GET / HTTP/2.0\r\n\r\n", State::BadVersion);
    row("HTTP/0.9", "GET / HTTP/0.9\r\n\r\n", State::BadVersion);
    row("HTTP/1.2", "GET / HTTP/1.2\r\n\r\n", State::BadVersion);
}

void TestHeadParser::limits()
{
    QFETCH(QByteArray, wire);
    QFETCH(int, state);
    HeadParser parser(Kind::Request, kLimits);
    QCOMPARE(static_cast<int>(parser.parse(wire.toStdString())), state);
}

void TestHeadParser::everyByteInAName()
{
    const std::string token =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (int c = 0; c < 256; ++c) {
        const char byte = static_cast<char>(c);
        HeadParser parser(Kind::Request, kLimits);
        const State state =
            parser.parse("GET / HTTP/1.1\r\nA" + std::string(1, byte) + "B: c\r\n\r\n");
        const bool good =
            token.find(byte) != std::string::npos || byte == ':'; // "A:B: c" is header A
        QVERIFY2((state == State::Done) == good, QByteArray::number(c).constData());
    }
}

void TestHeadParser::everyByteInAValue()
{
    for (int c = 0; c < 256; ++c) {
        HeadParser parser(Kind::Request, kLimits);
        const State state = parser.parse("GET / HTTP/1.1\r\nA: b" +
                                         std::string(1, static_cast<char>(c)) + "c\r\n\r\n");
        const bool good = c == '\t' || (c >= 0x20 && c != 0x7f);
        QVERIFY2((state == State::Done) == good, QByteArray::number(c).constData());
    }
}

void TestHeadParser::everyByteInATarget()
{
    for (int c = 0; c < 256; ++c) {
        HeadParser parser(Kind::Request, kLimits);
        const State state =
            parser.parse("GET /a" + std::string(1, static_cast<char>(c)) + "b HTTP/1.1\r\n\r\n");
        const bool good = c > 0x20 && c < 0x7f && c != '#';
        QVERIFY2((state == State::Done) == good, QByteArray::number(c).constData());
    }
}

void TestHeadParser::isReusable()
{
    HeadParser parser(Kind::Request, kLimits);
    const std::string first = "POST /a HTTP/1.0\r\nContent-Length: 3\r\n\r\n";
    const std::string second = "GET /b HTTP/1.1\r\n\r\n";
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(parser.parse(first), State::Done);
        QCOMPARE(describeHead(parser, Kind::Request),
                 std::string("POST /a|Content-Length=3|length 3|close"));
        parser.reset();
        QCOMPARE(parser.parse(second), State::Done);
        QCOMPARE(describeHead(parser, Kind::Request), std::string("GET /b|none|keep"));
        parser.reset();
        QCOMPARE(parser.parse("bad\r\n"), State::Bad);
        parser.reset();
    }
}

void TestHeadParser::findsHeadersWithoutCase()
{
    HeadParser parser(Kind::Request, kLimits);
    const std::string wire = "GET / HTTP/1.1\r\nX-One: 1\r\nx-empty:\r\nX-ONE: 2\r\n\r\n";
    QCOMPARE(parser.parse(wire), State::Done);
    const HeaderList headers = parser.headers();
    QVERIFY(headers.find("x-one") == "1");
    QVERIFY(headers.contains("X-Empty"));
    QVERIFY(headers.find("x-empty").empty());
    QVERIFY(!headers.contains("x-on"));
    QVERIFY(headers.find("x-two").data() == nullptr);
}

QTEST_APPLESS_MAIN(TestHeadParser)
#include "tst_headparser.moc"
