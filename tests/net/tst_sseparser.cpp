// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/sse.h"

#include <QTest>

#include <string>
#include <utility>

using namespace sluice::net;

namespace {

/// "[event|data]" for each event.
class Collector
{
public:
    explicit Collector(std::size_t limit = 1 << 20)
        : m_parser(limit)
    {
    }
    bool feed(std::string_view bytes)
    {
        return m_parser.feed(bytes, [this](std::string_view event, std::string_view data) {
            m_text.append("[").append(event).append("|").append(data).append("]");
        });
    }
    [[nodiscard]] QByteArray text() const { return QByteArray::fromStdString(m_text); }
    [[nodiscard]] bool partial() const { return m_parser.partial(); }
    SseParser& parser() { return m_parser; }

private:
    SseParser m_parser;
    std::string m_text;
};

} // namespace

class TestSseParser : public QObject
{
    Q_OBJECT

private slots:
    void parses_data();
    void parses();
    void copiesNothingWithinAFeed();
    void limits_data();
    void limits();
    void saysWhatIsUnfinished();
    void survivesBeingMoved();
};

void TestSseParser::parses_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<QByteArray>("events");
    const auto row = [](const char* name, const std::string& wire, const char* events) {
        QTest::newRow(name) << QByteArray::fromStdString(wire) << QByteArray(events);
    };
    // The examples of the standard, 9.2.6.
    row("standard, stocks", "data: YHOO\ndata: +2\ndata: 10\n\n", "[|YHOO\n+2\n10]");
    row("standard, comment and ids",
        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third "
        "event\n\n",
        "[|first event][|second event][| third event]");
    row("standard, empty data", "data\n\ndata\ndata\n\ndata:", "[|][|\n]");
    row("standard, space after colon", "data:test\n\ndata: test\n\n", "[|test][|test]");
    row("openai", "data: {\"a\":1}\n\ndata: [DONE]\n\n", "[|{\"a\":1}][|[DONE]]");
    row("anthropic", "event: ping\ndata: {\"type\": \"ping\"}\n\nevent: message_stop\ndata: {}\n\n",
        "[ping|{\"type\": \"ping\"}][message_stop|{}]");
    row("CRLF", "event: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", "[a|b][|c]");
    row("CR", "event: a\rdata: b\r\rdata: c\r\r", "[a|b][|c]");
    row("mixed ends", "data: a\r\ndata: b\ndata: c\r\n\ndata: d\n\r", "[|a\nb\nc][|d]");
    row("CR LF LF", "data: a\r\n\n", "[|a]");
    row("BOM",
        "\xef\xbb\xbf"
        "data: a\n\n",
        "[|a]");
    row("BOM only first",
        "\xef\xbb\xbf\xef\xbb\xbf"
        "data: a\n\ndata: b\n\n",
        "[|b]");
    row("part of a BOM",
        "\xef\xbb"
        "data: a\n\ndata: b\n\n",
        "[|b]");
    row("event after data", "data: a\nevent: b\n\n", "[b|a]");
    row("last event wins", "event: a\nevent: b\ndata: c\n\n", "[b|c]");
    row("event without data is none", "event: a\n\ndata: b\n\n", "[|b]");
    row("event is not kept", "event: a\ndata: 1\n\ndata: 2\n\n", "[a|1][|2]");
    row("unknown fields", "retry: 5\nid: 7\nfoo: bar\ndata: a\ndataX: b\n data: c\n\n", "[|a]");
    row("names have case", "Data: a\ndata: b\n\n", "[|b]");
    row("comments between lines", "data: a\n: keep-alive\ndata: b\n\n:\n\n", "[|a\nb]");
    row("many empty lines", "\n\n\ndata: a\n\n\n\n", "[|a]");
    row("colons in value", "data: a: b\n\n", "[|a: b]");
    row("empty event name", "event:\ndata: a\n\n", "[|a]");
    row("unfinished is not told", "data: a\n\ndata: b\n", "[|a]");
    row("NUL and UTF-8", std::string("data: \0\xc3\xa4\n\n", 11),
        "[|"); // compared below byte by byte
}

