// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/corpus.h"
#include "core/providers/simulator.h"
#include "tests/support/result.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace sluice;
using namespace sluice::providers;

using Ending = SimulatedAnswer::Ending;

class TestSimulator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void samePlanForTheSame();
    void repeatsDiffer();
    void oneRateMovesNothingElse();
    void rates_data();
    void rates();
    void timesAreLogNormal();
    void instant();
    void corpusAnswers_data();
    void corpusAnswers();
    void everyQuestionOfTheDemoFindsItself();
    void refusesACorpus_data();
    void refusesACorpus();
    void wishes_data();
    void wishes();
    void lengthIsCut();
    void piecesKeepTheText();
    void tools();
    void notJson();

private:
    static std::shared_ptr<const Simulator> make(const SimulatorSettings& settings)
    {
        return Simulator::make(settings).value();
    }
    static std::string body(const std::string& question, const std::string& more = {})
    {
        return R"({"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":)" +
               Json(question).dump() + "}]" + more + "}";
    }
    static std::string text(const SimulatedAnswer& answer)
    {
        std::string joined;
        for (const std::string& chunk : answer.chunks) {
            joined += chunk;
        }
        return joined;
    }
    static bool same(const SimulatedAnswer& a, const SimulatedAnswer& b)
    {
        return a.status == b.status && a.ttft == b.ttft && a.chunks == b.chunks &&
               a.ending == b.ending && a.breakAfter == b.breakAfter &&
               a.betweenChunks == b.betweenChunks;
    }
};

void TestSimulator::samePlanForTheSame()
{
    SimulatorSettings settings;
    settings.cutRate = 0.3;
    settings.errorRate = 0.3;
    for (std::uint64_t i = 0; i < 50; ++i) {
        QVERIFY(same(make(settings)->plan(body("How?"), i), make(settings)->plan(body("How?"), i)));
    }
    // Written down so that a change of the draws is noticed: screenshots and recorded runs rest on
    // them.
    const SimulatedAnswer first = make(SimulatorSettings())->plan(body("How?"), 0);
    QCOMPARE(first.promptTokens, 11);
    QCOMPARE(first.completionTokens, static_cast<std::int64_t>(first.chunks.size()));
}

void TestSimulator::repeatsDiffer()
{
    const auto simulator = make({});
    QVERIFY(!same(simulator->plan(body("How?"), 0), simulator->plan(body("How?"), 1)));
    SimulatorSettings other;
    other.seed = 2;
    QVERIFY(!same(simulator->plan(body("How?"), 0), make(other)->plan(body("How?"), 0)));
    QVERIFY(simulator->plan(body("How?"), 0).ttft != simulator->plan(body("Why?"), 0).ttft);
}

void TestSimulator::oneRateMovesNothingElse()
{
    SimulatorSettings cutting;
    cutting.cutRate = 0.5;
    const auto plain = make({});
    const auto cut = make(cutting);
    for (std::uint64_t i = 0; i < 200; ++i) {
        const SimulatedAnswer a = plain->plan(body("How?"), i);
        const SimulatedAnswer b = cut->plan(body("How?"), i);
        QCOMPARE(a.ttft, b.ttft);
        QCOMPARE(a.chunks, b.chunks);
    }
}

void TestSimulator::rates_data()
{
    QTest::addColumn<QByteArray>("setting");
    for (const char* name : {"error_rate", "rate_limit_rate", "refusal_rate", "stall_rate",
                             "cut_rate", "malformed_rate", "tool_rate"}) {
        QTest::newRow(name) << QByteArray(name);
    }
}

void TestSimulator::rates()
{
    QFETCH(const QByteArray, setting);
    constexpr double kRate = 0.2;
    constexpr int kCalls = 4'000;
    const auto simulator = make(simulatorFromJson(Json{{setting.toStdString(), kRate}}).value());
    const std::string request =
        body("How?", R"(,"tools":[{"type":"function","function":{"name":"f","parameters":{}}}])");
    int hits = 0;
    for (int i = 0; i < kCalls; ++i) {
        const SimulatedAnswer answer = simulator->plan(request, static_cast<std::uint64_t>(i));
        hits += answer.status != 200 || answer.ending != Ending::Stop ? 1 : 0;
        QCOMPARE(answer.status == 429, answer.retryAfterSeconds > 0);
        QVERIFY(answer.breakAfter <= answer.chunks.size());
    }
    // Four standard deviations of a binomial count.
    const double deviation = std::sqrt(kCalls * kRate * (1 - kRate));
    QVERIFY2(std::abs(hits - kCalls * kRate) < 4 * deviation, qPrintable(QString::number(hits)));
}

