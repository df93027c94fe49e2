// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>

#include <memory>

class QApplication;
class QPalette;
class QTemporaryDir;

namespace sluice::ui {

/// Colours by what they mean; values of both themes stand in theme.cpp alone (design: console.md,
/// Look).
enum class Role
{
    Window,
    Panel,
    Line,
    Text,
    Secondary,
    Tertiary,
    Accent,
    OnAccent,
    Selection,
    Stable,
    Control,
    Candidate, ///< of arms: charts, chips, split bars
    StableTint,
    ControlTint,
    CandidateTint, ///< chip backgrounds
    Good,
    Warning,
    Harm,
    GoodTint,
    WarningTint,
    HarmTint,
    AddedLine,
    AddedWord,
    RemovedLine,
    RemovedWord,
    Danger,
    OnDanger,   ///< the red button's face and what stands on it
    Production, ///< the window's own accent where people depend on the engine
};

enum class TextStyle
{
    Body,
    Strong,
    Heading,
    Secondary,
    Small,
    Mono
};

/// The console's look: palette, style sheet, fonts, icons. One object, made by app/console after
/// QApplication and handed to whoever paints; GUI thread only. Sizes derive from the application
/// font, so they scale with it.
class Theme final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Theme)

public:
    enum class Mode
    {
        System,
        Light,
        Dark
    };

    explicit Theme(QApplication& application, Mode mode = Mode::System);
    ~Theme() override;

    [[nodiscard]] bool dark() const noexcept { return m_dark; }
    [[nodiscard]] Mode mode() const noexcept { return m_mode; }
    [[nodiscard]] QColor color(Role role) const;
    [[nodiscard]] QFont font(TextStyle style) const;
    /// A monochrome icon of resources/icons tinted for the theme, disabled state included.
    /// Icons made before changed() keep their tint: make them anew then.
    [[nodiscard]] QIcon icon(const QString& name, Role role = Role::Secondary) const;
    /// `steps` of the four-pixel grid at the present scale.
    [[nodiscard]] int grid(int steps) const noexcept;
    void setMode(Mode mode);

    /// Whether a palette is a dark one: what decides between the themes in Mode::System.
    [[nodiscard]] static bool isDark(const QPalette& palette);

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void apply();
    void followSystem();

    QApplication& m_application;
    Mode m_mode;
    bool m_dark = false;
    bool m_systemDark = false;
    bool m_applying = false;
    QFont m_base;                         ///< body text
    QString m_mono;                       ///< family of TextStyle::Mono
    double m_unit = 4.0;                  ///< one grid step in logical pixels
    std::unique_ptr<QTemporaryDir> m_art; ///< tinted glyphs that the style sheet names
};

} // namespace sluice::ui
