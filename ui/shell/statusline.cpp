// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/statusline.h"

#include "ui/models/format.h"
#include "ui/shell/enginewatch.h"
#include "ui/theme/variant.h"
#include "ui/widgets/numberlabel.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

namespace sluice::ui {

namespace {

/// A disc when all is well, a ring with a bar when not: not by colour alone.
class Dot final : public QWidget
{
public:
    Dot(const Theme& theme, QWidget* parent)
        : QWidget(parent)
        , m_theme(theme)
    {
        setFixedSize(theme.grid(2), theme.grid(2));
    }
    void set(LiveQuery::State state)
    {
        m_state = state;
        update();
    }

protected:
    void paintEvent(QPaintEvent* /*event*/) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
        if (m_state == LiveQuery::State::Data) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_theme.color(Role::Good));
            painter.drawEllipse(box);
        } else if (m_state == LiveQuery::State::Loading) {
            painter.setPen(QPen(m_theme.color(Role::Tertiary), 1.5));
            painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5));
        } else {
            painter.setPen(QPen(m_theme.color(Role::Harm), 1.8));
            painter.drawLine(box.topLeft(), box.bottomRight());
            painter.drawLine(box.topRight(), box.bottomLeft());
        }
    }

private:
    const Theme& m_theme;
    LiveQuery::State m_state = LiveQuery::State::Loading;
};

} // namespace

StatusLine::StatusLine(const Theme& theme, EngineWatch& watch, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_watch(watch)
    , m_dot(new Dot(theme, this))
    , m_engine(part("statusEngine"))
    , m_latency(part("statusLatency"))
    , m_revision(part("statusRevision"))
    , m_rate(part("statusRate"))
    , m_event(part("statusEvent"))
    , m_queue(part("statusQueue"))
    , m_dropped(part("statusDropped"))
    , m_zone(new QPushButton(this))
{
    setObjectName(QStringLiteral("statusLine"));
    setFixedHeight(theme.grid(6) + 2);
    setCursor(Qt::PointingHandCursor);
    setToolTip(tr("Click for the engine's detail"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(theme.grid(3) + 2, 1, theme.grid(3), 0);
    row->setSpacing(theme.grid(4) + 2);
    auto* engine = new QHBoxLayout;
    engine->setSpacing(theme.grid(1) + 1);
    engine->addWidget(m_dot);
    engine->addWidget(m_engine);
    row->addLayout(engine);
    for (NumberLabel* one : {m_latency, m_revision, m_rate, m_event, m_queue, m_dropped}) {
        row->addWidget(one);
    }
    row->addStretch(1);
    m_zone->setObjectName(QStringLiteral("statusZone"));
    setVariant(*m_zone, "kind", "status");
    connect(m_zone, &QPushButton::clicked, this, &StatusLine::zoneAsked);
    row->addWidget(m_zone);
    auto* help = new QPushButton(QStringLiteral("?"), this);
    help->setObjectName(QStringLiteral("keysButton"));
    help->setAccessibleName(tr("Keys of this view"));
    help->setToolTip(tr("Keys of this view (?)"));
    setVariant(*help, "kind", "key");
    row->addWidget(help);
    connect(help, &QPushButton::clicked, this, &StatusLine::keysAsked);
    connect(&watch, &EngineWatch::fleetChanged, this, &StatusLine::refresh);
    connect(&m_second, &QTimer::timeout, this, &StatusLine::refresh);
    m_second.start(std::chrono::seconds(1)); // ages grow while nothing arrives
    refresh();
}

NumberLabel* StatusLine::part(const char* name)
{
    auto* label = new NumberLabel(m_theme, TextStyle::Secondary, Role::Secondary, this);
    label->setObjectName(QLatin1String(name));
    label->setAttribute(Qt::WA_TransparentForMouseEvents);
    return label;
}

void StatusLine::refresh()
{
    const LiveQuery& fleet = m_watch.fleet();
    const Json& status = fleet.value();
    static_cast<Dot*>(m_dot)->set(fleet.state());
    const bool lost =
        fleet.state() == LiveQuery::State::Stale || fleet.state() == LiveQuery::State::Error;
    m_engine->setRole(lost ? Role::Harm : Role::Secondary);
    if (fleet.state() == LiveQuery::State::Loading) {
        m_engine->setText(tr("engine is starting\u2026"));
    } else if (lost) {
        QString text = fleet.age()
                           ? tr("no answer, values are from %1").arg(format::age(*fleet.age()))
                           : tr("no answer from the engine");
        if (const auto wait = fleet.retryIn()) {
            text += tr(", next attempt in %1").arg(format::duration(*wait));
        }
        m_engine->setText(text);
    } else {
        m_engine->setText(read::text(status, "engine") == QLatin1String("embedded")
                              ? tr("embedded engine")
                              : tr("engine at %1").arg(read::text(status, "admin")));
    }
    const bool known = status.is_object();
    for (NumberLabel* one : {m_latency, m_revision, m_rate, m_event, m_queue, m_dropped}) {
        one->setVisible(known);
    }
    if (known) {
        m_latency->setText(
            tr("answers in %1")
                .arg(format::micros(static_cast<double>(fleet.roundTrip().count()))));
        m_latency->setVisible(fleet.roundTrip().count() > 0);
        m_revision->setText(tr("revision %1").arg(read::integer(status, "revision").value_or(0)));
        m_rate->setText(
            format::perMinute(read::number(status, "requests_per_minute").value_or(0.0)));
        const auto since = m_watch.sinceLastEvent();
        m_event->setText(since ? tr("last event %1").arg(format::age(*since)) : tr("no event yet"));
        m_queue->setText(
            tr("queue %1")
                .arg(format::count(static_cast<double>(
                    read::integer(read::child(status, "queue"), "depth").value_or(0)))));
        const auto dropped = read::integer(status, "dropped").value_or(0);
        m_dropped->setText(tr("dropped %1").arg(format::count(static_cast<double>(dropped))));
        m_dropped->setRole(dropped > 0 ? Role::Warning : Role::Secondary);
    }
    showZone();
}

void StatusLine::showZone()
{
    const bool utc = format::zone() == format::Zone::Utc;
    m_zone->setText(format::zoneName());
    m_zone->setToolTip(utc ? tr("Every time shown is UTC. Click for local time.")
                           : tr("Every time shown is local (%1). Click for UTC.")
                                 .arg(QDateTime::currentDateTime().timeZoneAbbreviation()));
}

void StatusLine::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LocaleChange) {
        showZone();
    }
}

void StatusLine::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::Panel));
    painter.fillRect(QRect(0, 0, width(), 1), m_theme.color(Role::Line));
}

void StatusLine::mouseReleaseEvent(QMouseEvent* /*event*/)
{
    Q_EMIT detailAsked();
}

} // namespace sluice::ui
