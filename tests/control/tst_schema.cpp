// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/schema.h"

#include <QTest>

using namespace sluice;
namespace schema = sluice::control::schema;

class TestSchema final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesThePlace_data();
    void namesThePlace();
    void refusesKeywordsItWouldIgnore();
};

void TestSchema::namesThePlace_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("where"); // empty: fits
    QTest::newRow("fits") << R"({"name":"a","list":[1,2],"maybe":null})" << "";
    QTest::newRow("optional left out") << R"({"name":"a","list":[]})" << "";
    QTest::newRow("missing") << R"({"list":[]})" << "/name";
    QTest::newRow("unknown member") << R"({"name":"a","list":[],"x":1})" << "/x";
    QTest::newRow("unknown member is escaped") << R"({"name":"a","list":[],"a/b":1})" << "/a~1b";
    QTest::newRow("wrong type") << R"({"name":1,"list":[]})" << "/name";
    QTest::newRow("empty text") << R"({"name":"","list":[]})" << "/name";
    QTest::newRow("item out of range") << R"({"name":"a","list":[1,6]})" << "/list/1";
    QTest::newRow("item below range") << R"({"name":"a","list":[-1]})" << "/list/0";
    QTest::newRow("fraction for a whole number") << R"({"name":"a","list":[1.5]})" << "/list/0";
    QTest::newRow("word outside enum") << R"({"name":"a","list":[],"maybe":"z"})" << "/maybe";
    QTest::newRow("not an object") << R"([])" << "/";
    QTest::newRow("map member") << R"({"name":"a","list":[],"map":{"k":"text"}})" << "/map/k";
}

void TestSchema::namesThePlace()
{
    QFETCH(QString, value);
    QFETCH(QString, where);
    const Json rules = schema::object({{"name", schema::name()},
                                       {"list", schema::arrayOf(schema::integer(0, 5))},
                                       {"maybe?", schema::nullable(schema::oneOf({"x", "y"}))},
                                       {"map?", schema::mapOf(schema::boolean())}});
    QVERIFY(schema::check(rules).ok());
    const Status status = schema::validate(rules, Json::parse(value.toStdString()));
    QCOMPARE(status.ok(), where.isEmpty());
    if (!status) {
        QCOMPARE(status.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(QString::fromStdString(status.error().where), where);
    }
}

void TestSchema::refusesKeywordsItWouldIgnore()
{
    QVERIFY(!schema::check(Json{{"type", "text"}}).ok());
    QVERIFY(!schema::check(Json{{"type", "object"}, {"propertys", Json::object()}}).ok());
    QVERIFY(!schema::check(Json{{"type", "object"}, {"required", {"a"}}}).ok());
    QVERIFY(!schema::check(schema::object({{"a", Json{{"pattern", "x"}}}})).ok());
}

QTEST_GUILESS_MAIN(TestSchema)
#include "tst_schema.moc"
