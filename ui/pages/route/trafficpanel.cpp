// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/trafficpanel.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/flowlayout.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/route/routeeditor.h"
#include "ui/pages/route/testerbox.h"
#include "ui/theme/variant.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/percentspin.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>

#include <cmath>

namespace sluice::ui {

namespace {
constexpr int kSteps = 10000; ///< of the slider: 0.01 % each
constexpr int kDebounceMs = 150;
} // namespace

TrafficPanel::TrafficPanel(const Theme& theme, Plane& plane, RouteEditor& editor, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_editor(editor)
    , m_panel(new Panel(theme, tr("Traffic")))
    , m_slider(new QSlider(Qt::Horizontal))
    , m_spin(new PercentSpin)
    , m_hint(makeParagraph({}, "secondary"))
    , m_confirm(new ConfirmBox(theme, QStringLiteral("traffic.apply")))
    , m_tester(new TesterBox(theme, plane))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_panel);
    buildSlider();
    m_panel->body()->addWidget(m_hint);
    m_panel->body()->addWidget(m_confirm);
    buildRules();
    m_panel->body()->addWidget(m_tester);
    m_panel->body()->addStretch(1);
    m_tester->hide();
    m_debounce.setSingleShot(true);
    m_debounce.setInterval(kDebounceMs);
    connect(&m_debounce, &QTimer::timeout, this, &TrafficPanel::askPreview);
    connect(m_confirm, &ConfirmBox::confirmed, this, &TrafficPanel::apply);
    connect(m_confirm, &ConfirmBox::cancelled, this, &TrafficPanel::reset);
    connect(&editor, &RouteEditor::busyChanged, m_confirm, &ConfirmBox::setBusy);
    connect(&plane, &Plane::readOnlyChanged, this, &TrafficPanel::updateEnabled);
}

void TrafficPanel::buildSlider()
{
    auto* row = new QHBoxLayout;
    row->setSpacing(m_theme.grid(4));
    m_slider->setObjectName(QStringLiteral("traffic.slider"));
    m_slider->setAccessibleName(tr("Candidate's share of traffic"));
    m_slider->setRange(0, kSteps);
    m_slider->setSingleStep(1);
    m_slider->setMinimumHeight(m_theme.grid(6)); // the handle is higher than its groove
    m_slider->setPageStep(kSteps / 100);
    m_spin->setObjectName(QStringLiteral("traffic.percent"));
    m_spin->setAccessibleName(tr("Candidate's share in per cent"));
    row->addWidget(m_slider, 1);
    row->addWidget(m_spin);
    m_panel->body()->addLayout(row);
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) { choose(value / 100.0); });
    connect(m_spin, &QDoubleSpinBox::valueChanged, this, [this](double value) { choose(value); });
}

void TrafficPanel::buildRules()
{
    m_rules = new FlowLayout(m_theme.grid(2));
    m_edit = new QPushButton(tr("Edit rules…"));
    m_edit->setObjectName(QStringLiteral("traffic.rules"));
    m_edit->setToolTip(tr("Rules, allow list, and what is bucketed by"));
    setVariant(*m_edit, "kind", "link");
    connect(m_edit, &QPushButton::clicked, this, &TrafficPanel::targetingWanted);
    m_test = new QPushButton(tr("Test a user…"));
    m_test->setObjectName(QStringLiteral("traffic.test"));
    setVariant(*m_test, "kind", "link");
    m_panel->body()->addLayout(m_rules);
    connect(m_test, &QPushButton::clicked, this, [this] {
        m_tester->setVisible(m_tester->isHidden());
        if (m_tester->isVisible()) {
            m_tester->begin();
        }
    });
}

void TrafficPanel::refresh()
{
    const RouteFacts& route = m_editor.facts();
    m_panel->setSubtitle(route.bucketBy.isEmpty()
                             ? tr("not bucketed")
                             : tr("bucketed by %1, salted by route").arg(route.bucketBy));
    if (route.name != m_shownRoute) {
        m_shownRoute = route.name;
        m_tester->setRoute(route.name);
        reset();
    } else if (!m_editing) {
        reset();
    }
    showRules();
    updateEnabled();
}

void TrafficPanel::reset()
{
    m_editing = false;
    m_debounce.stop();
    ++m_question;
    m_editor.release(*this);
    m_wanted = m_editor.facts().percent;
    const QSignalBlocker sliderBlocker(m_slider);
    const QSignalBlocker spinBlocker(m_spin);
    m_slider->setValue(static_cast<int>(std::lround(m_wanted * 100)));
    m_spin->setValue(m_wanted);
    m_confirm->closeBox();
    m_hint->show();
}

void TrafficPanel::updateEnabled()
{
    const RouteFacts& route = m_editor.facts();
    QString why = m_plane.whyNot("routes.put");
    QString hint = tr("Drag or type to see who would move. Nothing changes until you apply it.");
    if (route.killed) {
        why = hint = tr("Rolled back: acknowledge it above before rolling forward again.");
    } else if (!route.hasCandidate()) {
        why = hint = tr("No candidate: choose one under Units, below.");
    }
    for (QWidget* widget : {static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_spin)}) {
        widget->setEnabled(why.isEmpty());
        widget->setToolTip(why);
    }
    m_hint->setText(hint.toHtmlEscaped());
}