void TestSimulator::timesAreLogNormal()
{
    constexpr std::size_t kCalls = 4'001;
    const SimulatorSettings settings;
    const auto simulator = make(settings);
    std::vector<double> times;
    std::vector<double> tokens;
    for (std::size_t i = 0; i < kCalls; ++i) {
        const SimulatedAnswer answer = simulator->plan(body("How?"), i);
        times.push_back(static_cast<double>(answer.ttft.count()) / 1'000.0);
        tokens.push_back(static_cast<double>(answer.completionTokens));
        QCOMPARE(answer.betweenChunks.count(), 12'500);
    }
    const auto check = [](std::vector<double>& values, double median, double sigma) {
        std::sort(values.begin(), values.end());
        const double middle = values[kCalls / 2];
        // The 84.13th percentile of a log-normal is median * e^sigma.
        const double upper = values[static_cast<std::size_t>(kCalls * 0.8413)];
        return std::abs(middle / median - 1) < 0.05 &&
               std::abs(std::log(upper / middle) / sigma - 1) < 0.1;
    };
    QVERIFY(check(times, settings.ttftMedianMs, settings.ttftSigma));
    QVERIFY(check(tokens, settings.tokensMedian, settings.tokensSigma));
}

void TestSimulator::instant()
{
    SimulatorSettings settings;
    settings.ttftMedianMs = 0;
    settings.tokensPerSecond = 0;
    const SimulatedAnswer answer = make(settings)->plan(body("How?"), 0);
    QCOMPARE(answer.ttft.count(), 0);
    QCOMPARE(answer.betweenChunks.count(), 0);
    QVERIFY(!answer.chunks.empty());
}

void TestSimulator::corpusAnswers_data()
{
    QTest::addColumn<QByteArray>("question");
    QTest::addColumn<QByteArray>("style");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("as written") << QByteArray("How long can I return a parcel?") << QByteArray("v1")
                                << QByteArray("Thirty days.");
    QTest::newRow("another style") << QByteArray("How long can I return a parcel?")
                                   << QByteArray("v2") << QByteArray("You have sixty days.");
    QTest::newRow("a style that is not there") << QByteArray("How long can I return a parcel?")
                                               << QByteArray("v9") << QByteArray("Thirty days.");
    QTest::newRow("in other words") << QByteArray("returning PARCELS: how many days?")
                                    << QByteArray("v1") << QByteArray("Thirty days.");
    QTest::newRow("inside a longer message")
        << QByteArray("Customer: Ada\nQuestion: Are your boots waterproof?\nAnswer in English.")
        << QByteArray("v1") << QByteArray("Yes, all of them.");
    QTest::newRow("none fits") << QByteArray("Please explain aeroelastic similarity laws")
                               << QByteArray("v1")
                               << QByteArray(
                                      "Nothing about explain aeroelastic similarity. Sorry.");
    QTest::newRow("nothing asked")
        << QByteArray("?") << QByteArray("v1") << QByteArray("Nothing about this. Sorry.");
}

void TestSimulator::corpusAnswers()
{
    QFETCH(const QByteArray, question);
    QFETCH(const QByteArray, style);
    QFETCH(const QByteArray, expected);
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("corpus.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"entries":[
        {"id":"a","question":"How long can I return a parcel?","match":["return","days","parcel"],
         "answers":{"v1":"Thirty days.","v2":"You have sixty days."}},
        {"id":"b","question":"Are the boots waterproof?","match":["boots","waterproof"],
         "answers":{"v1":"Yes, all of them."}}],
        "fallback":{"v1":["Nothing about {topic}.","Sorry."]}})");
    file.close();
    SimulatorSettings settings;
    settings.style = style.toStdString();
    settings.corpus = "corpus.json";
    const auto simulator = Simulator::make(settings, folder.path().toStdString());
    QVERIFY_RESULT(simulator);
    QCOMPARE(QByteArray::fromStdString(text((*simulator)->plan(body(question.toStdString()), 3))),
             expected);
}

void TestSimulator::everyQuestionOfTheDemoFindsItself()
{
    QFile file(QStringLiteral(SLUICE_SOURCE_DIR "/resources/demo/corpus.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const Json json = Json::parse(file.readAll().toStdString());
    const auto corpus = Corpus::fromJson(json);
    QVERIFY_RESULT(corpus);
    for (const Json& entry : json.at("entries")) {
        const auto question = entry.at("question").get<std::string>();
        for (const auto& [style, expected] : entry.at("answers").items()) {
            const std::string* found = corpus->answer(question, style);
            QVERIFY2(found != nullptr && *found == expected.get<std::string>(), question.c_str());
        }
    }
}

void TestSimulator::refusesACorpus_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("where");
    QTest::newRow("array") << QByteArray("[]") << QByteArray("/entries");
    QTest::newRow("no question") << QByteArray(R"({"entries":[{"answers":{"v1":"x"}}]})")
                                 << QByteArray("/entries/0/question");
    QTest::newRow("no answers") << QByteArray(R"({"entries":[{"question":"x","answers":{}}]})")
                                << QByteArray("/entries/0/answers");
    QTest::newRow("empty fallback")
        << QByteArray(R"({"entries":[],"fallback":{"v1":[]}})") << QByteArray("/fallback/v1");
}

void TestSimulator::refusesACorpus()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QByteArray, where);
    const auto corpus = Corpus::fromJson(Json::parse(json.toStdString()));
    QVERIFY(!corpus.ok());
    QCOMPARE(corpus.error().where, where.toStdString());
    SimulatorSettings settings;
    settings.corpus = "/nonexistent/corpus.json";
    QCOMPARE(Simulator::make(settings).error().code, ErrorCode::NotFound);
}

