// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/codec.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using namespace sluice::providers;

class TestOpenAiCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splice_data();
    void splice();
    void prompt_data();
    void prompt();
    void rejects_data();
    void rejects();
    void nothingToSay();
    void headers();
    void preparedOnceOrForTheCall();
    void prepareRefuses_data();
    void prepareRefuses();
    void unknownKind();

private:
    static std::shared_ptr<const Codec> codec(const char* secret = "")
    {
        ProviderConfig config;
        config.kind = "openai";
        return makeCodec(config, Secret(secret)).value();
    }
    static units::InferenceUnit unit(const char* params = "{}")
    {
        units::InferenceUnit made;
        made.provider = ProviderName("house");
        made.model = "m-1-2026-01-15";
        made.params = Json::parse(params);
        return made;
    }
};

void TestOpenAiCodec::splice_data()
{
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<QByteArray>("policy");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("expected");
    QTest::addColumn<QByteArray>("ignored");
    const auto row = [](const char* name, const char* params, const char* policy, const char* body,
                        const char* expected, const char* ignored) {
        QTest::newRow(name) << QByteArray(params) << QByteArray(policy) << QByteArray(body)
                            << QByteArray(expected) << QByteArray(ignored);
    };
    const char* const none = "{}";
    row("only the model", none, "unit",
        R"({"model":"route","messages":[{"role":"user","content":"hi"}]})",
        R"({"model":"m-1-2026-01-15","messages":[{"role":"user","content":"hi"}]})", "");
    row("unknown members, order and bytes", none, "unit",
        R"({"z":{ "b":1, "a":2 },"messages":[ {"role":"user", "content":"\u00e9\/"} ],"big":12345678901234567890123,)"
        R"("e":1.0E+2,"model":"route","dup":1,"dup":2,"caf\u00e9":"ü"})",
        R"({"z":{ "b":1, "a":2 },"messages":[ {"role":"user", "content":"\u00e9\/"} ],"big":12345678901234567890123,)"
        R"("e":1.0E+2,"model":"m-1-2026-01-15","dup":1,"dup":2,"caf\u00e9":"ü"})",
        "");
    row("our own member is taken out", none, "unit",
        R"({"prompt":{"variables":{"a":1}},"model":"route","messages":[{"role":"user","content":"hi"}]})",
        R"({"model":"m-1-2026-01-15","messages":[{"role":"user","content":"hi"}]})", "");
    row("usage is asked for", none, "unit",
        R"({"model":"r","messages":[{"role":"user"}],"stream":true})",
        R"({"model":"m-1-2026-01-15","messages":[{"role":"user"}],"stream":true,"stream_options":{"include_usage":true}})",
        "");
    row("usage is forced, its neighbours stay", none, "unit",
        R"({"stream_options":{"a":1, "include_usage" : false ,"b":[2]},"stream":true,"model":"r","messages":[{"role":"user"}]})",
        R"({"stream_options":{"a":1, "include_usage" : true ,"b":[2]},"stream":true,"model":"m-1-2026-01-15","messages":[{"role":"user"}]})",
        "");
    row("usage beside others", none, "unit",
        R"({"stream_options":{ "include_obfuscation":false },"stream":true,"model":"r","messages":[{"role":"user"}]})",
        R"({"stream_options":{"include_usage":true,"include_obfuscation":false},"stream":true,"model":"m-1-2026-01-15","messages":[{"role":"user"}]})",
        "");
    row("usage in an empty object", none, "unit",
        R"({"stream_options":{},"stream":true,"model":"r","messages":[{"role":"user"}]})",
        R"({"stream_options":{"include_usage":true},"stream":true,"model":"m-1-2026-01-15","messages":[{"role":"user"}]})",
        "");
    row("usage where there was null", none, "unit",
        R"({"stream_options":null,"stream":true,"model":"r","messages":[{"role":"user"}]})",
        R"({"stream_options":{"include_usage":true},"stream":true,"model":"m-1-2026-01-15","messages":[{"role":"user"}]})",
        "");
    row("stream options without a stream pass", none, "unit",
        R"({"stream_options":{"include_usage":false},"stream":false,"model":"r","messages":[{"role":"user"}]})",
        R"({"stream_options":{"include_usage":false},"stream":false,"model":"m-1-2026-01-15","messages":[{"role":"user"}]})",
        "");
    row("the unit's values win, unset ones pass", R"({"temperature":0.2,"top_p":0.9})", "unit",
        R"({"model":"r","temperature":1.5,"seed":7,"messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","temperature":0.2,"seed":7,"messages":[{"role":"user"}],"top_p":0.9})",
        "temperature");
    row("the same value is not ignored", R"({"temperature":0.2})", "unit",
        R"({"model":"r","temperature":0.2,"messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","temperature":0.2,"messages":[{"role":"user"}]})", "");
    row("null asks for the unit's value", R"({"temperature":0.2})", "unit",
        R"({"model":"r","temperature":null,"messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","messages":[{"role":"user"}],"temperature":0.2})", "");
    row("sent twice, put in once", R"({"temperature":0.2})", "unit",
        R"({"model":"r","temperature":1,"temperature":2,"messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","temperature":0.2,"messages":[{"role":"user"}]})",
        "temperature");
    row("smaller limit: the client's", R"({"max_tokens":400})", "unit",
        R"({"model":"r","max_tokens":100,"messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","max_tokens":100,"messages":[{"role":"user"}]})", "");
    row("smaller limit: the unit's", R"({"max_tokens":400})", "unit",
        R"({"model":"r","max_tokens":500,"messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","max_tokens":400,"messages":[{"role":"user"}]})",
        "max_tokens");
    row("smaller limit: by the other name", R"({"max_completion_tokens":400})", "unit",
        R"({"model":"r","max_tokens":100,"messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","max_completion_tokens":100,"messages":[{"role":"user"}]})",
        "");
    row("smallest of three limits", R"({"max_tokens":400})", "unit",
        R"({"model":"r","max_tokens":900,"messages":[{"role":"user"}],"max_completion_tokens":50})",
        R"({"model":"m-1-2026-01-15","max_tokens":50,"messages":[{"role":"user"}]})", "max_tokens");
    row("a limit that is no whole number", R"({"max_tokens":400})", "unit",
        R"({"model":"r","max_tokens":"1e1","messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","max_tokens":400,"messages":[{"role":"user"}]})",
        "max_tokens");
    row("allow: the client wins, the rest is filled in",
        R"({"temperature":0.2,"top_p":0.9,"max_tokens":5})", "allow",
        R"({"model":"r","temperature":1.5,"max_completion_tokens":900,"messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","temperature":1.5,"max_completion_tokens":900,"messages":[{"role":"user"}],"top_p":0.9})",
        "");
    row("reject: what is not set passes", R"({"temperature":0.2})", "reject",
        R"({"model":"r","seed":3,"temperature":null,"messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","seed":3,"messages":[{"role":"user"}],"temperature":0.2})",
        "");
    row("strings of the unit are escaped", R"({"stop":["\n\"","é"]})", "unit",
        R"({"model":"r","messages":[{"role":"user"}]})",
        R"({"model":"m-1-2026-01-15","messages":[{"role":"user"}],"stop":["\n\"","é"]})", "");
}

