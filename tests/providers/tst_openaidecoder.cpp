// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/providers/decoding.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using namespace sluice::providers;
using tests::decode;
using tests::Decoded;

class TestOpenAiDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wholeStream();
    void usageIsStripped();
    void everySplitGivesTheSame_data();
    void everySplitGivesTheSame();
    void shapes_data();
    void shapes();
    void usageMember_data();
    void usageMember();
    void reframes_data();
    void reframes();
    void neighboursLeaveTogether();
    void nothingAfterTheEnd();
    void bodies_data();
    void bodies();
    void bodyFacts();
    void countsWhatIsSaid();

private:
    static std::shared_ptr<const Codec> codec()
    {
        ProviderConfig config;
        config.kind = "openai";
        return makeCodec(config, Secret()).value();
    }
    static std::string event(const std::string& choices, const std::string& tail = {})
    {
        return "data: {\"id\":\"c\",\"model\":\"m-1\",\"choices\":[" + choices + "]" + tail +
               "}\n\n";
    }
    static std::string delta(const std::string& members, const std::string& finish = "null")
    {
        return R"({"index":0,"delta":{)" + members + R"(},"finish_reason":)" + finish + "}";
    }
    static std::string answer()
    {
        return event(delta(R"("role":"assistant","content":"","refusal":null)"),
                     R"(,"usage":null)") +
               event(delta(R"("content":"Hel\u006co")"), R"(,"usage":null)") +
               event(delta(R"("content":" wörld")"), R"(,"usage":null)") +
               event(delta("", "\"stop\""), R"(,"usage":null)") +
               event("", R"(,"usage":{"prompt_tokens":12,"completion_tokens":2,"total_tokens":14,)"
                         R"("prompt_tokens_details":{"cached_tokens":5},)"
                         R"("completion_tokens_details":{"reasoning_tokens":1}})") +
               "data: [DONE]\n\n";
    }
};

void TestOpenAiDecoder::wholeStream()
{
    const std::string text = answer();
    const Decoded decoded = decode(*codec(), {text}, true, true);
    QCOMPARE(decoded.error, std::string());
    QCOMPARE(decoded.text, text);
    QCOMPARE(decoded.kinds, std::string("PCUD"));
    QCOMPARE(decoded.finish, std::string("stop"));
    QCOMPARE(decoded.model, std::string("m-1"));
    QVERIFY(!decoded.refusal);
    QVERIFY(decoded.usageKnown);
    QCOMPARE(decoded.usage.prompt, 12);
    QCOMPARE(decoded.usage.completion, 2);
    QCOMPARE(decoded.usage.cached, 5);
    QCOMPARE(decoded.usage.reasoning, 1);
}

void TestOpenAiDecoder::usageIsStripped()
{
    const Decoded decoded = decode(*codec(), {answer()}, true, false);
    QCOMPARE(decoded.error, std::string());
    QCOMPARE(decoded.kinds, std::string("PCD"));
    QVERIFY(decoded.usageKnown);
    QVERIFY(decoded.text.find("usage") == std::string::npos);
    QCOMPARE(decoded.text, event(delta(R"("role":"assistant","content":"","refusal":null)")) +
                               event(delta(R"("content":"Hel\u006co")")) +
                               event(delta(R"("content":" wörld")")) +
                               event(delta("", "\"stop\"")) + "data: [DONE]\n\n");
}

void TestOpenAiDecoder::everySplitGivesTheSame_data()
{
    QTest::addColumn<QByteArray>("newline");
    QTest::newRow("LF") << QByteArray("\n");
    QTest::newRow("CRLF") << QByteArray("\r\n");
    QTest::newRow("CR") << QByteArray("\r");
}