void TestSimulator::wishes_data()
{
    QTest::addColumn<QByteArray>("wish");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("ending");
    const auto row = [](const char* wish, int status, Ending ending) {
        QTest::newRow(wish) << QByteArray(wish) << status << static_cast<int>(ending);
    };
    row(R"({})", 200, Ending::Stop);
    row(R"({"status":503})", 503, Ending::Stop);
    row(R"({"status":200})", 200, Ending::Stop);
    row(R"({"ending":"cut"})", 200, Ending::Cut);
    row(R"({"ending":"stall","break_after":2})", 200, Ending::Stall);
    row(R"({"ending":"malformed","break_after":0})", 200, Ending::Malformed);
    row(R"({"ending":"refusal"})", 200, Ending::Refusal);
    row(R"({"ending":"length"})", 200, Ending::Length);
    row(R"({"ending":"stop"})", 200, Ending::Stop);
    row(R"({"tool":true})", 200, Ending::Stop);
}

void TestSimulator::wishes()
{
    QFETCH(const QByteArray, wish);
    QFETCH(const int, status);
    QFETCH(const int, ending);
    const Json wished = Json::parse(wish.toStdString());
    const SimulatedAnswer answer =
        make({})->plan(body("How?", R"(,"metadata":{"sim":)" + wish.toStdString() + "}"), 0);
    QCOMPARE(answer.status, status);
    QCOMPARE(static_cast<int>(answer.ending), ending);
    if (wished.contains("break_after")) {
        QCOMPARE(answer.breakAfter, wished["break_after"].get<std::size_t>());
    }
    const SimulatedAnswer timed = make({})->plan(
        body("How?", R"(,"metadata":{"sim":{"ttft_ms":500,"between_ms":0.5,"tokens":17}})"), 0);
    QCOMPARE(timed.ttft.count(), 500'000);
    QCOMPARE(timed.betweenChunks.count(), 500);
    QCOMPARE(timed.completionTokens, 17);
}

void TestSimulator::lengthIsCut()
{
    const SimulatedAnswer answer = make({})->plan(body("How?", R"(,"max_tokens":3)"), 0);
    QCOMPARE(answer.chunks.size(), 3U);
    QCOMPARE(answer.ending, Ending::Length);
    QCOMPARE(make({})->plan(body("How?", R"(,"max_completion_tokens":100000)"), 0).ending,
             Ending::Stop);
}

void TestSimulator::piecesKeepTheText()
{
    const std::string question =
        "Überraschend große Straßenbahnhaltestellenanlagen 漢字仮名交じり文";
    const SimulatedAnswer answer = make({})->plan(body(question), 0);
    for (const std::string& piece : answer.chunks) {
        QVERIFY(!piece.empty());
        QVERIFY2(QString::fromStdString(piece).toStdString() == piece, piece.c_str());
    }
    const std::string topic = Corpus::topic(question);
    QVERIFY(text(answer).find(topic) != std::string::npos);
}

void TestSimulator::tools()
{
    const std::string request = body(
        "What is the weather in Lyon?",
        R"(,"tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{)"
        R"("place":{"type":"string"},"days":{"type":"integer"},"unit":{"enum":["C","F"]}}}}}],)"
        R"("metadata":{"sim":{"tool":true}})");
    const SimulatedAnswer answer = make({})->plan(request, 0);
    QCOMPARE(answer.ending, Ending::ToolCall);
    QCOMPARE(answer.toolName, std::string("weather"));
    const Json arguments = Json::parse(text(answer));
    QVERIFY(arguments.at("days") == 1);
    QVERIFY(arguments.at("unit") == "C");
    QVERIFY(arguments.at("place").get<std::string>().find("Lyon") != std::string::npos);
}

void TestSimulator::notJson()
{
    QCOMPARE(make({})->plan("{", 0).status, 400);
    QCOMPARE(make({})->plan("", 0).status, 400);
    QCOMPARE(
        make({})->plan(R"({"messages":7,"tools":[1],"metadata":[],"max_tokens":"x"})", 0).status,
        200);
}

QTEST_GUILESS_MAIN(TestSimulator)
#include "tst_simulator.moc"
