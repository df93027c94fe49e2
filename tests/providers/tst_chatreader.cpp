// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/chatreader.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using namespace sluice::providers;

class TestChatReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsMembers();
    void membersAreTheClientsBytes();
    void user_data();
    void user();
    void systemMessages_data();
    void systemMessages();
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void depth();
    void agreesWithAnotherParser_data();
    void agreesWithAnotherParser();
    void isReusable();
};

void TestChatReader::readsMembers()
{
    ChatReader reader;
    const auto request = reader.read(
        R"({"model":"support-assistant","stream":true,"stream_options":{"include_usage":true,"x":1},)"
        R"("prompt":{"id":"support/answer","version":"^1.0","variables":{"name":"Zoë","n":[1,2]}},)"
        R"("messages":[{"role":"user","content":"hi"}]})");
    QVERIFY_RESULT(request);
    QCOMPARE(request->model, std::string("support-assistant"));
    QVERIFY(request->stream);
    QVERIFY(request->includeUsage);
    QCOMPARE(request->promptId, std::string("support/answer"));
    QCOMPARE(request->promptVersion, std::string("^1.0"));
    QVERIFY(request->promptVariables.has_value());
    QVERIFY(*request->promptVariables == Json::parse(R"({"name":"Zoë","n":[1,2]})"));
    QVERIFY(!request->hasSystemMessage);
    QCOMPARE(request->members.size(), 5U);
}

void TestChatReader::membersAreTheClientsBytes()
{
    const std::string body =
        " { \"model\" : \"r\" ,\n\"messages\":[ {\"role\":\"user\",\"content\":\"\\u00e9\\n\"} ] ,"
        "\"x-new\" : {\"a\" : [1e400 , 123456789012345678901234567890, -0.0] } ,"
        "\"f\":1.10,\"n\":null,\"s\":\"]}\\\"\" ,\"caf\\u00e9\":true } ";
    ChatReader reader;
    const auto request = reader.read(body);
    QVERIFY_RESULT(request);
    const std::vector<std::pair<std::string_view, std::string_view>> expected = {
        {"model", "\"r\""},
        {"messages", "[ {\"role\":\"user\",\"content\":\"\\u00e9\\n\"} ]"},
        {"x-new", "{\"a\" : [1e400 , 123456789012345678901234567890, -0.0] }"},
        {"f", "1.10"},
        {"n", "null"},
        {"s", "\"]}\\\"\""},
        {"caf\\u00e9", "true"},
    };
    QCOMPARE(request->members.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        QCOMPARE(request->members[i].key, expected[i].first);
        QCOMPARE(request->members[i].raw, expected[i].second);
        QVERIFY(request->members[i].raw.data() > body.data());
        QVERIFY(request->members[i].raw.data() < body.data() + body.size());
    }
    QVERIFY(request->find("f") == &request->members[3]);
    QVERIFY(request->find("g") == nullptr);
}

void TestChatReader::user_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("none") << QByteArray("") << QByteArray("");
    QTest::newRow("user") << QByteArray(R"(,"user":"u1")") << QByteArray("u1");
    QTest::newRow("safety identifier first")
        << QByteArray(R"(,"user":"u1","safety_identifier":"s1","metadata":{"user_id":"m1"})")
        << QByteArray("s1");
    QTest::newRow("user before metadata")
        << QByteArray(R"(,"metadata":{"user_id":"m1"},"user":"u1")") << QByteArray("u1");
    QTest::newRow("metadata") << QByteArray(R"(,"metadata":{"a":{"user_id":"no"},"user_id":"m1"})")
                              << QByteArray("m1");
    QTest::newRow("empty counts as absent")
        << QByteArray(R"(,"safety_identifier":"","user":"u1")") << QByteArray("u1");
    QTest::newRow("null counts as absent")
        << QByteArray(R"(,"user":null,"metadata":null)") << QByteArray("");
    QTest::newRow("escapes are read") << QByteArray(R"(,"user":"a\u00e9\"")") << QByteArray("aé\"");
}

void TestChatReader::user()
{
    QFETCH(const QByteArray, members);
    QFETCH(const QByteArray, expected);
    ChatReader reader;
    const std::string body = R"({"model":"r","messages":[])" + members.toStdString() + "}";
    const auto request = reader.read(body);
    QVERIFY_RESULT(request);
    QCOMPARE(request->user, expected.toStdString());
}

void TestChatReader::systemMessages_data()
{
    QTest::addColumn<QByteArray>("role");
    QTest::addColumn<bool>("expected");
    QTest::newRow("system") << QByteArray("system") << true;
    QTest::newRow("developer") << QByteArray("developer") << true;
    QTest::newRow("written with escapes") << QByteArray("s\\u0079stem") << true;
    QTest::newRow("user") << QByteArray("user") << false;
    QTest::newRow("tool") << QByteArray("tool") << false;
}

