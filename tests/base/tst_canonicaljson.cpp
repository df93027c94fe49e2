// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 8785: the RFC's own vectors (sections 3.2.2, 3.2.3 and appendix B).
#include "core/base/json.h"
#include "tests/support/result.h"

#include <QTest>

#include <bit>
#include <limits>

using namespace sluice;

class TestCanonicalJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbers_data();
    void numbers();
    void notFinite();
    void sampleOfSection322();
    void sortingOfSection323();
    void tooLargeIntegers();
    void badUtf8NamesThePlace();
    void idempotent();
};

void TestCanonicalJson::numbers_data()
{
    QTest::addColumn<quint64>("bits");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](quint64 bits, const char* expected) {
        QTest::addRow("%016llx", static_cast<unsigned long long>(bits))
            << bits << QByteArray(expected);
    };
    row(0x0000000000000000, "0");
    row(0x8000000000000000, "0");
    row(0x0000000000000001, "5e-324");
    row(0x8000000000000001, "-5e-324");
    row(0x7fefffffffffffff, "1.7976931348623157e+308");
    row(0xffefffffffffffff, "-1.7976931348623157e+308");
    row(0x4340000000000000, "9007199254740992");
    row(0xc340000000000000, "-9007199254740992");
    row(0x4430000000000000, "295147905179352830000");
    row(0x44b52d02c7e14af5, "9.999999999999997e+22");
    row(0x44b52d02c7e14af6, "1e+23");
    row(0x44b52d02c7e14af7, "1.0000000000000001e+23");
    row(0x444b1ae4d6e2ef4e, "999999999999999700000");
    row(0x444b1ae4d6e2ef4f, "999999999999999900000");
    row(0x444b1ae4d6e2ef50, "1e+21");
    row(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7");
    row(0x3eb0c6f7a0b5ed8d, "0.000001");
    row(0x41b3de4355555553, "333333333.3333332");
    row(0x41b3de4355555554, "333333333.33333325");
    row(0x41b3de4355555555, "333333333.3333333");
    row(0x41b3de4355555556, "333333333.3333334");
    row(0x41b3de4355555557, "333333333.33333343");
    row(0xbecbf647612f3696, "-0.0000033333333333333333");
    row(0x43143ff3c1cb0959, "1424953923781206.2");
}

void TestCanonicalJson::numbers()
{
    QFETCH(quint64, bits);
    QFETCH(QByteArray, expected);
    const auto text = canonicalJson(std::bit_cast<double>(bits));
    QVERIFY_RESULT(text);
    QCOMPARE(QByteArray::fromStdString(*text), expected);
}

void TestCanonicalJson::notFinite()
{
    QCOMPARE(canonicalJson(std::numeric_limits<double>::quiet_NaN()).error().code,
             ErrorCode::InvalidArgument);
    const auto infinite =
        canonicalJson(Json{{"a", Json::array({1, std::numeric_limits<double>::infinity()})}});
    QVERIFY(!infinite);
    QCOMPARE(infinite.error().where, std::string("/a/1"));
}

void TestCanonicalJson::sampleOfSection322()
{
    const auto document = parseJson(R"({
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    })");
    QVERIFY_RESULT(document);
    const auto text = canonicalJson(*document);
    QVERIFY_RESULT(text);
    QCOMPARE(
        *text,
        std::string(
            R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
            R"("string":")"
            "\u20ac"
            R"($\u000f\nA'B\"\\\\\"/"})"));
}

void TestCanonicalJson::sortingOfSection323()
{
    const auto document = parseJson(R"({
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    })");
    QVERIFY_RESULT(document);
    const auto text = canonicalJson(*document);
    QVERIFY_RESULT(text);
    std::size_t last = 0;
    for (const char* value :
         {"Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
          "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"}) {
        const auto at = text->find(value);
        QVERIFY2(at != std::string::npos && at > last, value);
        last = at;
    }
}

void TestCanonicalJson::tooLargeIntegers()
{
    QVERIFY_RESULT(canonicalJson(Json(9007199254740991LL)));
    // Beyond 2^53 a whole number stays if it is written as its double is: so a canonical form is its own.
    QCOMPARE(*canonicalJson(222222222222222222.04), std::string("222222222222222200"));
    QCOMPARE(*canonicalJson(Json(222222222222222200LL)), std::string("222222222222222200"));
    const auto large = canonicalJson(Json{{"n", 9007199254740993LL}});
    QVERIFY(!large);
    QCOMPARE(large.error().where, std::string("/n"));
    QVERIFY(!canonicalJson(Json(-9007199254740993LL)));
    QVERIFY(!canonicalJson(Json(std::numeric_limits<std::uint64_t>::max())));
}

void TestCanonicalJson::badUtf8NamesThePlace()
{
    const auto text = canonicalJson(Json{{"a", {{"b", "\xff"}}}});
    QVERIFY(!text);
    QCOMPARE(text.error().where, std::string("/a/b"));
}

void TestCanonicalJson::idempotent()
{
    const std::string once =
        *canonicalJson(*parseJson(R"({"b":[1.0,{"z":-0.0,"a":"\u007f"}],"a":{}})"));
    QCOMPARE(once, std::string("{\"a\":{},\"b\":[1,{\"a\":\"\x7f\",\"z\":0}]}"));
    QCOMPARE(*canonicalJson(*parseJson(once)), once);
}

QTEST_GUILESS_MAIN(TestCanonicalJson)
#include "tst_canonicaljson.moc"