void TestOpenAiCodec::splice()
{
    QFETCH(const QByteArray, params);
    QFETCH(const QByteArray, policy);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, expected);
    QFETCH(const QByteArray, ignored);
    ChatReader reader;
    const std::string text = body.toStdString();
    const auto request = reader.read(text);
    QVERIFY_RESULT(request);
    const units::InferenceUnit made = unit(params.constData());
    EncodeInput input;
    input.request = &*request;
    input.unit = &made;
    input.params = policy == "allow"    ? EncodeInput::Params::Allow
                   : policy == "reject" ? EncodeInput::Params::Reject
                                        : EncodeInput::Params::Unit;
    const auto encoded = codec()->encode(input);
    QVERIFY_RESULT(encoded);
    QCOMPARE(QByteArray::fromStdString(encoded->body), expected);
    QCOMPARE(encoded->ignored, ignored.isEmpty() ? std::vector<std::string>{}
                                                 : std::vector<std::string>{ignored.toStdString()});
    QVERIFY(Json::accept(encoded->body));
}

void TestOpenAiCodec::prompt_data()
{
    QTest::addColumn<int>("history");
    QTest::addColumn<QByteArray>("messages");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray system = R"({"role":"system","content":"Be \"kind\".\nÜ\u0001"})";
    const QByteArray closing = R"({"role":"user","content":"In one line."})";
    const QByteArray hello = R"({"role":"user","content":"hi"})";
    QTest::newRow("between") << 1 << QByteArray(R"("messages":[ )" + hello + R"( ],)")
                             << QByteArray("[" + system + "," + hello + "," + closing + "]");
    QTest::newRow("at the end") << 2 << QByteArray(R"("messages":[)" + hello + R"(],)")
                                << QByteArray("[" + system + "," + closing + "," + hello + "]");
    QTest::newRow("at the beginning")
        << 0 << QByteArray(R"("messages":[)" + hello + R"(],)")
        << QByteArray("[" + hello + "," + system + "," + closing + "]");
    QTest::newRow("no client messages")
        << 1 << QByteArray(R"("messages":[ ],)") << QByteArray("[" + system + "," + closing + "]");
    QTest::newRow("no member") << 1 << QByteArray()
                               << QByteArray("[" + system + "," + closing + "]");
}

