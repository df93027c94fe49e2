// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/engineview.h"

#include "ui/models/format.h"
#include "ui/shell/enginewatch.h"
#include "ui/theme/variant.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace sluice::ui {

EngineView::EngineView(const Theme& theme, EngineWatch& watch, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_watch(watch)
    , m_form(new QFormLayout(this))
    , m_name(new QLineEdit(this))
    , m_production(new QCheckBox(tr("Production"), this))
    , m_apply(new QPushButton(tr("Apply"), this))
    , m_problem(new QLabel(this))
{
    m_form->setContentsMargins(theme.grid(4), theme.grid(3), theme.grid(4), theme.grid(3));
    m_form->setHorizontalSpacing(theme.grid(6));
    m_form->setVerticalSpacing(theme.grid(1));
    m_form->setRowWrapPolicy(QFormLayout::WrapAllRows); // addresses and paths need the whole width
    addLine(tr("Version"), "engineVersion");
    addLine(tr("Gateway"), "engineListen");
    addLine(tr("Admin"), "engineAdmin");
    addLine(tr("Workspace"), "engineWorkspace");
    addLine(tr("Running for"), "engineUptime");
    addLine(tr("Store"), "engineStore");
    addLine(tr("Record queue"), "engineQueue");
    addLine(tr("Dropped, sampled out"), "engineDropped");
    addLine(tr("Gateways"), "engineGateways");
    addFleet();
    connect(&watch, &EngineWatch::fleetChanged, this, &EngineView::refresh);
    refresh();
}

void EngineView::addFleet()
{
    m_name->setObjectName(QStringLiteral("fleetName"));
    m_name->setAccessibleName(tr("Name of this engine"));
    m_name->setPlaceholderText(tr("none"));
    m_name->setMaxLength(128);
    m_production->setObjectName(QStringLiteral("fleetProduction"));
    m_production->setToolTip(tr("People depend on it: the window says PROD."));
    m_apply->setObjectName(QStringLiteral("fleetApply"));
    m_problem->setObjectName(QStringLiteral("fleetProblem"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    setVariant(*m_problem, "tone", "harm");
    m_problem->hide();
    auto* label = new QLabel(tr("Name"), this);
    label->setBuddy(m_name);
    setVariant(*label, "tone", "secondary");
    auto* line = new QFrame(this);
    setVariant(*line, "surface", "line");
    auto* row = new QHBoxLayout;
    row->addWidget(m_production, 1);
    row->addWidget(m_apply);
    m_form->addRow(line);
    m_form->addRow(label, m_name);
    m_form->addRow(row);
    m_form->addRow(m_problem);
    connect(m_name, &QLineEdit::textChanged, this, &EngineView::updateApply);
    connect(m_name, &QLineEdit::returnPressed, this, &EngineView::apply);
    connect(m_production, &QCheckBox::toggled, this, &EngineView::updateApply);
    connect(m_apply, &QPushButton::clicked, this, &EngineView::apply);
    connect(&m_watch.plane(), &Plane::readOnlyChanged, this, &EngineView::updateApply);
}

void EngineView::editFleet()
{
    m_name->setFocus(Qt::OtherFocusReason);
    m_name->selectAll();
}

bool EngineView::edited() const
{
    return m_name->text().trimmed() != m_nameThere ||
           m_production->isChecked() != m_productionThere;
}

/// Follows the engine, but for what somebody is changing.
void EngineView::refreshFleet()
{
    const bool mine = edited();
    m_nameThere = m_watch.fleetName();
    m_productionThere = m_watch.production();
    if (!mine) {
        m_name->setText(m_nameThere);
        m_production->setChecked(m_productionThere);
    }
    updateApply();
}

void EngineView::updateApply()
{
    const QString refused = m_watch.plane().whyNot("fleet.configure");
    m_name->setEnabled(refused.isEmpty());
    m_production->setEnabled(refused.isEmpty());
    m_apply->setEnabled(refused.isEmpty() && edited() && !m_busy);
    m_apply->setToolTip(!refused.isEmpty() ? refused
                        : edited()         ? QString()
                                           : tr("Nothing is changed."));
}

void EngineView::apply()
{
    if (!m_apply->isEnabled()) {
        return;
    }
    m_busy = true;
    updateApply();
    m_watch.plane().execute("fleet.configure",
                            {{"production", m_production->isChecked()},
                             {"name", m_name->text().trimmed().toStdString()}},
                            this, [this](const Result<api::CommandReply>& reply) {
                                m_busy = false;
                                m_problem->setVisible(!reply.ok());
                                if (reply.ok()) {
                                    m_nameThere = m_name->text().trimmed();
                                    m_productionThere = m_production->isChecked();
                                } else {
                                    m_problem->setText(
                                        QString::fromStdString(describe(reply.error())));
                                }
                                updateApply();
                                m_watch.refresh();
                            });
}

void EngineView::addLine(const QString& label, const char* name)
{
    auto* left = new QLabel(label, this);
    setVariant(*left, "tone", "secondary");
    auto* right = new QLabel(this);
    right->setObjectName(QLatin1String(name));
    right->setTextFormat(Qt::PlainText);
    right->setWordWrap(true);
    right->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_form->addRow(left, right);
}

void EngineView::refresh()
{
    const Json& status = m_watch.fleet().value();
    const auto set = [this](const char* name, const QString& text) {
        findChild<QLabel*>(QLatin1String(name))->setText(text.isEmpty() ? format::dash() : text);
    };
    set("engineVersion", read::text(status, "version"));
    set("engineListen", read::text(status, "listen"));
    set("engineAdmin", read::text(status, "admin"));
    set("engineWorkspace", read::text(status, "workspace"));
    const double uptime = read::number(status, "uptime_s").value_or(0.0);
    set("engineUptime",
        format::duration(std::chrono::microseconds(static_cast<std::int64_t>(uptime * 1e6))));
    const Json& store = read::child(status, "store");
    const QString problem = read::text(store, "problem");
    set("engineStore", problem.isEmpty() ? read::text(store, "state")
                                         : tr("%1: %2").arg(read::text(store, "state"), problem));
    const Json& queue = read::child(status, "queue");
    set("engineQueue", tr("%1 of %2")
                           .arg(read::integer(queue, "depth").value_or(0))
                           .arg(read::integer(queue, "capacity").value_or(0)));
    set("engineDropped", tr("%1, %2")
                             .arg(read::integer(status, "dropped").value_or(0))
                             .arg(read::integer(status, "sampled_out").value_or(0)));
    const auto number = [](const Json& gateway, const char* member) {
        return static_cast<int>(read::integer(gateway, member).value_or(0));
    };
    QStringList gateways;
    for (const Json& one : read::child(status, "gateways")) {
        gateways.append(tr("%1: revision %2, %3, %4 in flight, %5")
                            .arg(read::text(one, "id"))
                            .arg(read::integer(one, "revision").value_or(0))
                            .arg(tr("%Ln threads", nullptr, number(one, "threads")))
                            .arg(read::integer(one, "in_flight").value_or(0))
                            .arg(tr("%Ln connections", nullptr, number(one, "connections"))));
    }
    set("engineGateways", gateways.join(QLatin1Char('\n')));
    if (m_watch.fleet().state() == LiveQuery::State::Data) {
        refreshFleet();
    }
}

} // namespace sluice::ui