void TestOpenAiDecoder::everySplitGivesTheSame()
{
    QFETCH(const QByteArray, newline);
    const QByteArray sent =
        QByteArray::fromStdString(": a comment\n\n" + answer()).replace("\n", newline);
    const std::string text = sent.toStdString();
    const std::string_view view = text;
    const auto own = codec();
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const Decoded decoded = decode(*own, {view.substr(0, cut), view.substr(cut)}, true, true);
        QCOMPARE(decoded.error, std::string());
        QCOMPARE(decoded.text, answer());
        QCOMPARE(decoded.kinds, std::string("PCUD"));
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bytes.push_back(view.substr(i, 1));
    }
    QCOMPARE(decode(*own, bytes, true, true).text, answer());
}

void TestOpenAiDecoder::shapes_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("kinds");
    QTest::addColumn<QByteArray>("error");
    QTest::addColumn<QByteArray>("finish");
    QTest::addColumn<bool>("refusal");
    const auto row = [](const char* name, const std::string& stream, const char* kinds,
                        const char* error, const char* finish, bool refusal) {
        QTest::newRow(name) << QByteArray::fromStdString(stream) << QByteArray(kinds)
                            << QByteArray(error) << QByteArray(finish) << refusal;
    };
    const std::string role = event(delta(R"("role":"assistant","content":null)"));
    const std::string word = event(delta(R"("content":"a")"));
    const std::string stop = event(delta("", "\"stop\""));
    const std::string done = "data: [DONE]\n\n";
    row("tool call",
        role +
            event(delta(
                R"("tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":""}}])")) +
            event(delta("", "\"tool_calls\"")) + done,
        "PCD", "", "tool_calls", false);
    row("refusal", role + event(delta(R"("refusal":"No.")")) + stop + done, "PCD", "", "stop",
        true);
    row("content filter", role + word + event(delta("", "\"content_filter\"")) + done, "PCD", "",
        "content_filter", true);
    row("member unknown to us", role + event(delta(R"("reasoning_content":"hm")")) + stop + done,
        "PCD", "", "stop", false);
    row("finish without content", role + stop + done, "PCD", "", "stop", false);
    row("first chunk without choices",
        event("", R"(,"prompt_filter_results":[{}])") + word + stop + done, "PCD", "", "stop",
        false);
    row("content before role", event(delta(R"("role":"assistant","content":"a")")) + stop + done,
        "CD", "", "stop", false);
    row("empty delta between contents", word + event(delta(R"("content":"")")) + word + stop + done,
        "CD", "", "stop", false);
    row("choices null", event("").replace(event("").find("[]"), 2, "null") + word + stop + done,
        "PCD", "", "stop", false);
    row("finished without [DONE]", role + word + stop, "PCD", "", "stop", false);
    row("[DONE] without finish", role + word + done, "PCD", "", "", false);
    row("cut after content", role + word, "PC", "cut", "", false);
    row("cut before content", role, "P", "cut", "", false);
    row("cut inside a chunk", role + word + stop.substr(0, 20), "PC", "cut", "", false);
    row("cut inside the last chunk", role + word + stop + "data: [DO", "PC", "cut", "stop", false);
    row("nothing at all", "", "", "empty", "", false);
    row("only comments", ": hello\n\n: still here\n\n", "", "empty", "", false);
    row("only [DONE]", done, "", "empty", "", false);
    row("[DONE] after the role", role + done, "P", "empty", "", false);
    row("malformed line", role + word + "data: {\"choices\":[{\"delta\":{\n\n" + stop + done, "PC",
        "malformed", "", false);
    row("malformed first line", "data: <html>\n\n" + word + stop + done, "", "malformed", "",
        false);
    row("an array for a chunk", "data: [1]\n\n", "", "malformed", "", false);
    row("a delta that is no object", event(R"({"index":0,"delta":"x"})"), "", "malformed", "",
        false);
    row("a choice that is no object", event("7"), "", "malformed", "", false);
    row("error first", "data: {\"error\":{\"message\":\"busy\",\"type\":\"server_error\"}}\n\n",
        "E", "provider_error", "", false);
    row("error after content",
        role + word + "data: {\"error\":{\"message\":\"busy\"}}\n\n" + stop + done, "PCE",
        "provider_error", "", false);
    row("error as a string", role + "data: {\"error\":\"busy\"}\n\n", "PE", "provider_error", "",
        false);
    row("error of null is none", event(delta(R"("content":"a")"), R"(,"error":null)") + stop + done,
        "CD", "", "stop", false);
    row("event over the limit", role + "data: " + std::string(2'000'000, 'x'), "P", "too_large", "",
        false);
}