void TestOpenAiCodec::prompt()
{
    QFETCH(const int, history);
    QFETCH(const QByteArray, messages);
    QFETCH(const QByteArray, expected);
    ChatReader reader;
    const std::string body = "{" + messages.toStdString() + R"("model":"r","prompt":{}})";
    const auto request = reader.read(body);
    QVERIFY_RESULT(request);
    const std::vector<PromptMessage> rendered = {{"system", "Be \"kind\".\nÜ\x01"},
                                                 {"user", "In one line."}};
    const units::InferenceUnit made = unit();
    EncodeInput input;
    input.request = &*request;
    input.unit = &made;
    input.prompt = &rendered;
    input.historyIndex = static_cast<std::size_t>(history);
    const auto encoded = codec()->encode(input);
    QVERIFY_RESULT(encoded);
    QVERIFY(Json::accept(encoded->body));
    QVERIFY2(encoded->body.find("\"messages\":" + expected.toStdString()) != std::string::npos,
             encoded->body.c_str());
}

void TestOpenAiCodec::rejects_data()
{
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<bool>("refused");
    QTest::newRow("a parameter of the unit") << QByteArray("temperature") << true;
    QTest::newRow("its limit by the other name") << QByteArray("max_completion_tokens") << true;
    QTest::newRow("its tools") << QByteArray("tools") << true;
    QTest::newRow("its output schema") << QByteArray("response_format") << true;
    QTest::newRow("another") << QByteArray("top_p") << false;
}

void TestOpenAiCodec::rejects()
{
    QFETCH(const QByteArray, member);
    QFETCH(const bool, refused);
    ChatReader reader;
    const std::string body =
        R"({"model":"r","messages":[{"role":"user"}],")" + member.toStdString() + R"(":0})";
    const auto request = reader.read(body);
    QVERIFY_RESULT(request);
    units::InferenceUnit made = unit(R"({"temperature":0,"max_tokens":5})");
    made.tools = Json::array({{{"type", "function"}}});
    made.outputSchema = {{"type", "object"}};
    EncodeInput input;
    input.request = &*request;
    input.unit = &made;
    input.params = EncodeInput::Params::Reject;
    const auto encoded = codec()->encode(input);
    QCOMPARE(encoded.ok(), !refused);
    if (refused) {
        QCOMPARE(encoded.error().code, ErrorCode::Refused);
        QCOMPARE(encoded.error().where, member.toStdString());
    } else {
        const Json sent = Json::parse(encoded->body);
        QVERIFY(sent.at("tools") == made.tools);
        QVERIFY(sent.at("response_format").at("json_schema").at("schema") == made.outputSchema);
        QVERIFY(sent.at("top_p") == 0);
    }
}

