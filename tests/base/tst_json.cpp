// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;

class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data();
    void refuses();
    void accepts();
    void members();
    void pointers();
};

void TestJson::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("where");
    const int invalid = static_cast<int>(ErrorCode::InvalidArgument);
    const int large = static_cast<int>(ErrorCode::TooLarge);
    QTest::newRow("empty") << QByteArray("") << invalid << QByteArray("line 1, column 1");
    QTest::newRow("cut") << QByteArray("{\"a\":\n [1,") << invalid
                         << QByteArray("line 2, column 5");
    QTest::newRow("trailing") << QByteArray("{} x") << invalid << QByteArray("line 1, column 4");
    QTest::newRow("comment") << QByteArray("/* */ 1") << invalid << QByteArray("line 1, column 1");
    QTest::newRow("single quotes")
        << QByteArray("{'a':1}") << invalid << QByteArray("line 1, column 2");
    QTest::newRow("bad utf-8") << QByteArray("\"\xff\"") << invalid
                               << QByteArray("line 1, column 2");
    QTest::newRow("lone surrogate")
        << QByteArray(R"("\ud800")") << invalid << QByteArray("line 1, column 8");
    QTest::newRow("twice") << QByteArray(R"({"a":1,"a":2})") << invalid << QByteArray("");
    QTest::newRow("twice below") << QByteArray(R"({"x":[{"a":{"b":1},"a":2}]})") << invalid
                                 << QByteArray("");
    QTest::newRow("number too large")
        << QByteArray("1e999") << invalid << QByteArray("line 1, column 5");
    QTest::newRow("too deep") << QByteArray(65, '[') + QByteArray(65, ']') << large
                              << QByteArray("line 1, column 65");
    QTest::newRow("absurdly deep")
        << QByteArray(1'000'000, '[') << large << QByteArray("line 1, column 65");
}

void TestJson::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(int, code);
    QFETCH(QByteArray, where);
    const auto document = parseJson(text.toStdString());
    QVERIFY(!document);
    QCOMPARE(static_cast<int>(document.error().code), code);
    QCOMPARE(QByteArray::fromStdString(document.error().where), where);
    QVERIFY(!document.error().message.empty());
}

void TestJson::accepts()
{
    QVERIFY_RESULT(parseJson(std::string(64, '[') + std::string(64, ']')));
    QVERIFY_RESULT(parseJson(R"({"a":{"a":1},"b":{"a":1}})"));
    QVERIFY_RESULT(parseJson("\"[[[[\\\"{{{{\""));
    QCOMPARE(parseJson("{}", {.bytes = 1}).error().code, ErrorCode::TooLarge);
}

void TestJson::members()
{
    const Json object{{"text", "x"}, {"number", 2.5}, {"whole", 7}, {"flag", true}};
    QCOMPARE(*member<std::string>(object, "text"), std::string("x"));
    QCOMPARE(*member<double>(object, "whole"), 7.0);
    QCOMPARE(*member<std::int64_t>(object, "whole"), std::int64_t{7});
    QCOMPARE(*member<bool>(object, "flag"), true);
    QCOMPARE(member<std::int64_t>(object, "number", "/x").error().where, std::string("/x/number"));
    QVERIFY(member<std::string>(object, "none").error().message.find("missing") !=
            std::string::npos);
    QVERIFY(member<std::string>(object, "flag").error().message.find("must be a string") !=
            std::string::npos);
    QVERIFY(!member<std::string>(Json(3), "a"));
}

void TestJson::pointers()
{
    QCOMPARE(pointerTo("/a", "b/c~d"), std::string("/a/b~1c~0d"));
    QCOMPARE(pointerTo("", ""), std::string("/"));
}

QTEST_GUILESS_MAIN(TestJson)
#include "tst_json.moc"
