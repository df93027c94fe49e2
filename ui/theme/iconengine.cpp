// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/iconengine.h"

#include <QFile>
#include <QPainter>
#include <QPixmap>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace sluice::ui {

IconEngine::IconEngine(QString name, QColor on, QColor off)
    : m_name(std::move(name))
    , m_on(on)
    , m_off(off)
{
}

QByteArray IconEngine::tinted(const QString& name, const QColor& color)
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return {}; // an unknown icon paints nothing; tst_theme asks for each one by name
    }
    return file.readAll().replace("currentColor", color.name(QColor::HexRgb).toLatin1());
}

void IconEngine::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state)
{
    const qreal ratio = painter->device() != nullptr ? painter->device()->devicePixelRatioF() : 1.0;
    QPixmap drawn = pixmap(rect.size() * ratio, mode, state);
    drawn.setDevicePixelRatio(ratio);
    painter->drawPixmap(rect.topLeft(), drawn);
}

QPixmap IconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State /*state*/)
{
    const QColor color = mode == QIcon::Disabled ? m_off : m_on;
    const QString key = QStringLiteral("sluice/%1/%2/%3x%4")
                            .arg(m_name)
                            .arg(color.rgba())
                            .arg(size.width())
                            .arg(size.height());
    QPixmap drawn;
    if (QPixmapCache::find(key, &drawn)) {
        return drawn;
    }
    drawn = QPixmap(size);
    drawn.fill(Qt::transparent);
    QSvgRenderer renderer(tinted(m_name, color));
    QPainter painter(&drawn);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(color.alphaF());
    const int side = std::min(size.width(), size.height());
    renderer.render(&painter,
                    QRectF((size.width() - side) / 2.0, (size.height() - side) / 2.0, side, side));
    painter.end();
    QPixmapCache::insert(key, drawn);
    return drawn;
}

QIconEngine* IconEngine::clone() const
{
    return new IconEngine(*this);
}

} // namespace sluice::ui
