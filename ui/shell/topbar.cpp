// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/topbar.h"

#include "ui/shell/enginewatch.h"
#include "ui/shell/rollbacktext.h"
#include "ui/theme/variant.h"
#include "ui/widgets/holdbutton.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace sluice::ui {

TopBar::TopBar(const Theme& theme, EngineWatch& watch, int brandWidth, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_watch(watch)
    , m_production(new QLabel(this))
    , m_simulated(new QLabel(tr("SIMULATED"), this))
    , m_locked(new QPushButton(tr("READ-ONLY"), this))
    , m_command(new QPushButton(this))
    , m_next(new QLabel(this))
    , m_red(new HoldButton(theme, watch.plane().clock(), HoldButton::Look::Solid, this))
{
    setObjectName(QStringLiteral("topBar"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(theme.grid(3) + 2, theme.grid(1) + 2, theme.grid(3) + 2,
                            theme.grid(1) + 3);
    row->setSpacing(theme.grid(3));
    auto* brand = new QLabel(QStringLiteral("Sluice"), this);
    setVariant(*brand, "type", "brand");
    brand->setMinimumWidth(brandWidth - theme.grid(6));
    m_production->setObjectName(QStringLiteral("productionBadge"));
    setVariant(*m_simulated, "badge", "simulated");
    m_simulated->setObjectName(QStringLiteral("simulatedBadge"));
    m_simulated->setToolTip(
        tr("At least one provider is simulated: answers, latencies and prices are invented."));
    for (QLabel* badge : {m_production, m_simulated}) {
        badge->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    setVariant(*m_locked, "kind", "locked");
    m_locked->setObjectName(QStringLiteral("readOnlyBadge"));
    m_locked->setToolTip(tr("Changes are locked. Click or press Ctrl+L to unlock."));
    setVariant(*m_command, "kind", "command");
    m_command->setObjectName(QStringLiteral("commandField"));
    m_command->setAccessibleName(tr("Go to or do anything"));
    m_command->setText(tr("Go to or do anything"));
    m_command->setMinimumWidth(theme.grid(44));
    m_command->setMaximumWidth(theme.grid(90));
    m_command->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* inField = new QHBoxLayout(m_command);
    inField->setContentsMargins(0, 0, theme.grid(2), 0);
    auto* keys = new QLabel(tr("Ctrl K"), m_command);
    keys->setAttribute(Qt::WA_TransparentForMouseEvents);
    keys->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setVariant(*keys, "key", "true");
    inField->addStretch(1);
    inField->addWidget(keys);
    m_next->setObjectName(QStringLiteral("nextLine"));
    m_next->setTextFormat(Qt::RichText);
    m_next->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_next->installEventFilter(this);
    m_red->setObjectName(QStringLiteral("redButton"));
    m_red->setText(tr("Roll back"));
    row->addWidget(brand);
    row->addWidget(m_production);
    row->addWidget(m_simulated);
    row->addWidget(m_locked);
    row->addWidget(m_command, 3);
    row->addWidget(m_next, 5);
    row->addWidget(m_red);
    m_locked->setVisible(watch.plane().readOnly());
    connect(m_command, &QPushButton::clicked, this, &TopBar::paletteAsked);
    connect(m_locked, &QPushButton::clicked, this, &TopBar::unlockAsked);
    connect(&watch.plane(), &Plane::readOnlyChanged, m_locked, &QWidget::setVisible);
    connect(&watch, &EngineWatch::fleetChanged, this, &TopBar::showFleet);
    connect(&watch, &EngineWatch::routesChanged, this, &TopBar::showNext);
    connect(&theme, &Theme::changed, this, &TopBar::showNext);
    showFleet();
    showNext();
}

void TopBar::showFleet()
{
    const QString name = m_watch.fleetName();
    const bool production = m_watch.production();
    m_production->setVisible(production || !name.isEmpty());
    m_production->setText(!production      ? name
                          : name.isEmpty() ? tr("PROD")
                                           : tr("PROD  %1").arg(name));
    m_production->setToolTip(production ? tr("This engine serves production traffic.")
                                        : tr("What this engine is called; not production."));
    setVariant(*m_production, "badge", production ? "prod" : "plain");
    if (production != m_accent) {
        m_accent = production;
        update();
    }
    m_simulated->setVisible(m_watch.simulated());
}

void TopBar::showNext()
{
    if (!m_watch.routes().is_array()) {
        m_next->clear();
        return;
    }
    const RollbackText::Next next = RollbackText::next(m_watch.routes());
    const QString soft = m_theme.color(Role::Secondary).name();
    // Elided by hand: rich text labels do not, and a clipped half word looks broken.
    const QFontMetrics body(m_theme.font(TextStyle::Body));
    const QFontMetrics strong(m_theme.font(TextStyle::Strong));
    const QString label = tr("next:");
    const int room = m_next->width() - body.horizontalAdvance(label) -
                     2 * body.horizontalAdvance(QLatin1Char(' '));
    const QString head = strong.elidedText(next.strong, Qt::ElideRight, room);
    const QString tail = body.elidedText(next.rest, Qt::ElideRight,
                                         std::max(0, room - strong.horizontalAdvance(head)));
    m_next->setText(
        QStringLiteral("<span style='color:%1'>%2</span> <span style='font-weight:600'>%3</span> "
                       "<span style='color:%1'>%4</span>")
            .arg(soft, label.toHtmlEscaped(), head.toHtmlEscaped(), tail.toHtmlEscaped()));
    m_next->setToolTip(tr("next: %1, %2").arg(next.strong, next.rest));
}

bool TopBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_next && event->type() == QEvent::Resize) {
        showNext(); // elides anew, also when a badge appears beside it
    }
    return QFrame::eventFilter(watched, event);
}

void TopBar::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::Panel));
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_theme.color(Role::Line));
    if (m_accent) {
        painter.fillRect(QRect(0, 0, width(), m_theme.grid(1) - 1),
                         m_theme.color(Role::Production));
    }
}

} // namespace sluice::ui
