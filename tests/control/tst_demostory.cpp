// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/control/demo/past.h"
#include "tests/support/gatewayfixture.h"
#include "tests/support/result.h"

#include <QTest>

#include <map>
#include <set>

using namespace sluice;
using namespace sluice::control::demo;

class TestDemoStory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void repeats();
    void isSteady();
    void bodies();
    void refusesAnEmptyCorpus();
    void aPromptThatDoesNotFitIsAnError();

private:
    Json m_corpus;
};

void TestDemoStory::initTestCase()
{
    const auto text = readFile(SLUICE_SOURCE_DIR "/resources/demo/corpus.json", 1U << 20U);
    QVERIFY_RESULT(text);
    auto corpus = parseJson(*text);
    QVERIFY_RESULT(corpus);
    m_corpus = std::move(*corpus);
    // Issue: at least 120 questions, each with an answer of either version.
    QVERIFY(m_corpus["entries"].size() >= 120);
    for (const Json& entry : m_corpus["entries"]) {
        QVERIFY(entry["answers"].contains("v1") && entry["answers"].contains("v2"));
    }
}

void TestDemoStory::repeats()
{
    auto one = Story::fromCorpus(m_corpus, 7);
    auto two = Story::fromCorpus(m_corpus, 7);
    QVERIFY_RESULT(one);
    QVERIFY_RESULT(two);
    for (int i = 0; i < 1000; ++i) {
        const StoryRequest a = one->next();
        const StoryRequest b = two->next();
        QCOMPARE(a.gap.count(), b.gap.count());
        QCOMPARE(a.user, b.user);
        QCOMPARE(one->body(a), two->body(b));
    }
}

void TestDemoStory::isSteady()
{
    auto story = Story::fromCorpus(m_corpus, 7);
    std::chrono::microseconds time{};
    std::map<std::string_view, int> routes;
    std::set<std::string> users;
    const int count = 60'000;
    for (int i = 0; i < count; ++i) {
        const StoryRequest request = story->next();
        time += request.gap;
        ++routes[request.route];
        users.insert(request.user);
    }
    const double perSecond = count / std::chrono::duration<double>(time).count();
    QVERIFY2(perSecond > 16.9 && perSecond < 17.9, qPrintable(QString::number(perSecond)));
    QCOMPARE(routes.size(), std::size_t{4});
    QVERIFY(routes["support-assistant"] > routes["product-search"]);
    QVERIFY(users.size() > 2000);
}

void TestDemoStory::bodies()
{
    auto story = Story::fromCorpus(m_corpus, 7);
    bool streamed = false;
    bool prompted = false;
    for (int i = 0; i < 200; ++i) {
        const StoryRequest request = story->next();
        const auto body = parseJson(story->body(request));
        QVERIFY_RESULT(body);
        QCOMPARE((*body)["model"].get<std::string>(), std::string(request.route));
        QCOMPARE((*body)["messages"][0]["role"].get<std::string>(), std::string("user"));
        streamed = streamed || body->value("stream", false);
        prompted = prompted || body->contains("prompt");
    }
    QVERIFY(streamed && prompted);
}

void TestDemoStory::refusesAnEmptyCorpus()
{
    QCOMPARE(Story::fromCorpus(Json{{"entries", Json::array()}}, 1).error().where,
             std::string("/entries"));
    QVERIFY(!Story::fromCorpus(Json::object(), 1));
}

/// Never a past told without the prompt that its units have.
void TestDemoStory::aPromptThatDoesNotFitIsAnError()
{
    tests::GatewayFixture fixture;
    routing::Route route = tests::GatewayFixture::stableRoute(fixture.addPrompted(
        "m", "http://127.0.0.1:9", "1.0.0", "{{role \"system\"}}\nAnswer.\n{{history}}\n"));
    route.name = RouteName("support-assistant");
    fixture.setRoute(route);
    auto story = Story::fromCorpus(m_corpus, 7);
    QVERIFY_RESULT(story);
    const auto past =
        pastTraffic(*story, *fixture.table(), fromMicros(0), fromMicros(60'000'000), {"gw-1", "k"});
    QVERIFY(!past); // its prompt is called otherwise
    QCOMPARE(past.error().where, std::string("/prompt/id"));
    QVERIFY(past.error().message.find("support/answer") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestDemoStory)
#include "tst_demostory.moc"
