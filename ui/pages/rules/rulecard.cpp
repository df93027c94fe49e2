// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/rules/rulecard.h"

#include "ui/pages/common/labels.h"
#include "ui/pages/rules/groupeditor.h"
#include "ui/theme/variant.h"
#include "ui/widgets/iconbutton.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>

namespace sluice::ui {

RuleCard::RuleCard(const Theme& theme, const OutcomeChoices& choices, const TargetingRule& rule,
                   QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_handle(makeLabel({}, "strong"))
    , m_enabled(new QCheckBox(tr("on")))
    , m_when(new GroupEditor(theme, rule.when, true))
    , m_outcome(new OutcomeEditor(theme, choices, rule.then, false, this))
    , m_up(new IconButton(theme, QStringLiteral("chevron-up"), tr("Move up (Alt+Up)")))
    , m_down(new IconButton(theme, QStringLiteral("chevron-down"), tr("Move down (Alt+Down)")))
    , m_duplicate(new IconButton(theme, QStringLiteral("copy"), tr("Duplicate this rule")))
    , m_remove(new IconButton(theme, QStringLiteral("close"), tr("Remove this rule")))
{
    setVariant(*this, "surface", "note");
    m_enabled->setChecked(rule.enabled);
    m_enabled->setToolTip(tr("A rule that is off stays in the list and matches nobody"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(theme.grid(3), theme.grid(2), theme.grid(2), theme.grid(2));
    column->setSpacing(theme.grid(2));
    column->addWidget(makeHeader());
    column->addWidget(m_when);
    column->addWidget(m_outcome->detail());
    connect(m_enabled, &QCheckBox::toggled, this, [this] { Q_EMIT edited({}); });
    connect(m_when, &ConditionEditor::edited, this, &RuleCard::edited);
    connect(m_outcome, &OutcomeEditor::edited, this, &RuleCard::edited);
    connect(m_up, &QToolButton::clicked, this, [this] { Q_EMIT moveWanted(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { Q_EMIT moveWanted(1); });
    connect(m_duplicate, &QToolButton::clicked, this, &RuleCard::duplicateWanted);
    connect(m_remove, &QToolButton::clicked, this, &RuleCard::removeWanted);
}

QWidget* RuleCard::makeHeader()
{
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(2));
    setVariant(*m_handle, "handle", "true");
    m_handle->setCursor(Qt::OpenHandCursor);
    m_handle->setToolTip(tr("Drag to another place"));
    m_handle->setFocusPolicy(Qt::StrongFocus);
    m_handle->installEventFilter(this);
    row->addWidget(m_handle);
    row->addWidget(m_enabled);
    row->addStretch(1);
    row->addWidget(makeLabel(tr("gives"), "", "secondary"));
    m_outcome->chooser()->setMinimumWidth(m_theme.grid(40));
    row->addWidget(m_outcome->chooser());
    row->addSpacing(m_theme.grid(2));
    for (IconButton* button : {m_up, m_down, m_duplicate, m_remove}) {
        row->addWidget(button);
    }
    return header;
}

TargetingRule RuleCard::rule() const
{
    return {m_enabled->isChecked(), m_when->group(), m_outcome->outcome().value_or(Outcome{})};
}

QStringList RuleCard::problems() const
{
    return m_when->problems() + m_outcome->problems();
}

void RuleCard::setPlace(const QString& path, int index, int count)
{
    setObjectName(path);
    m_handle->setText(QStringLiteral("⠿ ") + tr("Rule %1").arg(index + 1));
    m_handle->setAccessibleName(tr("Rule %1, move with Alt+Up and Alt+Down").arg(index + 1));
    m_handle->setObjectName(path + QStringLiteral(".handle"));
    m_enabled->setObjectName(path + QStringLiteral(".enabled"));
    m_enabled->setAccessibleName(tr("Rule %1 is on").arg(index + 1));
    m_when->setPath(path + QStringLiteral(".when"));
    m_outcome->setPath(path);
    m_up->setObjectName(path + QStringLiteral(".up"));
    m_down->setObjectName(path + QStringLiteral(".down"));
    m_duplicate->setObjectName(path + QStringLiteral(".duplicate"));
    m_remove->setObjectName(path + QStringLiteral(".remove"));
    m_up->setEnabled(index > 0);
    m_down->setEnabled(index + 1 < count);
}

void RuleCard::keyPressEvent(QKeyEvent* event)
{
    const bool up = event->key() == Qt::Key_Up;
    if (event->modifiers() == Qt::AltModifier && (up || event->key() == Qt::Key_Down)) {
        Q_EMIT moveWanted(up ? -1 : 1);
        return;
    }
    QFrame::keyPressEvent(event);
}

bool RuleCard::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        m_dragging = static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton;
        m_handle->setCursor(Qt::ClosedHandCursor);
        return true;
    case QEvent::MouseMove:
        if (m_dragging) {
            Q_EMIT dragged(
                m_handle
                    ->mapTo(parentWidget(), static_cast<QMouseEvent*>(event)->position().toPoint())
                    .y());
        }
        return true;
    case QEvent::MouseButtonRelease:
        m_dragging = false;
        m_handle->setCursor(Qt::OpenHandCursor);
        return true;
    default:
        return QFrame::eventFilter(watched, event);
    }
}

} // namespace sluice::ui
