// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/targetingpanel.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/common/movestext.h"
#include "ui/pages/route/allowlistedit.h"
#include "ui/pages/route/routeeditor.h"
#include "ui/pages/rules/rulebuilder.h"
#include "ui/theme/variant.h"
#include "ui/widgets/panel.h"

#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>

namespace sluice::ui {

namespace {
constexpr int kDebounceMs = 300; ///< a dry run reads an hour of records
}

TargetingPanel::TargetingPanel(const Theme& theme, Plane& plane, RouteEditor& editor,
                               QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_editor(editor)
    , m_panel(new Panel(theme, tr("Targeting"),
                        tr("the first rule that matches decides; then the percentage")))
    , m_rules(new RuleBuilder(theme, RuleBuilder::Subject::Route, QStringLiteral("rules")))
    , m_allow(new AllowListEdit(theme))
    , m_bucketBy(new QComboBox)
    , m_confirm(new ConfirmBox(theme, QStringLiteral("targeting.apply")))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_panel);
    auto* shut = new QPushButton(tr("Close"));
    shut->setObjectName(QStringLiteral("targeting.close"));
    setVariant(*shut, "kind", "quiet");
    m_panel->addTool(shut);
    auto* row = new QHBoxLayout;
    row->setSpacing(theme.grid(5));
    auto* left = new QVBoxLayout;
    left->addWidget(m_rules);
    left->addStretch(1);
    row->addLayout(left, 7);
    row->addWidget(makeSide(), 3);
    m_panel->body()->addLayout(row);
    m_panel->body()->addWidget(m_confirm);
    m_rules->setChoices({{QStringLiteral("candidate"), QStringLiteral("stable")}, false, {}});
    m_debounce.setSingleShot(true);
    m_debounce.setInterval(kDebounceMs);
    connect(&m_debounce, &QTimer::timeout, this, &TargetingPanel::askDryRun);
    connect(m_rules, &RuleBuilder::edited, this, &TargetingPanel::change);
    connect(m_allow, &AllowListEdit::edited, this, &TargetingPanel::change);
    connect(m_bucketBy, &QComboBox::editTextChanged, this, &TargetingPanel::change);
    connect(shut, &QPushButton::clicked, this, &TargetingPanel::close);
    connect(m_confirm, &ConfirmBox::confirmed, this,
            [this](const QString& reason) { m_editor.put(patch(), reason); });
    connect(m_confirm, &ConfirmBox::cancelled, this, &TargetingPanel::reset);
    connect(&editor, &RouteEditor::busyChanged, this,
            [this](bool busy) { m_confirm->setBusy(busy || !problems().isEmpty()); });
    hide();
}

QWidget* TargetingPanel::makeSide()
{
    auto* side = new QWidget;
    m_bucketBy->setObjectName(QStringLiteral("targeting.bucketBy"));
    m_bucketBy->setAccessibleName(tr("Bucketed by"));
    m_bucketBy->setEditable(true);
    m_bucketBy->setInsertPolicy(QComboBox::NoInsert);
    m_bucketBy->addItems(
        {QStringLiteral("user_id"), QStringLiteral("org_id"), QStringLiteral("session_id")});
    m_bucketBy->lineEdit()->setObjectName(QStringLiteral("targeting.bucketBy.text"));
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins({});
    column->setSpacing(m_theme.grid(2));
    column->addWidget(makeLabel(tr("Bucketed by"), "strong"));
    column->addWidget(m_bucketBy);
    column->addWidget(makeParagraph(
        tr("A user, an organisation, a session or any attribute: it is what stays together in one "
           "arm. Another choice deals everybody anew.")
            .toHtmlEscaped(),
        "secondary"));
    column->addSpacing(m_theme.grid(2));
    column->addWidget(makeLabel(tr("Allow list"), "strong"));
    column->addWidget(m_allow, 1);
    return side;
}

void TargetingPanel::open()
{
    show();
    m_rules->findChild<QPushButton*>(QStringLiteral("rules.add"))->setFocus(Qt::OtherFocusReason);
}

void TargetingPanel::close()
{
    reset();
    hide();
}