void TestOpenAiDecoder::shapes()
{
    QFETCH(const QByteArray, stream);
    QFETCH(const QByteArray, kinds);
    QFETCH(const QByteArray, error);
    QFETCH(const QByteArray, finish);
    QFETCH(const bool, refusal);
    const Decoded decoded = decode(*codec(), {stream.toStdString()}, true, false);
    QCOMPARE(QByteArray::fromStdString(decoded.kinds), kinds);
    QCOMPARE(QByteArray::fromStdString(decoded.error), error);
    QCOMPARE(QByteArray::fromStdString(decoded.finish), finish);
    QCOMPARE(decoded.refusal, refusal);
    if (decoded.error.empty()) {
        QVERIFY(QByteArray::fromStdString(decoded.text).endsWith("data: [DONE]\n\n"));
    } else {
        QVERIFY(decoded.text.find("[DONE]") == std::string::npos);
    }
}

void TestOpenAiDecoder::usageMember_data()
{
    QTest::addColumn<QByteArray>("chunk");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray choices = R"("choices":[{"index":0,"delta":{"content":"a"}}])";
    QTest::newRow("last") << QByteArray("{" + choices + R"( , "usage" : null })")
                          << QByteArray("{" + choices + " }");
    QTest::newRow("first") << QByteArray(R"({ "usage":null , )" + choices + "}")
                           << QByteArray("{ " + choices + "}");
    QTest::newRow("between") << QByteArray(R"({"id":"x","usage":{"prompt_tokens":1},)" + choices +
                                           "}")
                             << QByteArray(R"({"id":"x",)" + choices + "}");
    QTest::newRow("none") << QByteArray("{" + choices + "}") << QByteArray("{" + choices + "}");
    QTest::newRow("deeper ones stay") << QByteArray(R"({"x":{"usage":null},)" + choices + "}")
                                      << QByteArray(R"({"x":{"usage":null},)" + choices + "}");
}

void TestOpenAiDecoder::usageMember()
{
    QFETCH(const QByteArray, chunk);
    QFETCH(const QByteArray, expected);
    const std::string stream = "data: " + chunk.toStdString() + "\n\n";
    QCOMPARE(decode(*codec(), {stream}, true, false).text,
             "data: " + expected.toStdString() + "\n\n");
    QCOMPARE(decode(*codec(), {stream}, true, true).text, stream);
}

void TestOpenAiDecoder::reframes_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray chunk = R"({"choices":[{"delta":{"content":"a"}}]})";
    QTest::newRow("no space") << QByteArray("data:" + chunk + "\n\n")
                              << QByteArray("data: " + chunk + "\n\n");
    QTest::newRow("named") << QByteArray("event: message\ndata: " + chunk + "\n\n")
                           << QByteArray("event: message\ndata: " + chunk + "\n\n");
    QTest::newRow("two lines")
        << QByteArray("data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"a\"}}]}\n\n")
        << QByteArray("data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"a\"}}]}\n\n");
    QTest::newRow("two lines and usage")
        << QByteArray(
               "data: {\"usage\":null,\ndata: \"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n")
        << QByteArray("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                   "data: " +
                                                   chunk + "\n\n")
                                     << QByteArray("data: " + chunk + "\n\n");
}

void TestOpenAiDecoder::reframes()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, expected);
    QCOMPARE(QByteArray::fromStdString(decode(*codec(), {sent.toStdString()}, true, false).text),
             expected);
}