void TestSseParser::parses()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArray, events);
    if (wire.contains('\0')) {
        events = QByteArray("[|\0\xc3\xa4]", 6);
    }
    const std::string text = wire.toStdString();
    for (std::size_t first = 0; first <= text.size(); ++first) {
        for (std::size_t second = first; second <= text.size(); second += 1 + text.size() / 24) {
            Collector collector;
            // Each part in memory of its own, gone when the next is fed.
            for (const auto& [from, to] :
                 {std::pair(std::size_t{0}, first), std::pair(first, second),
                  std::pair(second, text.size())}) {
                const std::string part = text.substr(from, to - from);
                QVERIFY(collector.feed(part));
            }
            QCOMPARE(collector.text(), events);
        }
    }
    Collector bytewise;
    for (const char c : text) {
        const std::string part(1, c);
        QVERIFY(bytewise.feed(part));
    }
    QCOMPARE(bytewise.text(), events);
}

void TestSseParser::copiesNothingWithinAFeed()
{
    const std::string wire = "event: a\ndata: some data\n\n";
    SseParser parser;
    bool inside = false;
    QVERIFY(parser.feed(wire, [&](std::string_view event, std::string_view data) {
        inside = event.data() >= wire.data() && event.data() < wire.data() + wire.size() &&
                 data.data() >= wire.data() && data.data() < wire.data() + wire.size();
    }));
    QVERIFY(inside);
}

void TestSseParser::limits_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("within") << QByteArray("data: " + QByteArray(90, 'x') + "\n\n") << true;
    QTest::newRow("many small events") << QByteArray("data: abc\n\n").repeated(100) << true;
    QTest::newRow("many comments") << QByteArray(": abc\n").repeated(100) << true;
    QTest::newRow("long line") << QByteArray("data: " + QByteArray(200, 'x') + "\n\n") << false;
    QTest::newRow("endless line") << QByteArray(101, 'x') << false;
    QTest::newRow("endless comment") << QByteArray(":" + QByteArray(200, 'x')) << false;
    QTest::newRow("many data lines") << QByteArray("data: abcdefgh\n").repeated(20) << false;
}

void TestSseParser::limits()
{
    QFETCH(QByteArray, wire);
    QFETCH(bool, allowed);
    Collector whole(100);
    QCOMPARE(whole.feed(wire.toStdString()), allowed);
    Collector bytewise(100);
    bool going = true;
    for (const char c : wire) {
        going = bytewise.feed({&c, 1});
    }
    QCOMPARE(going, allowed);
    if (!allowed) {
        const QByteArray before = bytewise.text();
        QVERIFY(!bytewise.feed("\n\ndata: x\n\n")); // stays stopped
        QCOMPARE(bytewise.text(), before);
    }
}

void TestSseParser::saysWhatIsUnfinished()
{
    Collector collector;
    QVERIFY(!collector.partial());
    for (const char* part : {"d", "ata: a", "\n", ": c", "\n"}) {
        QVERIFY(collector.feed(part));
        QVERIFY(collector.partial());
    }
    QVERIFY(collector.feed("\n"));
    QVERIFY(!collector.partial());
    QVERIFY(collector.feed("event: x\n"));
    QVERIFY(collector.partial());
    QVERIFY(collector.feed("\n"));
    QVERIFY(!collector.partial());
    QVERIFY(collector.feed("data:\n"));
    QVERIFY(collector.partial());
}

void TestSseParser::survivesBeingMoved()
{
    Collector first;
    QVERIFY(first.feed("event: e\ndata: short\ndata: li"));
    Collector second = std::move(first);
    QVERIFY(second.feed("ne\n\n"));
    QCOMPARE(second.text(), QByteArray("[e|short\nline]"));
}

QTEST_APPLESS_MAIN(TestSseParser)
#include "tst_sseparser.moc"
