// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>

class QApplication;

namespace sluice::ui {

/// Colours by what they mean; values of both themes stand in theme.cpp alone (design: console.md, Look).
enum class Role {
    Window, Panel, Line,
    Text, Secondary, Tertiary,
    Accent, OnAccent, Selection,
    Stable, Control, Candidate,             ///< of arms: charts, chips, split bars
    StableTint, ControlTint, CandidateTint, ///< chip backgrounds
    Good, Warning, Harm, GoodTint, WarningTint, HarmTint,
    AddedLine, AddedWord, RemovedLine, RemovedWord,
};

enum class TextStyle { Body, Strong, Heading, Secondary, Small, Mono };

/// The console's look: palette, fonts, icons. One object, made by app/console after QApplication and handed to
/// whoever paints; GUI thread only. Sizes derive from the application font, so they scale with it.
class Theme final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Theme)

public:
    enum class Mode { System, Light, Dark };

    explicit Theme(QApplication& application, Mode mode = Mode::System);

    [[nodiscard]] bool dark() const noexcept { return m_dark; }
    [[nodiscard]] QColor color(Role role) const;
    [[nodiscard]] QFont font(TextStyle style) const;
    /// A monochrome icon of resources/icons tinted for the theme, disabled state included.
    [[nodiscard]] QIcon icon(const QString& name, Role role = Role::Secondary) const;
    /// `steps` of the four-pixel grid at the present scale.
    [[nodiscard]] int grid(int steps) const noexcept;
    void setMode(Mode mode);

Q_SIGNALS:
    void changed();

private:
    void apply();

    QApplication& m_application;
    Mode m_mode;
    bool m_dark = false;
};

} // namespace sluice::ui
