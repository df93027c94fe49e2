// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIconEngine>
#include <QString>

namespace sluice::ui {

/// Draws one of resources/icons in one colour, at any size and device pixel ratio. Disabled icons
/// use `off`. GUI thread; owned by the QIcon it is given to.
class IconEngine final : public QIconEngine
{
public:
    IconEngine(QString name, QColor on, QColor off);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    [[nodiscard]] QIconEngine* clone() const override;

    /// The SVG text of an icon with its strokes in `color`: for style sheets, which take files
    /// only.
    static QByteArray tinted(const QString& name, const QColor& color);

private:
    QString m_name;
    QColor m_on;
    QColor m_off;
};

} // namespace sluice::ui