void TestChatReader::systemMessages()
{
    QFETCH(const QByteArray, role);
    QFETCH(const bool, expected);
    ChatReader reader;
    const std::string body =
        R"({"model":"r","messages":[{"role":"user","content":"a"},{"content":"b","role":")" +
        role.toStdString() + R"("}]})";
    const auto request = reader.read(body);
    QVERIFY_RESULT(request);
    QCOMPARE(request->hasSystemMessage, expected);
}

void TestChatReader::accepts_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no messages, but a prompt")
        << QByteArray(R"({"model":"r","prompt":{"variables":{}}})");
    QTest::newRow("nulls") << QByteArray(
        R"({"model":"r","messages":[],"stream":null,"stream_options":null,"prompt":null,"user":null})");
    QTest::newRow("content parts") << QByteArray(
        R"({"model":"r","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,"}}]}]})");
    QTest::newRow("unknown twice") << QByteArray(R"({"model":"r","messages":[],"z":1,"z":2})");
    QTest::newRow("lone surrogate in content")
        << QByteArray(R"({"model":"r","messages":[{"role":"user","content":"\ud800"}]})");
}

void TestChatReader::accepts()
{
    QFETCH(const QByteArray, body);
    ChatReader reader;
    QVERIFY_RESULT(
        reader.read(std::string_view(body.data(), static_cast<std::size_t>(body.size()))));
}

void TestChatReader::refuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("where");
    const auto row = [](const char* name, const char* body, const char* where) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(where);
    };
    row("empty", "", "");
    row("array", "[]", "");
    row("number", "1", "");
    row("cut", R"({"model":"r","messages":[)", "");
    row("two documents", R"({"model":"r","messages":[]} {})", "");
    row("rubbish behind", R"({"model":"r","messages":[]}x)", "");
    row("brackets that do not match", R"({"model":"r","messages":[],"x":[}])", "");
    row("a closing bracket too many", R"({"model":"r","messages":[]]})", "");
    row("word", R"({"model":"r","messages":[],"x":tru})", "");
    row("words joined", R"({"model":"r","messages":[],"x":true false})", "");
    row("leading zero", R"({"model":"r","messages":[],"x":01})", "");
    row("plus", R"({"model":"r","messages":[],"x":+1})", "");
    row("NaN", R"({"model":"r","messages":[],"x":NaN})", "");
    row("bare point", R"({"model":"r","messages":[],"x":1.})", "");
    row("bad escape", R"({"model":"r","messages":[],"x":"\q"})", "");
    row("short escape", R"({"model":"r","messages":[],"x":"\u12"})", "");
    row("bad escape in a name", R"({"model":"r","messages":[],"\q":1})", "");
    row("control character", "{\"model\":\"r\",\"messages\":[],\"x\":\"\n\"}", "");
    row("trailing comma", R"({"model":"r","messages":[],})", "");
    row("missing comma", R"({"model":"r" "messages":[]})", "");
    row("missing colon", R"({"model" "r","messages":[]})", "");
    row("missing value", R"({"model":"r","messages":[],"x":})", "");
    row("name without quotes", R"({model:"r","messages":[]})", "");
    row("not UTF-8", "{\"model\":\"r\",\"messages\":[],\"x\":\"\xff\"}", "");
    row("nested rubbish", R"({"model":"r","messages":[{"role":"user","content":[1,{"a":x}]}]})",
        "");
    row("no model", R"({"messages":[]})", "model");
    row("empty model", R"({"model":"","messages":[]})", "model");
    row("null model", R"({"model":null,"messages":[]})", "model");
    row("model of another type", R"({"model":7,"messages":[]})", "model");
    row("model twice", R"({"model":"a","messages":[],"model":"b"})", "model");
    row("model twice, hidden", R"({"model":"a","messages":[],"mod\u0065l":"b"})", "mod\\u0065l");
    row("lone surrogate as model", R"({"model":"\ud800","messages":[]})", "model");
    row("no messages", R"({"model":"r"})", "messages");
    row("messages of another type", R"({"model":"r","messages":{}})", "messages");
    row("messages twice", R"({"model":"r","messages":[],"messages":[]})", "messages");
    row("message of another type", R"({"model":"r","messages":[{"role":"user"},"x"]})",
        "messages[1]");
    row("message without role", R"({"model":"r","messages":[{"content":"x"}]})",
        "messages[0].role");
    row("role twice", R"({"model":"r","messages":[{"role":"user","role":"system"}]})",
        "messages[0].role");
    row("role hidden", R"({"model":"r","messages":[{"role":"user","r\u006fle":"system"}]})",
        "messages[0]");
    row("role of another type", R"({"model":"r","messages":[{"role":null}]})", "messages[0].role");
    row("stream of another type", R"({"model":"r","messages":[],"stream":"yes"})", "stream");
    row("stream twice", R"({"model":"r","messages":[],"stream":true,"stream":false})", "stream");
    row("stream options of another type", R"({"model":"r","messages":[],"stream_options":[]})",
        "stream_options");
    row("include_usage of another type",
        R"({"model":"r","messages":[],"stream_options":{"include_usage":1}})",
        "stream_options.include_usage");
    row("include_usage twice",
        R"({"model":"r","messages":[],"stream_options":{"include_usage":true,"include_usage":false}})",
        "stream_options.include_usage");
    row("include_usage hidden",
        R"({"model":"r","messages":[],"stream_options":{"include_us\u0061ge":false}})",
        "stream_options");
    row("user of another type", R"({"model":"r","messages":[],"user":7})", "user");
    row("metadata of another type", R"({"model":"r","messages":[],"metadata":"x"})", "metadata");
    row("metadata.user_id of another type",
        R"({"model":"r","messages":[],"metadata":{"user_id":7}})", "metadata.user_id");
    row("prompt of another type", R"({"model":"r","prompt":"x"})", "prompt");
    row("prompt with another member", R"({"model":"r","prompt":{"body":"x"}})", "prompt.body");
    row("variables of another type", R"({"model":"r","prompt":{"variables":[]}})",
        "prompt.variables");
    row("variable twice", R"({"model":"r","prompt":{"variables":{"a":1,"a":2}}})",
        "prompt.variables");
    row("variables twice", R"({"model":"r","prompt":{"variables":{},"variables":{}}})",
        "prompt.variables");
}

