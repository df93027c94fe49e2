// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/revisiondiff.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/changelist.h"
#include "ui/pages/common/labels.h"
#include "ui/theme/variant.h"
#include "ui/widgets/iconbutton.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace sluice::ui {

RevisionDiff::RevisionDiff(const Theme& theme, Plane& plane, QWidget* parent)
    : QFrame(parent)
    , m_plane(plane)
    , m_title(makeLabel({}, "strong"))
    , m_note(makeLabel({}, "", "secondary"))
    , m_all(new QCheckBox(tr("every route")))
    , m_changes(new ChangeList(theme))
{
    m_title->setObjectName(QStringLiteral("diff.title"));
    m_note->setObjectName(QStringLiteral("diff.note"));
    m_note->setWordWrap(true);
    m_all->setObjectName(QStringLiteral("diff.all"));
    auto* swap = new QPushButton(tr("Swap"));
    swap->setObjectName(QStringLiteral("diff.swap"));
    swap->setToolTip(tr("Read it the other way round"));
    setVariant(*swap, "kind", "quiet");
    auto* shut = new IconButton(theme, QStringLiteral("close"), tr("Close the comparison"));
    shut->setObjectName(QStringLiteral("diff.close"));
    auto* head = new QHBoxLayout;
    head->setSpacing(theme.grid(3));
    head->addWidget(m_title);
    head->addWidget(m_all);
    head->addStretch(1);
    head->addWidget(swap);
    head->addWidget(shut);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(theme.grid(3), theme.grid(3), theme.grid(3), theme.grid(3));
    column->setSpacing(theme.grid(2));
    column->addLayout(head);
    column->addWidget(m_note);
    column->addWidget(m_changes);
    connect(m_all, &QCheckBox::toggled, this, &RevisionDiff::ask);
    connect(swap, &QPushButton::clicked, this, [this] { compare(m_to, m_from); });
    connect(shut, &QToolButton::clicked, this, &RevisionDiff::closeBox);
    hide();
}

void RevisionDiff::setRoute(const QString& route)
{
    m_route = route;
    closeBox();
}

void RevisionDiff::compare(qint64 from, qint64 to)
{
    m_from = from;
    m_to = to;
    m_title->setText(tr("Revision %1 → %2").arg(from).arg(to));
    show();
    ask();
}

void RevisionDiff::closeBox()
{
    ++m_question;
    hide();
}

void RevisionDiff::ask()
{
    const quint64 question = ++m_question;
    Json arguments{{"from", m_from}, {"to", m_to}};
    if (!m_all->isChecked()) {
        arguments["route"] = m_route.toStdString();
    }
    m_note->setText(tr("Comparing…"));
    m_note->show();
    m_plane.execute("routing.diff", std::move(arguments), this,
                    [this, question](const Result<api::CommandReply>& reply) {
                        if (question != m_question) {
                            return;
                        }
                        if (!reply.ok()) {
                            m_changes->clear();
                            m_note->setText(QString::fromStdString(describe(reply.error())));
                            return;
                        }
                        m_changes->setChanges(read::child(reply->result, "changes"),
                                              m_all->isChecked());
                        m_note->setVisible(m_changes->count() == 0);
                        m_note->setText(m_all->isChecked() ? tr("No route differs.")
                                                           : tr("This route is the same in both."));
                    });
}

} // namespace sluice::ui
