// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/stylesheet.h"

#include "ui/theme/iconengine.h"
#include "ui/theme/theme.h"

#include <QFile>
#include <QFontInfo>
#include <QRegularExpression>

namespace sluice::ui {

namespace {

QColor mix(const QColor& a, const QColor& b, double share)
{
    return QColor::fromRgbF(static_cast<float>(a.redF() * (1 - share) + b.redF() * share),
                            static_cast<float>(a.greenF() * (1 - share) + b.greenF() * share),
                            static_cast<float>(a.blueF() * (1 - share) + b.blueF() * share));
}

void addColors(QHash<QString, QString>& values, const Theme& theme)
{
    const std::pair<const char*, Role> roles[] = {
        {"window", Role::Window},
        {"panel", Role::Panel},
        {"line", Role::Line},
        {"text", Role::Text},
        {"secondary", Role::Secondary},
        {"tertiary", Role::Tertiary},
        {"accent", Role::Accent},
        {"onAccent", Role::OnAccent},
        {"selection", Role::Selection},
        {"stable", Role::Stable},
        {"control", Role::Control},
        {"candidate", Role::Candidate},
        {"good", Role::Good},
        {"warning", Role::Warning},
        {"harm", Role::Harm},
        {"harmTint", Role::HarmTint},
        {"danger", Role::Danger},
        {"onDanger", Role::OnDanger},
        {"warningTint", Role::WarningTint},
        {"production", Role::Production},
        {"addedLine", Role::AddedLine},
        {"removedLine", Role::RemovedLine},
    };
    for (const auto& [name, role] : roles) {
        values.insert(QLatin1String(name), theme.color(role).name());
    }
    const QColor panel = theme.color(Role::Panel);
    const QColor text = theme.color(Role::Text);
    values.insert(QStringLiteral("hover"), mix(panel, text, 0.05).name());
    values.insert(QStringLiteral("pressed"), mix(panel, text, 0.11).name());
    values.insert(QStringLiteral("edge"),
                  mix(theme.color(Role::Line), theme.color(Role::Tertiary), 0.25).name());
    values.insert(QStringLiteral("handle"), mix(panel, theme.color(Role::Tertiary), 0.45).name());
    values.insert(QStringLiteral("accentHover"), mix(theme.color(Role::Accent), text, 0.12).name());
    values.insert(QStringLiteral("accentPressed"),
                  mix(theme.color(Role::Accent), text, 0.24).name());
    values.insert(QStringLiteral("dangerHover"),
                  mix(theme.color(Role::Danger), QColor(Qt::black), 0.10).name());
}

void addFonts(QHash<QString, QString>& values, const Theme& theme)
{
    const auto rule = [](const QFont& font) {
        return QStringLiteral("font-family:\"%1\";font-size:%2pt;font-weight:%3")
            .arg(font.family())
            .arg(font.pointSizeF(), 0, 'f', 3)
            .arg(static_cast<int>(font.weight()));
    };
    const std::pair<const char*, TextStyle> styles[] = {
        {"body", TextStyle::Body},       {"strong", TextStyle::Strong},
        {"heading", TextStyle::Heading}, {"secondarySize", TextStyle::Secondary},
        {"small", TextStyle::Small},     {"mono", TextStyle::Mono},
    };
    for (const auto& [name, style] : styles) {
        values.insert(QLatin1String(name), rule(theme.font(style)));
    }
    QFont brand = theme.font(TextStyle::Strong);
    brand.setPointSizeF(brand.pointSizeF() * 14.0 / 13.0);
    values.insert(QStringLiteral("brand"), rule(brand));
    QFont keys = theme.font(TextStyle::Mono);
    keys.setPointSizeF(theme.font(TextStyle::Small).pointSizeF() * 10.5 / 11.0);
    values.insert(QStringLiteral("keys"), rule(keys));
}

void addArt(QHash<QString, QString>& values, const Theme& theme, const QString& folder)
{
    const std::tuple<const char*, const char*, Role> art[] = {
        {"artDown", "chevron-down", Role::Secondary},   {"artUp", "chevron-up", Role::Secondary},
        {"artRight", "chevron-right", Role::Secondary}, {"artCheck", "check", Role::OnAccent},
        {"artDownOff", "chevron-down", Role::Line},
    };
    for (const auto& [name, icon, role] : art) {
        QString rule = QStringLiteral("none");
        if (!folder.isEmpty()) {
            QFile file(folder + QLatin1Char('/') + QLatin1String(name) + QLatin1String(".svg"));
            if (file.open(QIODevice::WriteOnly)) {
                file.write(IconEngine::tinted(QLatin1String(icon), theme.color(role)));
                rule = QStringLiteral("url(%1)").arg(file.fileName());
            }
        }
        values.insert(QLatin1String(name), rule);
    }
}

/// Replaces @name by its value and @4, @12 … by that many pixels at 100 %, scaled with the font.
QString fill(const QString& sheet, const QHash<QString, QString>& values, const Theme& theme)
{
    static const QRegularExpression kToken(QStringLiteral("@([A-Za-z]+|[0-9]+)"));
    QString out;
    out.reserve(sheet.size() * 2);
    qsizetype from = 0;
    auto matches = kToken.globalMatch(sheet);
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        out += QStringView(sheet).mid(from, match.capturedStart() - from);
        const QString name = match.captured(1);
        if (name.at(0).isDigit()) {
            const double pixels = name.toInt() * theme.grid(16) / 64.0;
            out += QString::number(std::max(1, qRound(pixels))) + QLatin1String("px");
        } else {
            Q_ASSERT(values.contains(name));
            out += values.value(name);
        }
        from = match.capturedEnd();
    }
    out += QStringView(sheet).mid(from);
    return out;
}

} // namespace

QPalette makePalette(const Theme& theme)
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, Role ours) {
        palette.setColor(role, theme.color(ours));
    };
    set(QPalette::Window, Role::Window);
    set(QPalette::WindowText, Role::Text);
    set(QPalette::Base, Role::Panel);
    set(QPalette::AlternateBase, Role::Window);
    set(QPalette::Text, Role::Text);
    set(QPalette::Button, Role::Panel);
    set(QPalette::ButtonText, Role::Text);
    set(QPalette::BrightText, Role::OnDanger);
    set(QPalette::PlaceholderText, Role::Tertiary);
    set(QPalette::Highlight, Role::Selection);
    set(QPalette::HighlightedText, Role::Text);
    set(QPalette::ToolTipBase, Role::Panel);
    set(QPalette::ToolTipText, Role::Text);
    set(QPalette::Link, Role::Accent);
    set(QPalette::LinkVisited, Role::Accent);
    set(QPalette::Light, Role::Panel);
    set(QPalette::Midlight, Role::Line);
    set(QPalette::Mid, Role::Line);
    set(QPalette::Dark, Role::Tertiary);
    set(QPalette::Shadow, Role::Line);
    for (const QPalette::ColorRole role :
         {QPalette::Text, QPalette::WindowText, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, theme.color(Role::Tertiary));
    }
    return palette;
}

QString makeStyleSheet(const Theme& theme, const QString& artFolder)
{
    QFile file(QStringLiteral(":/theme/console.qss"));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QHash<QString, QString> values;
    addColors(values, theme);
    addFonts(values, theme);
    addArt(values, theme, artFolder);
    return fill(QString::fromUtf8(file.readAll()), values, theme);
}

} // namespace sluice::ui