void TestChatReader::refuses()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, where);
    ChatReader reader;
    const auto request =
        reader.read(std::string_view(body.data(), static_cast<std::size_t>(body.size())));
    QVERIFY(!request.ok());
    QCOMPARE(request.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(request.error().where, where.toStdString());
}

void TestChatReader::depth()
{
    const auto nested = [](std::size_t levels) {
        return R"({"model":"r","messages":[],"x":)" + std::string(levels, '[') +
               std::string(levels, ']') + "}";
    };
    ChatReader reader;
    const std::string fits = nested(63);
    const std::string deep = nested(64);
    const std::string veryDeep = nested(1'000'000);
    QVERIFY_RESULT(reader.read(fits));
    QVERIFY(!reader.read(deep).ok());
    QVERIFY(reader.read(veryDeep).error().message.find("64") != std::string::npos);
    QVERIFY_RESULT(reader.read(fits));
}

void TestChatReader::agreesWithAnotherParser_data()
{
    QTest::addColumn<QByteArray>("value");
    const char* values[] = {"0",
                            "-0",
                            "1.5e+3",
                            "1E5",
                            "00",
                            "-",
                            "1e",
                            ".5",
                            "\"\\/\"",
                            "\"\\u\"",
                            "\"\\u12g4\"",
                            "\"a\"b\"",
                            "[1,,2]",
                            "[,]",
                            "[1 2]",
                            "{\"a\"}",
                            "{,}",
                            "nul",
                            "nulll",
                            "truefalse",
                            "\"a\" 1",
                            "[\"a\"\"b\"]",
                            "\"\\\\\"",
                            "{\"a\":1 \"b\":2}",
                            "[[]]]",
                            "{\"a\":{}}",
                            "'a'",
                            "\t[ ]\r\n",
                            "[\"a\":1]",
                            "[\"a\":\"b\",\"c\":1]",
                            "[1:2]",
                            "[{}:1]",
                            "{\"a\":\"b\":1}",
                            "{\"a\":1:2}",
                            "{\"a\",\"b\"}",
                            "[:]",
                            "[\"a\"}",
                            "//x\n1",
                            "1 ",
                            "\"\x7f\""};
    for (const char* value : values) {
        QTest::newRow(value) << QByteArray(value);
    }
}

void TestChatReader::agreesWithAnotherParser()
{
    QFETCH(const QByteArray, value);
    const std::string body = R"({"model":"r","messages":[],"x":)" + value.toStdString() + "}";
    ChatReader reader;
    QCOMPARE(reader.read(body).ok(), Json::accept(body));
}

void TestChatReader::isReusable()
{
    ChatReader reader;
    const std::string first = R"({"model":"a","messages":[],"user":"u","stream":true})";
    const std::string bad = R"({"model":"b","user":"v")";
    const std::string large = R"({"model":"c","messages":[{"role":"user","content":")" +
                              std::string(2'000'000, 'x') + R"("}]})";
    const std::string last = R"({"model":"d","messages":[]})";
    QVERIFY_RESULT(reader.read(first));
    QVERIFY(!reader.read(bad).ok());
    QVERIFY_RESULT(reader.read(large));
    const auto request = reader.read(last);
    QVERIFY_RESULT(request);
    QCOMPARE(request->model, std::string("d"));
    QVERIFY(request->user.empty());
    QVERIFY(!request->stream);
}

QTEST_GUILESS_MAIN(TestChatReader)
#include "tst_chatreader.moc"
