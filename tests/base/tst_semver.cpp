// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/semver.h"

#include <QTest>

using namespace sluice;

class TestSemver : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void strict_data();
    void strict();
    void precedence();
    void loose();
};

void TestSemver::strict_data()
{
    QTest::addColumn<bool>("valid");
    for (const char* text : {"0.0.0", "1.2.3", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-0.3.7",
                             "1.0.0-x-y-z.4", "1.0.0+20130313", "1.0.0-beta+exp.sha.5114f85",
                             "1.0.0+21AF26D3---117B344092BD", "10.20.30"}) {
        QTest::newRow(text) << true;
    }
    for (const char* text : {"", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.02.3", "1.2.03",
                             "1.2.3-", "1.2.3+", "1.2.3-a..b", "1.2.3-01", "1.2.3-\xc3\xa9",
                             " 1.2.3", "1.2.x", "99999999999999999999.0.0", "-1.2.3"}) {
        QTest::newRow(qPrintable(QStringLiteral("not \"%1\"").arg(QString::fromUtf8(text))))
            << false;
    }
}

void TestSemver::strict()
{
    QFETCH(bool, valid);
    QString text = QString::fromUtf8(QTest::currentDataTag());
    if (!valid) {
        text = text.mid(5, text.size() - 6);
    }
    QCOMPARE(SemanticVersion::parse(text.toStdString()).has_value(), valid);
}

void TestSemver::precedence()
{
    // Section 11's own chain.
    const std::vector<std::string> chain{"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                         "1.0.0-beta",  "1.0.0-beta.2",  "1.0.0-beta.11",
                                         "1.0.0-rc.1",  "1.0.0",         "1.0.1",
                                         "1.10.0",      "2.0.0"};
    for (std::size_t i = 0; i < chain.size(); ++i) {
        for (std::size_t j = 0; j < chain.size(); ++j) {
            const int order =
                compare(*SemanticVersion::parse(chain[i]), *SemanticVersion::parse(chain[j]));
            QCOMPARE((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
    QCOMPARE(compare(*SemanticVersion::parse("1.0.0+a"), *SemanticVersion::parse("1.0.0+b")), 0);
}

void TestSemver::loose()
{
    QVERIFY(SemanticVersion::parseLoosely("v1").has_value());
    QCOMPARE(
        compare(*SemanticVersion::parseLoosely("V1.2"), *SemanticVersion::parseLoosely("1.2.0")),
        0);
    QVERIFY(!SemanticVersion::parseLoosely("1.2.3.4").has_value());
}

QTEST_GUILESS_MAIN(TestSemver)
#include "tst_semver.moc"
