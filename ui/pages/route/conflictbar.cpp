// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/conflictbar.h"

#include "ui/models/format.h"
#include "ui/pages/common/changelist.h"
#include "ui/pages/common/labels.h"
#include "ui/theme/variant.h"
#include "ui/widgets/chip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace sluice::ui {

ConflictBar::ConflictBar(const Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_text(makeParagraph({}))
    , m_hint(makeParagraph({}, "secondary"))
    , m_changes(new ChangeList(theme))
    , m_mine(new QPushButton(tr("Put mine on top")))
{
    setObjectName(QStringLiteral("conflict"));
    setVariant(*this, "surface", "warn");
    m_text->setObjectName(QStringLiteral("conflict.text"));
    auto* head = new QHBoxLayout;
    head->setSpacing(theme.grid(3));
    head->addWidget(new Chip(theme, ChipKind::Warning, tr("changed meanwhile")));
    head->addWidget(m_text, 1);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(theme.grid(2));
    foot->addWidget(m_hint, 1);
    const auto button = [&](QPushButton* made, const char* name, const QString& does,
                            void (ConflictBar::*wanted)()) {
        made->setObjectName(QString::fromLatin1(name));
        made->setToolTip(does);
        foot->addWidget(made);
        connect(made, &QPushButton::clicked, this, [this, wanted] {
            hide();
            Q_EMIT(this->*wanted)();
        });
    };
    button(new QPushButton(tr("Keep editing")), "conflict.keep",
           tr("Your edit stays open, on top of theirs"), &ConflictBar::keepWanted);
    button(new QPushButton(tr("Take theirs")), "conflict.theirs", tr("Drop your edit"),
           &ConflictBar::theirsWanted);
    button(m_mine, "conflict.mine", tr("Apply your changes to the route as it is now"),
           &ConflictBar::mineWanted);
    setVariant(*m_mine, "kind", "primary");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(theme.grid(3) + 2, theme.grid(2), theme.grid(3), theme.grid(3));
    column->setSpacing(theme.grid(2));
    column->addLayout(head);
    column->addWidget(m_changes);
    column->addLayout(foot);
    hide();
}

void ConflictBar::ask(const QString& route, const RouteConflict& conflict)
{
    m_text->setText(
        tr("<b>%1</b> was changed by %2 at %3 (revision %4) while you were editing. Nothing of "
           "yours was applied, and nothing of either is lost.")
            .arg(route.toHtmlEscaped(), conflict.changedBy.toHtmlEscaped(),
                 format::moment(conflict.changedAt).toHtmlEscaped(),
                 QString::number(conflict.revision)));
    m_changes->setThreeWay(conflict.theirs, conflict.yours);
    m_hint->setText((conflict.overlaps()
                         ? tr("Both changed the same: on top, yours takes its place. Theirs stays "
                              "in the history.")
                         : tr("Different members were changed: on top, both hold."))
                        .toHtmlEscaped());
    show();
    m_mine->setFocus(Qt::OtherFocusReason);
}

} // namespace sluice::ui
