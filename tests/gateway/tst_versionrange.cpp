// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/versionrange.h"

#include <QTest>

Q_DECLARE_METATYPE(sluice::gateway::VersionMatch)

using namespace sluice::gateway;

/// Rows as npm's semver package answers them.
class VersionRangeTest final : public QObject
{
    Q_OBJECT

private slots:
    void matches_data();
    void matches();
};

void VersionRangeTest::matches_data()
{
    QTest::addColumn<QString>("version");
    QTest::addColumn<QString>("range");
    QTest::addColumn<VersionMatch>("expected");
    const auto row = [](const char* version, const char* range, VersionMatch expected) {
        QTest::addRow("%s in %s", version, range)
            << QString::fromLatin1(version) << QString::fromLatin1(range) << expected;
    };
    constexpr VersionMatch yes = VersionMatch::Yes;
    constexpr VersionMatch no = VersionMatch::No;
    row("1.2.3", "1.2.3", yes);
    row("1.2.3", "=1.2.3", yes);
    row("1.2.4", "1.2.3", no);
    row("1.2.3", "1", yes);
    row("2.0.0", "1", no);
    row("1.2.3", "1.2", yes);
    row("1.3.0", "1.2", no);
    row("1.9.9", "1.x", yes);
    row("1.9.9", "1.x.x", yes);
    row("9.9.9", "*", yes);
    row("1.9.0", "^1.2.3", yes);
    row("1.2.2", "^1.2.3", no);
    row("2.0.0", "^1.2.3", no);
    row("0.2.9", "^0.2.3", yes);
    row("0.3.0", "^0.2.3", no);
    row("0.0.3", "^0.0.3", yes);
    row("0.0.4", "^0.0.3", no);
    row("0.9.0", "^0", yes);
    row("1.2.9", "~1.2.3", yes);
    row("1.3.0", "~1.2.3", no);
    row("1.9.0", "~1", yes);
    row("1.5.0", ">=1.0 <2", yes);
    row("2.0.0", ">=1.0 <2", no);
    row("2.5.0", ">2", no);
    row("3.0.0", ">2", yes);
    row("2.5.0", "<=2", yes);
    row("3.0.0", "<=2", no);
    row("1.0.0", "1 || 2", yes);
    row("2.3.0", "1 || 2", yes);
    row("3.0.0", "1 || 2", no);
    row("1.0.0-rc.1", "1", no);
    row("1.0.0-rc.1", ">=1.0.0-rc.1", yes);
    row("1.0.0", "", VersionMatch::BadRange);
    row("1.0.0", "one", VersionMatch::BadRange);
    row("1.0.0", "=>1", VersionMatch::BadRange);
    row("1.0.0", "1 ||", VersionMatch::BadRange);
    row("1.0.0", "1.2.3.4", VersionMatch::BadRange);
}

void VersionRangeTest::matches()
{
    QFETCH(const QString, version);
    QFETCH(const QString, range);
    QFETCH(const VersionMatch, expected);
    QCOMPARE(matchVersion(version.toStdString(), range.toStdString()), expected);
}

QTEST_GUILESS_MAIN(VersionRangeTest)
#include "tst_versionrange.moc"