void TestOpenAiCodec::nothingToSay()
{
    ChatReader reader;
    const std::string body = R"({"model":"r","messages":[]})";
    const auto request = reader.read(body);
    const units::InferenceUnit made = unit();
    EncodeInput input;
    input.request = &*request;
    input.unit = &made;
    QCOMPARE(codec()->encode(input).error().where, std::string("messages"));
}

void TestOpenAiCodec::headers()
{
    ChatReader reader;
    const std::string body = R"({"model":"r","messages":[{"role":"user"}],"stream":true})";
    const auto request = reader.read(body);
    const units::InferenceUnit made = unit();
    EncodeInput input;
    input.request = &*request;
    input.unit = &made;
    const auto value = [](const UpstreamRequest& sent, std::string_view name) {
        for (const auto& [key, text] : sent.headers) {
            if (key == name) {
                return text;
            }
        }
        return std::string("absent");
    };
    const auto open = codec()->encode(input);
    QVERIFY_RESULT(open);
    QCOMPARE(open->target, std::string("/chat/completions"));
    QCOMPARE(value(*open, "content-type"), std::string("application/json"));
    QCOMPARE(value(*open, "accept"), std::string("text/event-stream"));
    QCOMPARE(value(*open, "authorization"), std::string("absent"));
    QVERIFY(value(*open, "user-agent").starts_with("sluice/"));
    QCOMPARE(value(*codec("k-123")->encode(input), "authorization"), std::string("Bearer k-123"));
}

void TestOpenAiCodec::preparedOnceOrForTheCall()
{
    ChatReader reader;
    const std::string body = R"({"model":"r","messages":[{"role":"user"}],"temperature":1})";
    const auto request = reader.read(body);
    const units::InferenceUnit made = unit(R"({"temperature":0,"top_k":40})");
    const auto own = codec();
    const auto prepared = own->prepare(made);
    QVERIFY_RESULT(prepared);
    EncodeInput input;
    input.request = &*request;
    input.unit = &made;
    const auto fresh = own->encode(input);
    input.unit = nullptr;
    input.prepared = prepared->get();
    const auto cached = own->encode(input);
    QVERIFY_RESULT(fresh);
    QVERIFY_RESULT(cached);
    QCOMPARE(fresh->body, cached->body);
}

void TestOpenAiCodec::prepareRefuses_data()
{
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<QByteArray>("where");
    for (const char* name : {"model", "messages", "stream", "stream_options", "prompt"}) {
        QTest::newRow(name) << QByteArray("{\"" + QByteArray(name) + "\":1}")
                            << QByteArray("/params/") + name;
    }
    QTest::newRow("two names of one limit")
        << QByteArray(R"({"max_tokens":1,"max_completion_tokens":1})")
        << QByteArray("/params/max_tokens");
    QTest::newRow("a name that would need escapes")
        << QByteArray(R"({"a\"b":1})") << QByteArray("/params/a\"b");
}

void TestOpenAiCodec::prepareRefuses()
{
    QFETCH(const QByteArray, params);
    QFETCH(const QByteArray, where);
    const auto prepared = codec()->prepare(unit(params.constData()));
    QVERIFY(!prepared.ok());
    QCOMPARE(prepared.error().where, where.toStdString());
}

void TestOpenAiCodec::unknownKind()
{
    ProviderConfig config;
    config.name = ProviderName("x");
    config.kind = "telepathy";
    const auto made = makeCodec(config, Secret());
    QVERIFY(!made.ok());
    QVERIFY(made.error().message.find("openai") != std::string::npos);
    QCOMPARE(made.error().where, std::string("/providers/x/kind"));
}

QTEST_GUILESS_MAIN(TestOpenAiCodec)
#include "tst_openaicodec.moc"
