// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

class QPainter;

namespace sluice::ui {

/// What a chip speaks of; decides colour, and for states the mark before the text (never colour
/// alone).
enum class ChipKind
{
    Stable,
    Control,
    Candidate,
    Good,
    Warning,
    Harm,
    Unknown,
    Plain
};

/// Painting shared by the widget and by table delegates.
namespace chip {

/// Size of a chip in logical pixels.
QSizeF size(const Theme& theme, ChipKind kind, const QString& text, const QString& mono = {});
/// Paints into `rect` (usually of size()), text elided if need be. `mono` follows in the code font.
void paint(QPainter& painter, const QRectF& rect, const Theme& theme, ChipKind kind,
           const QString& text, const QString& mono = {});

} // namespace chip

/// A pill with a word: an arm, a unit, a state.
class Chip final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Chip)

public:
    explicit Chip(const Theme& theme, ChipKind kind = ChipKind::Plain, const QString& text = {},
                  QWidget* parent = nullptr);

    void set(ChipKind kind, const QString& text, const QString& mono = {});
    [[nodiscard]] const QString& text() const noexcept { return m_text; }
    [[nodiscard]] ChipKind kind() const noexcept { return m_kind; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    ChipKind m_kind;
    QString m_text;
    QString m_mono;
};

} // namespace sluice::ui
