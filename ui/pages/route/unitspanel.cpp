// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/unitspanel.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/common/unitchoice.h"
#include "ui/pages/route/routeeditor.h"
#include "ui/widgets/panel.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>

namespace sluice::ui {

UnitsPanel::UnitsPanel(const Theme& theme, Plane& plane, RouteEditor& editor, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_editor(editor)
    , m_panel(new Panel(theme, tr("Units"), tr("what the arms serve")))
    , m_stable(new QComboBox)
    , m_candidate(new QComboBox)
    , m_confirm(new ConfirmBox(theme, QStringLiteral("units.apply")))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_panel);
    m_stable->setObjectName(QStringLiteral("units.stable"));
    m_candidate->setObjectName(QStringLiteral("units.candidate"));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(theme.grid(3));
    grid->addWidget(makeCaption(tr("Stable"), m_stable), 0, 0);
    grid->addWidget(makeCaption(tr("Candidate"), m_candidate), 0, 1);
    grid->addWidget(m_stable, 1, 0);
    grid->addWidget(m_candidate, 1, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    m_panel->body()->addLayout(grid);
    m_panel->body()->addWidget(m_confirm);
    for (QComboBox* box : {m_stable, m_candidate}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(16);
        connect(box, &QComboBox::activated, this, &UnitsPanel::choose);
    }
    connect(m_confirm, &ConfirmBox::confirmed, this, &UnitsPanel::apply);
    connect(m_confirm, &ConfirmBox::cancelled, this, &UnitsPanel::reset);
    connect(&editor, &RouteEditor::busyChanged, m_confirm, &ConfirmBox::setBusy);
}

void UnitsPanel::setUnits(const Json& units)
{
    if (units == m_units || m_editing) {
        return;
    }
    m_units = units;
    fillUnits(*m_stable, units);
    fillUnits(*m_candidate, units, tr("none"));
    refresh();
}

void UnitsPanel::refresh()
{
    if (m_editing) {
        return;
    }
    select();
    const RouteFacts& route = m_editor.facts();
    QString why = m_plane.whyNot("routes.put");
    if (route.killed) {
        why = tr("Rolled back: acknowledge it above before changing units.");
    }
    for (QComboBox* box : {m_stable, m_candidate}) {
        box->setEnabled(why.isEmpty());
        box->setToolTip(why);
    }
}

void UnitsPanel::select()
{
    const RouteFacts& route = m_editor.facts();
    const auto show = [](QComboBox& box, const UnitName& unit) {
        const QSignalBlocker blocker(&box);
        int index = box.findData(unit.id);
        if (index < 0 && !unit.empty()) {
            box.addItem(tr("%1   %2").arg(unit.name(), unit.shortId()), unit.id);
            index = box.count() - 1;
        }
        box.setCurrentIndex(index);
    };
    show(*m_stable, route.stable);
    show(*m_candidate, route.candidate);
}

void UnitsPanel::choose()
{
    const RouteFacts& route = m_editor.facts();
    const bool same = m_stable->currentData().toString() == route.stable.id &&
                      m_candidate->currentData().toString() == route.candidate.id;
    if (same) {
        reset();
        return;
    }
    if (!m_editing) {
        m_editing = true;
        m_editor.hold(*this);
    }
    m_confirm->ask(effectHtml(), tr("Apply units"), true);
}

QString UnitsPanel::effectHtml() const
{
    const RouteFacts& route = m_editor.facts();
    const auto name = [](const QComboBox& box) {
        return box.currentText().section(QStringLiteral("   "), 0, 0).toHtmlEscaped();
    };
    QStringList effects;
    if (m_stable->currentData().toString() != route.stable.id) {
        effects << tr("<b>%1</b> becomes stable: %2 of the traffic gets it at once, and every "
                      "fallback. %3 stays the known good.")
                       .arg(name(*m_stable), format::percent(100 - route.percent),
                            route.stable.name().toHtmlEscaped());
    }
    const QString candidate = m_candidate->currentData().toString();
    if (candidate != route.candidate.id) {
        if (candidate.isEmpty()) {
            effects << tr("No candidate any more: everybody gets %1.").arg(name(*m_stable));
        } else if (route.percent > 0) {
            effects << tr("<b>%1</b> becomes the candidate: %2 of the traffic gets it at once.")
                           .arg(name(*m_candidate), format::percent(route.percent));
        } else {
            effects << tr("<b>%1</b> becomes the candidate and gets nothing until the percentage "
                          "moves.")
                           .arg(name(*m_candidate));
        }
    }
    if (!candidate.isEmpty() && candidate == m_stable->currentData().toString()) {
        effects << tr("Both arms would serve the same unit.");
    }
    return effects.join(QStringLiteral("<br>"));
}

void UnitsPanel::apply(const QString& reason)
{
    const RouteFacts& route = m_editor.facts();
    Json patch = Json::object();
    const QString stable = m_stable->currentData().toString();
    const QString candidate = m_candidate->currentData().toString();
    if (stable != route.stable.id) {
        patch["stable"] = stable.toStdString();
    }
    if (candidate != route.candidate.id) {
        patch["candidate"] = candidate.isEmpty() ? Json(nullptr) : Json(candidate.toStdString());
        if (candidate.isEmpty()) {
            patch["percent"] = 0;
        }
    }
    m_editor.put(patch, reason);
}

void UnitsPanel::reset()
{
    if (!m_editing) {
        return;
    }
    m_editing = false;
    m_confirm->closeBox();
    m_editor.release(*this);
    refresh();
}

} // namespace sluice::ui