void TestOpenAiDecoder::neighboursLeaveTogether()
{
    const auto decoder = codec()->decoder(true, true);
    decoder->head(200, "text/event-stream");
    std::vector<std::pair<char, std::string>> pieces;
    const auto onPiece = [&](const Piece& piece) {
        pieces.emplace_back(tests::letterOf(piece.kind), std::string(piece.bytes));
    };
    QVERIFY_RESULT(decoder->feed(answer(), onPiece));
    QCOMPARE(pieces.size(), 4U);
    QCOMPARE(pieces[1].first, 'C');
    QCOMPARE(QByteArray::fromStdString(pieces[1].second).count("data: "), 3);
}

void TestOpenAiDecoder::nothingAfterTheEnd()
{
    const std::string text = answer();
    const Decoded decoded = decode(*codec(), {text + text, text}, true, true);
    QCOMPARE(decoded.error, std::string());
    QCOMPARE(decoded.text, text);
    const std::string json = R"({"error":{"message":"busy"}})";
    const Decoded reported = decode(*codec(), {json}, true, true, "application/json");
    QCOMPARE(reported.kinds, std::string("E"));
    QCOMPARE(reported.error, std::string("provider_error"));
    QCOMPARE(decode(*codec(), {"{}"}, true, true, "application/json").error,
             std::string("malformed"));
    QCOMPARE(decode(*codec(), {}, true, true, "application/json").error, std::string("empty"));
}

void TestOpenAiDecoder::bodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("kinds");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char* name, const char* body, const char* kinds, const char* error) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(kinds) << QByteArray(error);
    };
    row("good",
        R"( {"choices":[{"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],"x":1e999} )",
        "C", "");
    row("empty", "", "", "empty");
    row("white space", " \r\n", "", "empty");
    row("not JSON", "<html>", "", "malformed");
    row("cut", R"({"choices":[{"message":{"content":"a)", "", "malformed");
    row("no choices", R"({"id":"x"})", "", "malformed");
    row("empty choices", R"({"choices":[]})", "", "malformed");
    row("two documents", R"({"choices":[{"message":{}}]}{})", "", "malformed");
    row("error in a 200", R"({"error":{"message":"busy"}})", "E", "provider_error");
}

void TestOpenAiDecoder::bodies()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, kinds);
    QFETCH(const QByteArray, error);
    const std::string text = body.toStdString();
    const std::string_view view = text;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const Decoded decoded =
            decode(*codec(), {view.substr(0, cut), view.substr(cut)}, false, false);
        QCOMPARE(QByteArray::fromStdString(decoded.kinds), kinds);
        QCOMPARE(QByteArray::fromStdString(decoded.error), error);
        if (!kinds.isEmpty()) {
            QCOMPARE(decoded.text, text);
        }
    }
}

void TestOpenAiDecoder::bodyFacts()
{
    const Decoded decoded = decode(
        *codec(),
        {R"({"model":"m-1","choices":[{"message":{"role":"assistant","content":null,"refusal":"No."},)"
         R"("finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3}})"},
        false, false);
    QVERIFY(decoded.refusal);
    QCOMPARE(decoded.model, std::string("m-1"));
    QCOMPARE(decoded.finish, std::string("stop"));
    QCOMPARE(decoded.usage.prompt, 9);
    QCOMPARE(decoded.usage.completion, 3);
}

void TestOpenAiDecoder::countsWhatIsSaid()
{
    const auto decoder = codec()->decoder(true, false);
    decoder->head(200, "text/event-stream");
    const auto said = [&](const std::string& members) {
        const auto before = decoder->tokensSaid();
        static_cast<void>(decoder->feed(event(delta(members)), [](const Piece&) {}));
        return decoder->tokensSaid() - before;
    };
    QCOMPARE(said(R"("role":"assistant","content":"","refusal":null)"), 0U);
    QCOMPARE(said(R"("content":"a")"), 1U);
    QCOMPARE(said(R"("content":"twelve bytes")"), 3U);
    QCOMPARE(said(R"("reasoning_content":"four")"), 1U);
    QVERIFY(said(R"("tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}])") > 0U);
}

QTEST_GUILESS_MAIN(TestOpenAiDecoder)
#include "tst_openaidecoder.moc"
