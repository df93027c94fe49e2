// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "ui/theme/iconengine.h"
#include "ui/theme/stylesheet.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QFontInfo>
#include <QGuiApplication>
#include <QPalette>
#include <QStyleFactory>
#include <QTemporaryDir>

#include <array>

void sluiceInitIcons()
{
    Q_INIT_RESOURCE(icons); // must stand outside of a namespace: the room is a static library
}

namespace sluice::ui {

namespace {

struct Pair
{
    Role role;
    QRgb light;
    QRgb dark;
};

// In the order of Role. The one place where colours have values.
constexpr std::array<Pair, 28> kColors{{
    {Role::Window, 0xfff6f7f9, 0xff14181d},        {Role::Panel, 0xffffffff, 0xff1c2228},
    {Role::Line, 0xffe1e5ea, 0xff2c343c},          {Role::Text, 0xff1b2430, 0xffe7ebef},
    {Role::Secondary, 0xff525e6d, 0xffa3aeba},     {Role::Tertiary, 0xff6b7684, 0xff8994a1},
    {Role::Accent, 0xff0b6bcb, 0xff5aa9f5},        {Role::OnAccent, 0xffffffff, 0xff10161c},
    {Role::Selection, 0xffe7f0fb, 0xff1d3247},     {Role::Stable, 0xff2b6793, 0xff6fb3e0},
    {Role::Control, 0xff6f7b88, 0xff93a0ad},       {Role::Candidate, 0xffa64c07, 0xfff0994a},
    {Role::StableTint, 0xffe8f1f8, 0xff1b2f3f},    {Role::ControlTint, 0xfff1f3f5, 0xff262d35},
    {Role::CandidateTint, 0xfffdf1e6, 0xff3a2818}, {Role::Good, 0xff157340, 0xff5ecb8f},
    {Role::Warning, 0xff7d5800, 0xffe6bb4d},       {Role::Harm, 0xffc4261d, 0xffff6b61},
    {Role::GoodTint, 0xffe6f4ec, 0xff17301f},      {Role::WarningTint, 0xfffff5d9, 0xff3a3017},
    {Role::HarmTint, 0xfffdeceb, 0xff43201e},      {Role::AddedLine, 0xffddf4e4, 0xff173527},
    {Role::AddedWord, 0xffa9e2bd, 0xff2a6b48},     {Role::RemovedLine, 0xfffde4e2, 0xff43201e},
    {Role::RemovedWord, 0xfff7b5b0, 0xff8a3a34},   {Role::Danger, 0xffc4261d, 0xffc4261d},
    {Role::OnDanger, 0xffffffff, 0xffffffff},      {Role::Production, 0xff6d3bb0, 0xffc3a1f5},
}};

constexpr double kBodyPoints = 9.75; // 13 px at 96 dpi
constexpr double kBodyPixels = 13.0;

/// Desktops call 9 to 11 points normal: that is our 100 %. Larger and smaller wishes are kept in
/// proportion.
double wishedScale(const QFont& system)
{
    const double points =
        system.pointSizeF() > 0 ? system.pointSizeF() : QFontInfo(system).pointSizeF();
    if (QGuiApplication::platformName() == QLatin1String("offscreen") ||
        (points >= 9.0 && points <= 11.0)) {
        return 1.0;
    }
    return std::clamp(points / 10.0, 0.8, 2.5);
}

QString firstFamily(std::initializer_list<const char*> wanted, const QString& otherwise)
{
    const QStringList present = QFontDatabase::families();
    for (const char* name : wanted) {
        if (const QString family = QString::fromLatin1(name); present.contains(family)) {
            return family;
        }
    }
    return otherwise;
}

} // namespace

Theme::Theme(QApplication& application, Mode mode)
    : m_application(application)
    , m_mode(mode)
{
    sluiceInitIcons();
    m_systemDark = isDark(QGuiApplication::palette());
    m_base = application.font();
    const double scale = wishedScale(m_base);
    m_base.setFamily(firstFamily({"Inter", "Inter Variable"}, m_base.family()));
    m_base.setPointSizeF(kBodyPoints * scale);
    m_base.setHintingPreference(QFont::PreferVerticalHinting);
    m_mono = firstFamily({"JetBrains Mono"},
                         QFontDatabase::systemFont(QFontDatabase::FixedFont).family());
    m_unit = 4.0 * QFontInfo(m_base).pixelSize() / kBodyPixels;
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setFont(m_base);
    apply();
    application.installEventFilter(this);
}

Theme::~Theme() = default;

bool Theme::isDark(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() <
           palette.color(QPalette::WindowText).lightness();
}

QColor Theme::color(Role role) const
{
    const Pair& pair = kColors.at(static_cast<std::size_t>(role));
    return QColor::fromRgba(m_dark ? pair.dark : pair.light);
}

QFont Theme::font(TextStyle style) const
{
    QFont font = m_base;
    const double body = m_base.pointSizeF();
    switch (style) {
    case TextStyle::Body:
        break;
    case TextStyle::Strong:
        font.setWeight(QFont::DemiBold);
        break;
    case TextStyle::Heading:
        font.setPointSizeF(body * 18.0 / kBodyPixels);
        font.setWeight(QFont::DemiBold);
        break;
    case TextStyle::Secondary:
        font.setPointSizeF(body * 11.5 / kBodyPixels);
        break;
    case TextStyle::Small:
        font.setPointSizeF(body * 11.0 / kBodyPixels);
        font.setWeight(QFont::Medium);
        break;
    case TextStyle::Mono:
        font.setFamily(m_mono);
        font.setFixedPitch(true);
        font.setPointSizeF(body * 12.0 / kBodyPixels);
        break;
    }
    return font;
}

QIcon Theme::icon(const QString& name, Role role) const
{
    const QColor off = color(Role::Tertiary);
    return QIcon(
        new IconEngine(name, color(role), QColor(off.red(), off.green(), off.blue(), 120)));
}

int Theme::grid(int steps) const noexcept
{
    return qRound(m_unit * steps);
}

void Theme::setMode(Mode mode)
{
    if (mode != m_mode) {
        m_mode = mode;
        apply();
    }
}

bool Theme::eventFilter(QObject* watched, QEvent* event)
{
    if (!m_applying) {
        if (event->type() == QEvent::ThemeChange) {
            followSystem();
        } else if (event->type() == QEvent::ApplicationPaletteChange && watched == &m_application &&
                   QGuiApplication::palette().color(QPalette::Window) != color(Role::Window)) {
            m_systemDark =
                isDark(QGuiApplication::palette()); // somebody else set a palette: follow it
            apply();
        }
    }
    return QObject::eventFilter(watched, event);
}

void Theme::followSystem()
{
    m_applying = true;
    QGuiApplication::setPalette(QPalette()); // takes ours off, so that the desktop's shows
    m_systemDark = isDark(QGuiApplication::palette());
    m_applying = false;
    apply();
}

void Theme::apply()
{
    m_applying = true;
    m_dark = m_mode == Mode::Dark || (m_mode == Mode::System && m_systemDark);
    // A new folder each time: Qt caches what it loaded under a name.
    auto art = std::make_unique<QTemporaryDir>();
    QApplication::setPalette(makePalette(*this));
    m_application.setStyleSheet(makeStyleSheet(*this, art->isValid() ? art->path() : QString()));
    m_art = std::move(art);
    m_applying = false;
    Q_EMIT changed();
}

} // namespace sluice::ui
