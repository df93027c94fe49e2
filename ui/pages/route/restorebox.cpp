// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/restorebox.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/changelist.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/route/routeeditor.h"
#include "ui/theme/variant.h"

#include <QCheckBox>
#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>

namespace sluice::ui {

RestoreBox::RestoreBox(const Theme& theme, Plane& plane, RouteEditor& editor, QWidget* parent)
    : QFrame(parent)
    , m_plane(plane)
    , m_editor(editor)
    , m_title(makeLabel({}, "strong"))
    , m_when(new QDateTimeEdit)
    , m_all(new QCheckBox(tr("every route")))
    , m_changes(new ChangeList(theme))
    , m_confirm(new ConfirmBox(theme, QStringLiteral("restore")))
{
    m_when->setObjectName(QStringLiteral("restore.when"));
    m_when->setAccessibleName(tr("As it was at"));
    m_when->setCalendarPopup(true);
    m_when->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    m_all->setObjectName(QStringLiteral("restore.all"));
    m_all->setToolTip(tr("Brings all routes back together, not this one only"));
    auto* head = new QHBoxLayout;
    head->setSpacing(theme.grid(3));
    head->addWidget(m_title);
    head->addWidget(m_when);
    head->addWidget(m_all);
    head->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(theme.grid(3), theme.grid(3), theme.grid(3), theme.grid(3));
    column->setSpacing(theme.grid(2));
    column->addLayout(head);
    column->addWidget(m_changes);
    column->addWidget(m_confirm);
    connect(m_when, &QDateTimeEdit::dateTimeChanged, this, &RestoreBox::askDryRun);
    connect(m_all, &QCheckBox::toggled, this, &RestoreBox::askDryRun);
    connect(m_confirm, &ConfirmBox::confirmed, this,
            [this](const QString& reason) { m_editor.restore(arguments(), reason); });
    connect(m_confirm, &ConfirmBox::cancelled, this, &RestoreBox::closeBox);
    connect(&editor, &RouteEditor::busyChanged, m_confirm, &ConfirmBox::setBusy);
    hide();
}

void RestoreBox::setRoute(const QString& route)
{
    m_route = route;
    closeBox();
}

void RestoreBox::askRevision(qint64 revision)
{
    m_revision = revision;
    ask();
}

void RestoreBox::askTime()
{
    m_revision = 0;
    const QSignalBlocker blocker(m_when);
    m_when->setTimeSpec(format::zone() == format::Zone::Utc ? Qt::UTC : Qt::LocalTime);
    const auto now = static_cast<qint64>(toMicros(m_plane.clock().now()) / 1000);
    constexpr qint64 hour = 3'600'000;
    m_when->setMaximumDateTime(QDateTime::fromMSecsSinceEpoch(now));
    m_when->setDateTime(QDateTime::fromMSecsSinceEpoch(now - hour));
    ask();
}

void RestoreBox::ask()
{
    const QSignalBlocker blocker(m_all);
    m_all->setChecked(false);
    m_title->setText(m_revision > 0 ? tr("Restore revision %1").arg(m_revision)
                                    : tr("Restore as it was at (%1)").arg(format::zoneShort()));
    m_when->setVisible(m_revision == 0);
    show();
    askDryRun();
}

Json RestoreBox::arguments() const
{
    Json arguments = Json::object();
    if (m_revision > 0) {
        arguments["revision"] = m_revision;
    } else {
        arguments["at"] = m_when->dateTime().toMSecsSinceEpoch() * 1000;
    }
    if (!m_all->isChecked()) {
        arguments["route"] = m_route.toStdString();
    }
    return arguments;
}

QString RestoreBox::target() const
{
    return m_revision > 0 ? tr("revision %1").arg(m_revision)
                          : format::moment(m_when->dateTime().toMSecsSinceEpoch() * 1000);
}

void RestoreBox::askDryRun()
{
    const quint64 question = ++m_question;
    Json dry = arguments();
    dry["dry_run"] = true;
    dry["reason"] = "preview";
    m_plane.execute("routing.restore", std::move(dry), this,
                    [this, question](const Result<api::CommandReply>& reply) {
                        if (question != m_question || isHidden()) {
                            return;
                        }
                        if (reply.ok()) {
                            showDryRun(read::child(reply->result, "changes"));
                            return;
                        }
                        m_changes->clear();
                        m_confirm->ask(
                            tr("%1 cannot be restored: %2")
                                .arg(target().toHtmlEscaped(),
                                     QString::fromStdString(reply.error().message).toHtmlEscaped()),
                            tr("Restore"), true);
                        m_confirm->setBusy(true);
                    });
}

void RestoreBox::showDryRun(const Json& changes)
{
    const QString which = QStringLiteral("<b>") + target().toHtmlEscaped() + QStringLiteral("</b>");
    const QString what = m_all->isChecked() ? tr("Every route") : m_route.toHtmlEscaped();
    m_changes->setChanges(changes, m_all->isChecked());
    m_confirm->ask(changes.empty()
                       ? tr("%1 is as it was at %2: there is nothing to restore.").arg(what, which)
                       : tr("%1 goes back to %2, as shown. It becomes a new revision; nothing is "
                            "lost.")
                             .arg(what, which),
                   m_all->isChecked() ? tr("Restore every route") : tr("Restore"), true);
    m_confirm->setBusy(changes.empty());
}

void RestoreBox::closeBox()
{
    ++m_question;
    m_confirm->closeBox();
    m_changes->clear();
    if (!isHidden()) {
        hide();
        Q_EMIT closed();
    }
}

} // namespace sluice::ui
