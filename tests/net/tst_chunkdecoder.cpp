// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/chunkdecoder.h"

#include <QTest>

#include <string>

using namespace sluice::net;
using State = ChunkDecoder::State;

namespace {

struct Outcome
{
    State state = State::NeedMore;
    std::string body;
    std::size_t consumed = 0;
};

void feed(ChunkDecoder& decoder, std::string_view input, Outcome& outcome)
{
    while (outcome.state == State::NeedMore && !input.empty()) {
        const ChunkDecoder::Step step = decoder.next(input);
        outcome.consumed += step.consumed;
        input.remove_prefix(step.consumed);
        outcome.body += step.data;
        outcome.state = step.state == State::Data ? State::NeedMore : step.state;
    }
}

} // namespace

class TestChunkDecoder : public QObject
{
    Q_OBJECT

private slots:
    void decodes_data();
    void decodes();
    void limitsExtensions();
    void limitsTrailers();
};

void TestChunkDecoder::decodes_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<int>("state");
    QTest::addColumn<QByteArray>("body");
    using namespace std::string_literals;
    const auto good = [](const char* name, const std::string& wire, const char* body) {
        QTest::newRow(name) << QByteArray::fromStdString(wire) << static_cast<int>(State::Done)
                            << QByteArray(body);
    };
    const auto bad = [](const char* name, const std::string& wire) {
        QTest::newRow(name) << QByteArray::fromStdString(wire) << static_cast<int>(State::Bad)
                            << QByteArray();
    };
    const auto more = [](const char* name, const std::string& wire, const char* body) {
        QTest::newRow(name) << QByteArray::fromStdString(wire) << static_cast<int>(State::NeedMore)
                            << QByteArray(body);
    };
    good("empty", "0\r\n\r\n", "");
    good("one", "3\r\nabc\r\n0\r\n\r\n", "abc");
    good("hex of both cases", "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n",
         "01234567890123456789a");
    good("leading zeros", "0003\r\nabc\r\n000\r\n\r\n", "abc");
    good("extension", "3;a=\"b c\"\r\nabc\r\n0;x\r\n\r\n", "abc");
    good("trailers", "0\r\na: b\r\nc:\r\n\r\n", "");
    good("data that looks like framing", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n");
    bad("no digits", "\r\nabc");
    bad("empty size before extension", ";a\r\n");
    bad("letter", "g\r\n");
    bad("minus", "-1\r\n");
    bad("plus", "+3\r\nabc\r\n");
    bad("0x", "0x3\r\nabc\r\n");
    bad("leading space", " 3\r\nabc\r\n");
    bad("trailing space", "3 \r\nabc\r\n");
    bad("space before extension", "3 ;a\r\nabc\r\n");
    bad("underscore", "1_0\r\n");
    bad("LF after size", "3\nabc\r\n");
    bad("CR without LF", "3\rabc\r\n");
    bad("LF in extension", "3;a\nabc\r\n");
    bad("NUL in extension", "3;a\0b\r\nabc\r\n"s);
    bad("CR in extension", "3;a\rb\r\nabc\r\n");
    bad("data too long", "3\r\nabcd\r\n");
    bad("data too short", "3\r\nab\r\n0\r\n\r\n");
    bad("LF after data", "3\r\nabc\n0\r\n\r\n");
    bad("nothing after data", "3\r\nabc0\r\n\r\n");
    bad("sixteen digits", "0000000000000001\r\na\r\n");
    bad("overflow", "ffffffffffffffff\r\n");
    bad("trailer without colon", "0\r\nabc\r\n\r\n");
    bad("trailer without name", "0\r\n: b\r\n\r\n");
    bad("trailer with space before colon", "0\r\na : b\r\n\r\n");
    bad("folded trailer", "0\r\na: b\r\n c\r\n\r\n");
    bad("LF ends trailers", "0\r\n\n");
    bad("LF after trailer", "0\r\na: b\n\r\n");
    bad("control in trailer", "0\r\na: b\x01\r\n\r\n");
    bad("NUL in trailer", "0\r\na: b\0\r\n\r\n"s);
    more("cut in size", "3", "");
    more("cut in data", "5\r\nab", "ab");
    more("cut before last chunk", "2\r\nab\r\n", "ab");
    more("cut in last chunk", "2\r\nab\r\n0\r\n", "ab");
}

void TestChunkDecoder::decodes()
{
    QFETCH(QByteArray, wire);
    QFETCH(int, state);
    QFETCH(QByteArray, body);
    const std::string text = wire.toStdString();
    const std::string next = state == static_cast<int>(State::Done) ? "GET /" : "";
    for (std::size_t split = 0; split <= text.size(); ++split) {
        ChunkDecoder decoder;
        Outcome outcome;
        feed(decoder, std::string_view(text).substr(0, split), outcome);
        feed(decoder, std::string_view(text).substr(split), outcome);
        QCOMPARE(static_cast<int>(outcome.state), state);
        if (outcome.state != State::Bad) {
            QCOMPARE(QByteArray::fromStdString(outcome.body), body);
            QCOMPARE(outcome.consumed, text.size());
        }
    }
    ChunkDecoder decoder;
    Outcome outcome;
    for (const char c : text + next) {
        feed(decoder, {&c, 1}, outcome);
    }
    QCOMPARE(static_cast<int>(outcome.state), state);
}

void TestChunkDecoder::limitsExtensions()
{
    for (const std::size_t size : {1023U, 1024U}) {
        ChunkDecoder decoder;
        Outcome outcome;
        feed(decoder, "0;" + std::string(size, 'x') + "\r\n\r\n", outcome);
        QCOMPARE(outcome.state, size == 1023 ? State::Done : State::Bad);
    }
    std::string many; // counted over the message, not by chunk
    for (int i = 0; i < 200; ++i) {
        many += "1;abcdefgh\r\nx\r\n";
    }
    ChunkDecoder decoder;
    Outcome outcome;
    feed(decoder, many, outcome);
    QCOMPARE(outcome.state, State::Bad);
}

void TestChunkDecoder::limitsTrailers()
{
    std::string trailers = "0\r\n";
    for (int i = 0; i < 2000; ++i) {
        trailers += "a: b\r\n";
    }
    ChunkDecoder decoder;
    Outcome outcome;
    feed(decoder, trailers + "\r\n", outcome);
    QCOMPARE(outcome.state, State::Bad);
}

QTEST_APPLESS_MAIN(TestChunkDecoder)
#include "tst_chunkdecoder.moc"
