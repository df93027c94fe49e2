// SPDX-License-Identifier: GPL-3.0-or-later
#include "translations/catalogue.h"
#include "ui/pages/overview/overviewpage.h"
#include "ui/pages/route/trafficpanel.h"
#include "ui/shell/rollbacktext.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

using namespace sluice;

namespace {

/// "context: source" of every numerus message, with its forms.
QMap<QString, QStringList> pluralsOf(const QString& path)
{
    QMap<QString, QStringList> found;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        qWarning("cannot read %s: %s", qPrintable(path), qPrintable(file.errorString()));
        return found;
    }
    QXmlStreamReader xml(&file);
    QString context;
    QString source;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) {
            continue;
        }
        if (xml.name() == QLatin1String("name")) {
            context = xml.readElementText();
        } else if (xml.name() == QLatin1String("source")) {
            source = xml.readElementText();
            found.insert(context + QStringLiteral(": ") + source, {});
        } else if (xml.name() == QLatin1String("numerusform")) {
            found[context + QStringLiteral(": ") + source].append(xml.readElementText());
        }
    }
    return found;
}

} // namespace

class TestTranslations final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyPluralIsInTheCatalogue();
    void oneAndMany_data();
    void oneAndMany();
    void anotherLanguageStillHasPlurals();
};

void TestTranslations::initTestCase()
{
    QVERIFY(installCatalogue(*QCoreApplication::instance(), QLocale(QLocale::English)));
}

void TestTranslations::everyPluralIsInTheCatalogue()
{
    const QDir root(QStringLiteral(SLUICE_SOURCE_DIR));
    const QTemporaryDir scratch;
    const QString fresh = scratch.filePath(QStringLiteral("sluice_en.ts"));
    QProcess lupdate;
    lupdate.start(QStringLiteral(SLUICE_LUPDATE),
                  {QStringLiteral("-silent"), QStringLiteral("-pluralonly"),
                   root.filePath(QStringLiteral("ui")), root.filePath(QStringLiteral("app/console")),
                   QStringLiteral("-I"), root.path(), QStringLiteral("-source-language"),
                   QStringLiteral("en"), QStringLiteral("-target-language"),
                   QStringLiteral("en_US"), QStringLiteral("-ts"), fresh});
    QVERIFY2(lupdate.waitForFinished(60'000), qPrintable(lupdate.errorString()));
    QCOMPARE(lupdate.exitCode(), 0);
    const auto wanted = pluralsOf(fresh);
    const auto have = pluralsOf(root.filePath(QStringLiteral("translations/sluice_en.ts")));
    QVERIFY(wanted.size() > 10); // lupdate has found the sources
    for (const QString& message : wanted.keys()) {
        QVERIFY2(have.contains(message),
                 qPrintable(message + QStringLiteral(": build update-translations, fill it in")));
        const QStringList forms = have.value(message);
        QVERIFY2(forms.size() == 2 && !forms.contains(QString()),
                 qPrintable(message + QStringLiteral(": wants two forms")));
    }
    for (const QString& message : have.keys()) {
        QVERIFY2(wanted.contains(message),
                 qPrintable(message + QStringLiteral(": no source has it any more")));
    }
}

void TestTranslations::oneAndMany_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    using ui::OverviewPage;
    QTest::newRow("one route") << OverviewPage::tr("%Ln routes", nullptr, 1)
                               << QStringLiteral("1 route");
    QTest::newRow("no route") << OverviewPage::tr("%Ln routes", nullptr, 0)
                              << QStringLiteral("0 routes");
    QTest::newRow("one needs") << OverviewPage::tr("%Ln need you", nullptr, 1)
                               << QStringLiteral("1 needs you");
    QTest::newRow("two need") << OverviewPage::tr("%Ln need you", nullptr, 2)
                              << QStringLiteral("2 need you");
    QTest::newRow("of a class without a meta object")
        << ui::RollbackText::outcome({{"routes", {{{"route", "a"}}, {{"route", "b"}}}}})
        << QStringLiteral("2 routes are back on their known good units");
    QTest::newRow("grouped digits")
        << ui::TrafficPanel::tr("%Ln users", nullptr, 2410)
        << QLocale().toString(2410) + QStringLiteral(" users");
}

void TestTranslations::oneAndMany()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(text, expected);
}

void TestTranslations::anotherLanguageStillHasPlurals()
{
    QVERIFY(installCatalogue(*QCoreApplication::instance(), QLocale(QLocale::Finnish)));
    QCOMPARE(ui::OverviewPage::tr("%Ln need you", nullptr, 1), QStringLiteral("1 needs you"));
}

QTEST_GUILESS_MAIN(TestTranslations)
#include "tst_translations.moc"
