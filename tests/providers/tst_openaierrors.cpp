// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/codec.h"
#include "core/providers/scrub.h"

#include <QTest>

using namespace sluice;
using namespace sluice::providers;

class TestOpenAiErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void errorBody_data();
    void errorBody();
    void tooLong();
    void scrub_data();
    void scrub();
    void keysNeverLeave();

private:
    static std::string decoded(int status, std::string_view body, const char* secret = "")
    {
        ProviderConfig config;
        config.kind = "openai";
        const auto decoder = makeCodec(config, Secret(secret)).value()->decoder(false, false);
        const auto nothing = [](const Piece&) { QFAIL("an error's body is no piece"); };
        decoder->head(status, "application/json");
        (void)decoder->feed(body, nothing);
        (void)decoder->end(nothing);
        return decoder->errorBody();
    }
};

void TestOpenAiErrors::errorBody_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray own =
        R"({"error": {"message":"no such model","type":"invalid_request_error","param":null,"code":"model_not_found"}, "x":1})";
    QTest::newRow("its own shape passes") << 404 << own << own;
    QTest::newRow("a string")
        << 404 << QByteArray(R"({"error":"model \"x\" not found"})")
        << QByteArray(
               R"({"error":{"message":"model \"x\" not found","type":"invalid_request_error","param":null,"code":null}})");
    QTest::newRow("message")
        << 400 << QByteArray(R"({"object":"error","message":"too long","code":400})")
        << QByteArray(
               R"({"error":{"message":"too long","type":"invalid_request_error","param":null,"code":null}})");
    QTest::newRow("detail")
        << 422 << QByteArray(R"({"detail":"bad"})")
        << QByteArray(
               R"({"error":{"message":"bad","type":"invalid_request_error","param":null,"code":null}})");
    QTest::newRow("a page")
        << 502 << QByteArray("<html>secret host</html>")
        << QByteArray(
               R"({"error":{"message":"the provider answered with status 502","type":"server_error","param":null,"code":null}})");
    QTest::newRow("message of another type")
        << 429 << QByteArray(R"({"error":{"message":{}}})")
        << QByteArray(
               R"({"error":{"message":"the provider answered with status 429","type":"rate_limit_error","param":null,"code":null}})");
    QTest::newRow("nothing")
        << 401 << QByteArray()
        << QByteArray(
               R"({"error":{"message":"the provider answered with status 401","type":"authentication_error","param":null,"code":null}})");
}

void TestOpenAiErrors::errorBody()
{
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, expected);
    QCOMPARE(QByteArray::fromStdString(decoded(status, body.toStdString())), expected);
}

void TestOpenAiErrors::tooLong()
{
    const std::string body = R"({"error":{"message":")" + std::string(100'000, 'x') + R"("}})";
    const std::string shown = decoded(500, body);
    QVERIFY(shown.size() < 200);
    QVERIFY(Json::accept(shown));
}

void TestOpenAiErrors::scrub_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const char* secret, const char* text,
                        const char* expected) {
        QTest::newRow(name) << QByteArray(secret) << QByteArray(text) << QByteArray(expected);
    };
    const char* const key = "house-AbCdEfGh12345678";
    row("none", key, "nothing to see here", "nothing to see here");
    row("whole", key, "bad key: house-AbCdEfGh12345678.", "bad key: [redacted]");
    row("a part", key, R"({"m":"key AbCdEfGh123 is bad"})", R"({"m":"key [redacted] is bad"})");
    row("masked", key, "bad key: sk-proj-****abcd, sorry", "bad key: [redacted], sorry");
    row("inside a word", key, "token=house-AbCdEfGh12345678&x", "[redacted]&x");
    row("fewer than eight bytes in common", key, "house-A and 5678", "house-A and 5678");
    row("short secret", "tiny", "your tinykey tin", "your [redacted] tin");
    row("no secret", "", "plain text of some length", "plain text of some length");
    row("other languages", key, "Schlüssel ungültig", "Schlüssel ungültig");
}

void TestOpenAiErrors::scrub()
{
    QFETCH(const QByteArray, secret);
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, expected);
    const Scrubber scrubber((Secret(secret.toStdString())));
    QCOMPARE(QByteArray::fromStdString(scrubber.scrub(text.toStdString())), expected);
}

void TestOpenAiErrors::keysNeverLeave()
{
    const char* const key = "house-AbCdEfGh12345678";
    const std::string body =
        R"({"error":{"message":"Incorrect API key provided: house-AbCdEfGh12345678","type":"x"}})";
    QVERIFY(decoded(401, body, key).find("AbCdEfGh") == std::string::npos);
    ProviderConfig config;
    config.kind = "openai";
    const auto decoder = makeCodec(config, Secret(key)).value()->decoder(true, true);
    decoder->head(200, "text/event-stream");
    std::string shown;
    QVERIFY(
        !decoder->feed("data: " + body + "\n\n", [&](const Piece& piece) { shown += piece.bytes; })
             .ok());
    QVERIFY(shown.find("Incorrect") != std::string::npos);
    QVERIFY(shown.find("AbCdEfGh") == std::string::npos);
}

QTEST_GUILESS_MAIN(TestOpenAiErrors)
#include "tst_openaierrors.moc"