void TrafficPanel::showRules()
{
    while (QLayoutItem* item = m_rules->takeAt(0)) {
        if (item->widget() != nullptr && item->widget() != m_test && item->widget() != m_edit) {
            item->widget()->deleteLater();
        }
        delete item;
    }
    const RouteFacts& route = m_editor.facts();
    for (const RuleFacts& rule : route.rules) {
        m_rules->addWidget(
            new Chip(m_theme, ChipKind::Plain, rule.text + QStringLiteral(" → ") + rule.arm));
    }
    if (route.allowed > 0) {
        m_rules->addWidget(
            new Chip(m_theme, ChipKind::Plain,
                     tr("allow list of %1 → candidate").arg(format::count(route.allowed))));
    }
    if (route.rules.empty() && route.allowed == 0) {
        m_rules->addWidget(makeLabel(tr("No targeting rules."), "", "secondary"));
    }
    m_rules->addWidget(m_edit);
    m_rules->addWidget(m_test);
}

void TrafficPanel::choose(double percent)
{
    const QSignalBlocker sliderBlocker(m_slider);
    const QSignalBlocker spinBlocker(m_spin);
    m_slider->setValue(static_cast<int>(std::lround(percent * 100)));
    if (std::abs(m_spin->value() - percent) > 0.001) {
        m_spin->setValue(percent);
    }
    m_wanted = std::round(percent * 100) / 100;
    if (std::abs(m_wanted - m_editor.facts().percent) < 0.005) {
        reset();
        return;
    }
    if (!m_editing) {
        m_editing = true;
        m_editor.hold(*this);
    }
    m_hint->hide();
    const bool first = m_confirm->isHidden();
    QWidget* focus = QApplication::focusWidget();
    m_confirm->ask(tr("At <b>%1</b>: counting who moves…").arg(format::percent(m_wanted)) +
                       warningHtml(),
                   applyText(), m_wanted >= 100);
    if (first && focus != nullptr) {
        focus->setFocus(Qt::OtherFocusReason); // the hand stays on the slider
    }
    ++m_question;
    m_debounce.start();
}

QString TrafficPanel::applyText() const
{
    if (m_wanted >= 100) {
        return tr("Apply 100 %: everyone");
    }
    return tr("Apply %1 → %2")
        .arg(format::percent(m_editor.facts().percent), format::percent(m_wanted));
}

/// What a person must not overlook about the value itself.
QString TrafficPanel::warningHtml() const
{
    if (m_wanted >= 100) {
        return QStringLiteral("<br><b>") + tr("100 % is everyone").toHtmlEscaped() +
               QStringLiteral("</b>") +
               tr(": no control is left to compare with. Say why.").toHtmlEscaped();
    }
    return m_wanted > 50
               ? QStringLiteral("<br>") + tr("Above 50 % the control group shrinks to %1.")
                                              .arg(format::percent(100 - m_wanted))
                                              .toHtmlEscaped()
               : QString();
}

void TrafficPanel::askPreview()
{
    const quint64 question = ++m_question;
    m_plane.execute(
        "routes.preview", {{"route", m_editor.facts().name.toStdString()}, {"percent", m_wanted}},
        this, [this, question](const Result<api::CommandReply>& reply) {
            if (question != m_question) {
                return;
            }
            if (reply.ok()) {
                showPreview(reply->result);
            } else {
                m_confirm->setEffect(
                    tr("At <b>%1</b>: cannot tell who moves. %2")
                        .arg(format::percent(m_wanted),
                             QString::fromStdString(reply.error().message).toHtmlEscaped()) +
                    warningHtml());
            }
        });
}

void TrafficPanel::showPreview(const Json& preview)
{
    const auto moves = [&](const char* users, const char* rate) {
        return std::pair{read::number(preview, users).value_or(0),
                         read::number(preview, rate).value_or(0)};
    };
    const auto [usersIn, rateIn] = moves("users_in", "requests_per_minute_in");
    const auto [usersOut, rateOut] = moves("users_out", "requests_per_minute_out");
    const QString candidate = m_editor.facts().candidate.name().toHtmlEscaped();
    const QString stable = m_editor.facts().stable.name().toHtmlEscaped();
    const QString in = usersIn > 0 || rateIn > 0
                           ? tr("%1, %2 move to %3")
                                 .arg(tr("%Ln more users", nullptr, qRound(usersIn)),
                                      format::perMinute(rateIn), candidate)
                           : tr("nobody moves to %1").arg(candidate);
    const QString out = usersOut > 0 || rateOut > 0
                            ? tr("%1, %2 move back to %3")
                                  .arg(tr("%Ln users", nullptr, qRound(usersOut)),
                                       format::perMinute(rateOut), stable)
                            : tr("nobody moves back");
    const bool forward = m_wanted > m_editor.facts().percent;
    m_confirm->setEffect(
        tr("At <b>%1</b>: %2; %3.")
            .arg(format::percent(m_wanted), forward ? in : out, forward ? out : in) +
        warningHtml());
}

void TrafficPanel::apply(const QString& reason)
{
    m_editor.put({{"percent", m_wanted}}, reason);
}

} // namespace sluice::ui
