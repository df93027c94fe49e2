// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QApplication>
#include <QDirIterator>
#include <QFontInfo>
#include <QImage>
#include <QPalette>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using sluice::ui::Role;
using sluice::ui::TextStyle;
using sluice::ui::Theme;

namespace {

/// WCAG 2.1 relative luminance and contrast ratio.
double luminance(const QColor& color)
{
    const auto linear = [](double channel) {
        return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double high = std::max(luminance(a), luminance(b));
    const double low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

} // namespace

class TestTheme final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textIsReadable_data();
    void textIsReadable();
    void sizesComeFromTheApplicationFont();
    void everyIconDraws_data();
    void everyIconDraws();
    void iconsTakeTheirColour();
    void followsThePaletteOfTheSystem();
    void aChosenModeDoesNotFollow();
};

void TestTheme::textIsReadable_data()
{
    QTest::addColumn<int>("ink");
    QTest::addColumn<int>("ground");
    QTest::addColumn<bool>("dark");
    const std::tuple<const char*, Role, Role> pairs[] = {
        {"text on panel", Role::Text, Role::Panel},
        {"secondary on panel", Role::Secondary, Role::Panel},
        {"tertiary on panel", Role::Tertiary, Role::Panel},
        {"text on window", Role::Text, Role::Window},
        {"accent on panel", Role::Accent, Role::Panel},
        {"on accent", Role::OnAccent, Role::Accent},
        {"on danger", Role::OnDanger, Role::Danger},
        {"production on panel", Role::Production, Role::Panel},
        {"harm on tint", Role::Harm, Role::HarmTint},
        {"good on tint", Role::Good, Role::GoodTint},
        {"warning on tint", Role::Warning, Role::WarningTint},
        {"stable on tint", Role::Stable, Role::StableTint},
        {"candidate on tint", Role::Candidate, Role::CandidateTint},
        {"chip grey on tint", Role::Secondary, Role::ControlTint},
        {"text on selection", Role::Text, Role::Selection},
        {"text on added", Role::Text, Role::AddedWord},
        {"text on removed", Role::Text, Role::RemovedWord},
    };
    for (const bool dark : {false, true}) {
        for (const auto& [name, ink, ground] : pairs) {
            QTest::addRow("%s, %s", name, dark ? "dark" : "light")
                << static_cast<int>(ink) << static_cast<int>(ground) << dark;
        }
    }
}

void TestTheme::textIsReadable()
{
    QFETCH(int, ink);
    QFETCH(int, ground);
    QFETCH(bool, dark);
    const Theme theme(*qApp, dark ? Theme::Mode::Dark : Theme::Mode::Light);
    QCOMPARE_GE(
        contrast(theme.color(static_cast<Role>(ink)), theme.color(static_cast<Role>(ground))), 4.5);
}

void TestTheme::sizesComeFromTheApplicationFont()
{
    const Theme theme(*qApp, Theme::Mode::Light);
    const double body = QFontInfo(theme.font(TextStyle::Body)).pixelSize();
    QCOMPARE(theme.grid(2), qRound(8.0 * body / 13.0));
    QCOMPARE_GT(theme.font(TextStyle::Heading).pointSizeF(),
                theme.font(TextStyle::Body).pointSizeF());
    QCOMPARE_LT(theme.font(TextStyle::Secondary).pointSizeF(),
                theme.font(TextStyle::Body).pointSizeF());
    QVERIFY(theme.font(TextStyle::Mono).fixedPitch());
}

void TestTheme::everyIconDraws_data()
{
    const Theme theme(*qApp, Theme::Mode::Light);
    QTest::addColumn<QString>("name");
    QDirIterator icons(QStringLiteral(":/icons"));
    while (icons.hasNext()) {
        const QString name = QFileInfo(icons.next()).completeBaseName();
        QTest::newRow(qPrintable(name)) << name;
    }
}

void TestTheme::everyIconDraws()
{
    QFETCH(QString, name);
    const Theme theme(*qApp, Theme::Mode::Light);
    const QImage drawn = theme.icon(name).pixmap(QSize(24, 24), 2.0).toImage();
    int inked = 0;
    for (int y = 0; y < drawn.height(); ++y) {
        for (int x = 0; x < drawn.width(); ++x) {
            inked += qAlpha(drawn.pixel(x, y)) > 100 ? 1 : 0;
        }
    }
    QCOMPARE(drawn.size(), QSize(48, 48));
    QCOMPARE_GT(inked, 40);
}

void TestTheme::iconsTakeTheirColour()
{
    const Theme theme(*qApp, Theme::Mode::Light);
    const QImage drawn =
        theme.icon(QStringLiteral("stop"), Role::Harm).pixmap(QSize(48, 48), 1.0).toImage();
    const QColor strongest = [&] {
        QColor best(Qt::transparent);
        for (int y = 0; y < drawn.height(); ++y) {
            for (int x = 0; x < drawn.width(); ++x) {
                if (drawn.pixelColor(x, y).alpha() > best.alpha()) {
                    best = drawn.pixelColor(x, y);
                }
            }
        }
        return best;
    }();
    QCOMPARE(strongest.rgb(), theme.color(Role::Harm).rgb());
}

void TestTheme::followsThePaletteOfTheSystem()
{
    Theme theme(*qApp, Theme::Mode::System);
    QSignalSpy changed(&theme, &Theme::changed);
    QPalette dark;
    dark.setColor(QPalette::Window, QColor(20, 20, 20));
    dark.setColor(QPalette::WindowText, Qt::white);
    QApplication::setPalette(dark);
    QTRY_VERIFY(theme.dark());
    QCOMPARE_GE(changed.count(), 1);
    QCOMPARE(QApplication::palette().color(QPalette::Window), theme.color(Role::Window));
    QPalette light;
    light.setColor(QPalette::Window, QColor(250, 250, 250));
    light.setColor(QPalette::WindowText, Qt::black);
    QApplication::setPalette(light);
    QTRY_VERIFY(!theme.dark());
}

void TestTheme::aChosenModeDoesNotFollow()
{
    Theme theme(*qApp, Theme::Mode::Light);
    QPalette dark;
    dark.setColor(QPalette::Window, QColor(20, 20, 20));
    dark.setColor(QPalette::WindowText, Qt::white);
    QApplication::setPalette(dark);
    QTRY_COMPARE(QApplication::palette().color(QPalette::Window), theme.color(Role::Window));
    QVERIFY(!theme.dark());
    theme.setMode(Theme::Mode::Dark);
    QVERIFY(theme.dark());
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