void TargetingPanel::refresh()
{
    if (m_editor.facts().name != m_shownRoute) {
        m_shownRoute = m_editor.facts().name;
        reset();
        hide();
    } else if (!m_editing) {
        load();
    }
    const QString why = m_editor.facts().killed ? tr("Rolled back: acknowledge it above first.")
                                                : m_plane.whyNot("routes.put");
    for (QWidget* part : {static_cast<QWidget*>(m_rules), static_cast<QWidget*>(m_allow),
                          static_cast<QWidget*>(m_bucketBy)}) {
        part->setEnabled(why.isEmpty());
        part->setToolTip(why);
    }
}

/// The route's own values; a form that says the same already is left alone, with its steps.
void TargetingPanel::load()
{
    const Json& route = m_editor.route();
    const Json rules = route.is_object() ? route.value("rules", Json::array()) : Json::array();
    if (rules != m_rules->logic() || m_rules->changed()) {
        m_rules->setLogic(rules);
    }
    const Json allow = route.is_object() ? route.value("allow", Json::array()) : Json::array();
    if (allow != m_allow->allow()) {
        m_allow->setAllow(allow);
    }
    if (m_bucketBy->currentText() != m_editor.facts().bucketBy) {
        const QSignalBlocker blocker(m_bucketBy);
        m_bucketBy->setEditText(m_editor.facts().bucketBy);
    }
}

void TargetingPanel::reset()
{
    m_editing = false;
    m_debounce.stop();
    ++m_question;
    m_editor.release(*this);
    m_confirm->closeBox();
    load();
}

Json TargetingPanel::patch() const
{
    Json patch = Json::object();
    const Json& route = m_editor.route();
    const auto put = [&](const char* member, Json value, const Json& none) {
        if (value != (route.is_object() ? route.value(member, none) : none)) {
            patch[member] = std::move(value);
        }
    };
    put("rules", m_rules->logic(), Json::array());
    put("allow", m_allow->allow(), Json::array());
    put("bucket_by", m_bucketBy->currentText().trimmed().toStdString(), "");
    return patch;
}

QStringList TargetingPanel::problems() const
{
    QStringList problems = m_rules->problems();
    if (const QString allow = m_allow->problem(); !allow.isEmpty()) {
        problems << allow;
    }
    if (m_bucketBy->currentText().trimmed().isEmpty()) {
        problems << tr("Say what is bucketed by.");
    }
    return problems;
}

void TargetingPanel::change()
{
    ++m_question;
    m_moves.clear();
    if (patch().empty() && !m_rules->changed()) {
        m_editing = false;
        m_debounce.stop();
        m_editor.release(*this);
        m_confirm->closeBox();
        return;
    }
    if (!m_editing) {
        m_editing = true;
        m_editor.hold(*this);
    }
    updateConfirm();
    if (problems().isEmpty()) {
        m_debounce.start();
    } else {
        m_debounce.stop();
    }
}

void TargetingPanel::updateConfirm()
{
    const QStringList wrong = problems();
    QString effect = m_moves.isEmpty() ? tr("Counting who would move…") : m_moves;
    if (!wrong.isEmpty()) {
        effect = wrong.join(QLatin1Char(' ')).toHtmlEscaped();
    } else if (patch().contains("bucket_by")) {
        effect += QStringLiteral("<br><b>") +
                  tr("Bucketing by %1 deals everybody anew.")
                      .arg(m_bucketBy->currentText())
                      .toHtmlEscaped() +
                  QStringLiteral("</b>");
    }
    const bool first = m_confirm->isHidden();
    QWidget* focus = QApplication::focusWidget();
    m_confirm->ask(effect, tr("Save targeting"), patch().contains("bucket_by"));
    m_confirm->setBusy(!wrong.isEmpty() || m_editor.busy());
    if (first && focus != nullptr) {
        focus->setFocus(Qt::OtherFocusReason); // the hand stays in the form
    }
}

void TargetingPanel::askDryRun()
{
    const quint64 question = ++m_question;
    Json arguments{{"route", m_editor.facts().name.toStdString()}};
    arguments["definition"] = patch();
    arguments["patch"] = true;
    m_plane.execute("routes.dry_run", std::move(arguments), this,
                    [this, question](const Result<api::CommandReply>& reply) {
                        if (question != m_question) {
                            return;
                        }
                        m_moves = reply.ok()
                                      ? movesHtml(reply->result)
                                      : tr("Who moves cannot be told: %1")
                                            .arg(QString::fromStdString(describe(reply.error())))
                                            .toHtmlEscaped();
                        updateConfirm();
                    });
}

} // namespace sluice::ui
