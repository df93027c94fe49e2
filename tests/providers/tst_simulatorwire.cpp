// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/simulatorwire.h"
#include "tests/providers/decoding.h"

#include <QTest>

using namespace sluice;
using namespace sluice::providers;
using tests::decode;
using tests::Decoded;

namespace {

std::shared_ptr<const Codec> codec()
{
    ProviderConfig config;
    config.kind = "simulator";
    return makeCodec(config, Secret()).value();
}
SimulatedAnswer plan(const std::string& sim)
{
    Json body =
        Json::parse(R"({"messages":[{"role":"user"}],"tools":[{"type":"function","function":)"
                    R"({"name":"look_up","parameters":{"properties":{"q":{}}}}}]})");
    body["messages"][0]["content"] = "What is \"quoted\"?";
    body["metadata"]["sim"] = Json::parse(sim);
    return Simulator::make({}).value()->plan(body.dump(), 0);
}
SimulatedMeta meta(bool includeUsage)
{
    return {"chatcmpl-7", 1800000000, "m-1-2026-01-15", includeUsage};
}
std::string streamed(SimulatedAnswer answer, bool includeUsage)
{
    SimulatedStream stream(std::move(answer), meta(includeUsage));
    std::string text;
    for (std::size_t i = 0; i < stream.size(); ++i) {
        text += stream.event(i);
    }
    return text;
}
std::string joined(const SimulatedAnswer& answer)
{
    std::string text;
    for (const std::string& chunk : answer.chunks) {
        text += chunk;
    }
    return text;
}
/// The data of each event but the last marker.
std::vector<Json> chunks(const std::string& stream)
{
    std::vector<Json> result;
    for (const QByteArray& line : QByteArray::fromStdString(stream).split('\n')) {
        if (line.startsWith("data: {")) {
            result.push_back(Json::parse(line.mid(6).toStdString()));
        }
    }
    return result;
}

} // namespace

class TestSimulatorWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrip_data();
    void roundTrip();
    void toolCall();
    void times();
    void errors();
};

void TestSimulatorWire::roundTrip_data()
{
    QTest::addColumn<QByteArray>("sim");
    QTest::addColumn<QByteArray>("streamKinds");
    QTest::addColumn<QByteArray>("streamError");
    QTest::addColumn<QByteArray>("bodyError");
    QTest::addColumn<QByteArray>("finish");
    QTest::addColumn<bool>("refusal");
    const auto row = [](const char* sim, const char* streamKinds, const char* streamError,
                        const char* bodyError, const char* finish, bool refusal) {
        QTest::newRow(sim) << QByteArray(sim) << QByteArray(streamKinds) << QByteArray(streamError)
                           << QByteArray(bodyError) << QByteArray(finish) << refusal;
    };
    row(R"({})", "PCUD", "", "", "stop", false);
    row(R"({"ending":"length"})", "PCUD", "", "", "length", false);
    row(R"({"ending":"refusal"})", "PCUD", "", "", "stop", true);
    row(R"({"tool":true})", "CUD", "", "", "tool_calls", false);
    row(R"({"ending":"malformed","break_after":3})", "PC", "malformed", "malformed", "", false);
    row(R"({"ending":"cut","break_after":3})", "PC", "cut", "", "", false);
    row(R"({"ending":"stall","break_after":0})", "", "empty", "", "", false);
}

void TestSimulatorWire::roundTrip()
{
    QFETCH(const QByteArray, sim);
    QFETCH(const QByteArray, streamKinds);
    QFETCH(const QByteArray, streamError);
    QFETCH(const QByteArray, bodyError);
    QFETCH(const QByteArray, finish);
    QFETCH(const bool, refusal);
    const SimulatedAnswer answer = plan(sim.toStdString());
    const std::string stream = streamed(answer, true);
    const Decoded fromStream = decode(*codec(), {stream}, true, true);
    QCOMPARE(QByteArray::fromStdString(fromStream.kinds), streamKinds);
    QCOMPARE(QByteArray::fromStdString(fromStream.error), streamError);
    QCOMPARE(QByteArray::fromStdString(fromStream.finish), finish);
    QCOMPARE(fromStream.refusal, refusal);
    const Decoded fromBody = decode(*codec(), {completionBody(answer, meta(false))}, false, false);
    QCOMPARE(QByteArray::fromStdString(fromBody.error), bodyError);
    if (streamError.isEmpty()) {
        QCOMPARE(fromStream.text, stream);
        QCOMPARE(fromStream.usage.prompt, answer.promptTokens);
        QCOMPARE(fromStream.usage.completion, answer.completionTokens);
        QCOMPARE(fromBody.usage.completion, answer.completionTokens);
        QCOMPARE(QByteArray::fromStdString(fromBody.finish), finish);
        QCOMPARE(fromBody.refusal, refusal);
        QCOMPARE(fromBody.model, std::string("m-1-2026-01-15"));
        QVERIFY(streamed(answer, false).find("usage") == std::string::npos);
    }
}

void TestSimulatorWire::toolCall()
{
    const SimulatedAnswer answer = plan(R"({"tool":true})");
    std::string arguments;
    std::string name;
    for (const Json& chunk : chunks(streamed(answer, false))) {
        for (const Json& choice : chunk.at("choices")) {
            for (const Json& call : choice.at("delta").value("tool_calls", Json::array())) {
                QVERIFY(call.at("index") == 0);
                name += call.at("function").value("name", "");
                arguments += call.at("function").at("arguments").get<std::string>();
            }
        }
    }
    QCOMPARE(name, std::string("look_up"));
    QCOMPARE(arguments, joined(answer));
    const Json body = Json::parse(completionBody(answer, meta(false)));
    QVERIFY(body["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] == arguments);
    QVERIFY(body["choices"][0]["message"]["content"].is_null());
}

void TestSimulatorWire::times()
{
    SimulatedAnswer answer = plan(R"({"ttft_ms":100,"between_ms":10,"tokens":5})");
    QCOMPARE(completionDelay(answer).count(), 140'000);
    const SimulatedStream stream(std::move(answer), meta(true));
    QCOMPARE(stream.size(), 9U); // role, five contents, finish, usage, [DONE]
    const std::vector<std::int64_t> expected = {100, 100, 110, 120, 130, 140, 140, 140, 140};
    for (std::size_t i = 0; i < stream.size(); ++i) {
        QCOMPARE(stream.at(i).count(), expected[i] * 1'000);
    }
    QCOMPARE(stream.after(), SimulatedStream::After::Stop);
}

void TestSimulatorWire::errors()
{
    const SimulatedAnswer answer = plan(R"({"status":429})");
    QVERIFY(answer.retryAfterSeconds >= 1);
    const Json body = Json::parse(completionBody(answer, meta(false)));
    QVERIFY(body.at("error").at("type") == "rate_limit_error");
    QVERIFY(body.at("error").at("message").is_string());
}

QTEST_GUILESS_MAIN(TestSimulatorWire)
#include "tst_simulatorwire.moc"
