// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/flags/flagdetail.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/changelist.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/flags/flagfacts.h"
#include "ui/pages/flags/flagform.h"
#include "ui/pages/flags/flagtester.h"
#include "ui/theme/variant.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/messagebar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>

namespace sluice::ui {

FlagDetail::FlagDetail(const Theme& theme, Plane& plane, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_title(makeLabel({}, "heading"))
    , m_name(new QLineEdit)
    , m_chip(new Chip(theme))
    , m_toRoute(new QPushButton(tr("Open route")))
    , m_remove(new QPushButton(tr("Remove…")))
    , m_revert(new QPushButton(tr("Revert")))
    , m_save(new QPushButton(tr("Save…")))
    , m_messages(new MessageBar(theme))
    , m_form(new FlagForm(theme, this))
    , m_tester(new FlagTester(theme, plane))
    , m_tabs(new QTabWidget)
    , m_changes(new ChangeList(theme))
    , m_confirm(new ConfirmBox(theme, QStringLiteral("flag.apply")))
    , m_problems(makeLabel({}, "", "harm"))
{
    m_tabs->setObjectName(QStringLiteral("flag.tabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_form->form(), tr("Definition"));
    auto* json = new QWidget;
    auto* jsonColumn = new QVBoxLayout(json);
    jsonColumn->setContentsMargins(theme.grid(3), theme.grid(3), theme.grid(3), theme.grid(3));
    jsonColumn->addWidget(m_form->text());
    m_tabs->addTab(json, tr("JSON"));
    m_tabs->addTab(makeScroll(m_tester), tr("Test"));
    m_problems->setObjectName(QStringLiteral("flag.problems"));
    m_problems->setWordWrap(true);
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(theme.grid(3), 0, theme.grid(3), theme.grid(3));
    foot->setSpacing(theme.grid(2));
    for (QWidget* part : {static_cast<QWidget*>(m_problems), static_cast<QWidget*>(m_changes),
                          static_cast<QWidget*>(m_confirm)}) {
        foot->addWidget(part);
    }
    auto* head = new QVBoxLayout;
    head->setContentsMargins(theme.grid(3) + 2, theme.grid(2), theme.grid(3), theme.grid(1));
    head->setSpacing(theme.grid(2));
    head->addWidget(makeHeader());
    head->addWidget(m_messages);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(m_tabs, 1);
    column->addLayout(foot);
    m_changes->hide();
    m_confirm->setReasonAsked(false); // the flags' commands keep none
    connect(m_form, &FlagForm::edited, this, &FlagDetail::updateButtons);
    connect(m_confirm, &ConfirmBox::confirmed, this, [this] { apply(); });
    connect(m_confirm, &ConfirmBox::cancelled, this, [this] {
        m_asking = Asking::Nothing;
        m_changes->hide();
    });
    connect(&plane, &Plane::readOnlyChanged, this, &FlagDetail::updateButtons);
}

QWidget* FlagDetail::makeHeader()
{
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(2));
    m_name->setObjectName(QStringLiteral("flag.key"));
    m_name->setPlaceholderText(tr("key, as applications ask for it"));
    m_name->setAccessibleName(tr("Key of the new flag"));
    m_chip->setObjectName(QStringLiteral("flag.chip"));
    row->addWidget(m_title);
    row->addWidget(m_name, 1);
    row->addWidget(m_chip);
    row->addStretch(1);
    const auto add = [&](QPushButton* button, const char* name, auto run) {
        button->setObjectName(QString::fromLatin1(name));
        row->addWidget(button);
        connect(button, &QPushButton::clicked, this, run);
    };
    add(m_toRoute, "flag.toRoute", [this] { Q_EMIT routeWanted(m_route); });
    add(m_remove, "flag.remove", [this] { askRemove(); });
    add(m_revert, "flag.revert", [this] { revert(); });
    add(m_save, "flag.save", [this] { askSave(); });
    setVariant(*m_save, "kind", "primary");
    connect(m_name, &QLineEdit::textEdited, this, &FlagDetail::updateButtons);
    return header;
}

bool FlagDetail::editing() const
{
    return m_new || m_form->changed();
}

void FlagDetail::setFlag(const Json& row)
{
    const QString key = read::text(row, "key");
    const Json& definition = row["definition"];
    if (!m_new && key == m_key && editing()) {
        if (definition != m_base) {
            tellConflict(definition);
        }
        return;
    }
    const bool another = key != m_key || m_new;
    if (!another && definition == m_form->definition()) {
        return;
    }
    m_key = key;
    m_route = read::text(row, "route");
    m_source = read::text(row, "source");
    m_new = false;
    m_base = definition;
    m_form->setDefinition(definition);
    m_form->setReadOnly(!m_route.isEmpty() || !m_source.isEmpty());
    m_messages->dismiss(QStringLiteral("theirs"));
    m_messages->dismiss(QStringLiteral("problem"));
    if (const QString problem = read::text(definition, "problem"); !problem.isEmpty()) {
        m_messages->show({QStringLiteral("problem"),
                          ChipKind::Harm,
                          tr("no flag"),
                          problem,
                          {},
                          false}); // a route that flagd's format cannot say
    }
    if (another) {
        m_asking = Asking::Nothing;
        m_confirm->closeBox();
        m_changes->hide();
        m_messages->dismiss(QStringLiteral("failed"));
        m_tester->setFlag(key);
    }
    updateButtons();
}

void FlagDetail::begin(const Json& rows)
{
    m_key.clear();
    m_route.clear();
    m_source.clear();
    m_new = true;
    m_rows = rows;
    m_base = nullptr;
    m_name->clear();
    m_form->setDefinition(newFlag());
    m_form->setReadOnly(false);
    m_tester->setFlag({});
    m_confirm->closeBox();
    m_changes->hide();
    m_tabs->setCurrentIndex(0);
    updateButtons();
    m_name->setFocus(Qt::OtherFocusReason);
}

void FlagDetail::showGone()
{
    m_messages->show(
        {QStringLiteral("theirs"),
         ChipKind::Warning,
         tr("removed meanwhile"),
         tr("Somebody removed %1. Your edit is kept; saving adds the flag again.").arg(m_key),
         {},
         true});
}

void FlagDetail::tellConflict(const Json& theirs)
{
    Message message;
    message.id = QStringLiteral("theirs");
    message.kind = ChipKind::Warning;
    message.label = tr("changed meanwhile");
    message.text = tr("Somebody else has changed %1 since you began. Saving puts yours in its "
                      "place; what that changes is shown first.")
                       .arg(m_key);
    message.actions.push_back({tr("Take theirs"), [this, theirs] {
                                   m_base = theirs;
                                   m_form->setDefinition(theirs);
                                   m_messages->dismiss(QStringLiteral("theirs"));
                                   updateButtons();
                               }});
    message.actions.push_back({tr("Keep mine"), [this, theirs] {
                                   m_base = theirs;
                                   m_messages->dismiss(QStringLiteral("theirs"));
                               }});
    if (!m_messages->has(message.id) || theirs != m_theirs) {
        m_theirs = theirs;
        m_messages->dismiss(message.id);
        m_messages->show(std::move(message));
    }
}

void FlagDetail::revert()
{
    if (m_new) {
        begin(m_rows);
        return;
    }
    m_form->setDefinition(m_base);
    m_confirm->closeBox();
    m_changes->hide();
    m_messages->dismiss(QStringLiteral("theirs"));
    updateButtons();
}

void FlagDetail::updateButtons()
{
    const bool own = !m_route.isEmpty() || !m_source.isEmpty(); // somebody else's to change
    m_title->setText(m_key);
    m_title->setVisible(!m_new);
    m_name->setVisible(m_new);
    m_chip->setVisible(own);
    m_chip->set(ChipKind::Plain, m_source.isEmpty() ? tr("a route's own flag")
                                                    : tr("from the source %1").arg(m_source));
    m_toRoute->setVisible(!m_route.isEmpty());
    m_remove->setVisible(!own && !m_new);
    m_revert->setVisible(!own);
    m_save->setVisible(!own);
    m_tester->setEdited(editing() && !m_new);
    m_tabs->setTabEnabled(2, !m_new);
    const auto set = [](QPushButton* button, const QString& why) {
        button->setEnabled(why.isEmpty());
        button->setToolTip(why);
    };
    QStringList wrong = own ? QStringList() : m_form->problems();
    if (m_new) {
        if (const QString key = flagKeyProblem(m_name->text(), m_rows); !key.isEmpty()) {
            wrong.prepend(key);
        }
    }
    const QString refused = m_plane.whyNot("flags.set");
    set(m_save, !refused.isEmpty() ? refused
                : !editing()       ? tr("Nothing is changed.")
                : !wrong.isEmpty() ? wrong.join(QLatin1Char('\n'))
                                   : QString());
    set(m_revert, editing() ? QString() : tr("Nothing is changed."));
    set(m_remove, m_plane.whyNot("flags.remove"));
    const bool show = !wrong.isEmpty() && (!m_new || !m_name->text().isEmpty());
    m_problems->setText(wrong.join(QLatin1Char('\n')));
    m_problems->setVisible(show);
    if (m_asking == Asking::Save) { // what was shown is not what would be saved any more
        m_asking = Asking::Nothing;
        m_confirm->closeBox();
        m_changes->hide();
    }
}

void FlagDetail::askSave()
{
    const QString key = m_new ? m_name->text().trimmed() : m_key;
    const quint64 question = ++m_question;
    m_messages->dismiss(QStringLiteral("failed"));
    m_plane.execute(
        "flags.set",
        {{"flag", key.toStdString()}, {"definition", m_form->definition()}, {"dry_run", true}},
        this, [this, question, key](const Result<api::CommandReply>& reply) {
            if (question != m_question) {
                return;
            }
            if (!reply.ok()) {
                failed(reply.error());
                return;
            }
            m_asking = Asking::Save;
            showChanges(read::child(reply->result, "changes"));
            m_confirm->ask(
                m_new ? tr("Adds <b>%1</b>, at once and everywhere.").arg(key.toHtmlEscaped())
                      : tr("Changes <b>%1</b> as shown, at once and "
                           "everywhere.")
                            .arg(key.toHtmlEscaped()),
                tr("Save %1").arg(key), false);
        });
}

void FlagDetail::showChanges(const Json& changes)
{
    m_changes->setChanges(changes, false);
    m_changes->setVisible(!changes.empty());
}

void FlagDetail::askRemove()
{
    m_asking = Asking::Remove;
    m_changes->hide();
    m_confirm->ask(tr("Removes <b>%1</b>: applications that ask for it get the default in their "
                      "own code.")
                       .arg(m_key.toHtmlEscaped()),
                   tr("Remove %1").arg(m_key), false);
}

void FlagDetail::apply()
{
    const bool removing = m_asking == Asking::Remove;
    const QString key = m_new ? m_name->text().trimmed() : m_key;
    Json arguments{{"flag", key.toStdString()}};
    if (!removing) {
        arguments["definition"] = m_form->definition();
    }
    m_confirm->setBusy(true);
    m_plane.execute(removing ? "flags.remove" : "flags.set", std::move(arguments), this,
                    [this, key, removing](const Result<api::CommandReply>& reply) {
                        m_confirm->setBusy(false);
                        if (!reply.ok()) {
                            failed(reply.error());
                            return;
                        }
                        m_asking = Asking::Nothing;
                        m_confirm->closeBox();
                        m_changes->hide();
                        m_new = false;
                        m_key = key;
                        m_tester->setFlag(key);
                        m_base = m_form->definition();
                        m_form->setDefinition(m_base);
                        m_messages->dismiss(QStringLiteral("theirs"));
                        updateButtons();
                        m_messages->show({QStringLiteral("saved"),
                                          ChipKind::Good,
                                          tr("saved"),
                                          removing ? tr("%1 is removed.").arg(key)
                                                   : tr("%1 is in force everywhere.").arg(key),
                                          {},
                                          true});
                        Q_EMIT saved(removing ? QString() : key);
                    });
}

void FlagDetail::failed(const Error& error)
{
    m_messages->show({QStringLiteral("failed"),
                      ChipKind::Harm,
                      tr("not saved"),
                      QString::fromStdString(describe(error)),
                      {},
                      true});
    // The engine names the place in the arguments; the text here is the definition only.
    std::string pointer = error.where;
    if (pointer.starts_with("/definition")) {
        pointer.erase(0, std::string("/definition").size());
    }
    m_form->showProblem(QString::fromStdString(error.message), pointer);
}

} // namespace sluice::ui
