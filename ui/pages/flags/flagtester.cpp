// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/flags/flagtester.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/common/steplist.h"
#include "ui/theme/variant.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/jsonedit.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace sluice::ui {

FlagTester::FlagTester(const Theme& theme, Plane& plane, QWidget* parent)
    : QWidget(parent)
    , m_plane(plane)
    , m_key(new QLineEdit)
    , m_context(new JsonEdit(theme, QStringLiteral("flagtest.context")))
    , m_ask(new QPushButton(tr("What would they get?")))
    , m_note(makeLabel(tr("The flag in force is asked, not what you are editing."), "", "warning"))
    , m_variant(new Chip(theme))
    , m_answer(makeParagraph({}))
    , m_value(makeLabel({}, "mono"))
    , m_steps(new StepList(theme))
{
    m_key->setObjectName(QStringLiteral("flagtest.key"));
    m_key->setPlaceholderText(tr("targetingKey (a user)"));
    m_key->setAccessibleName(tr("targetingKey"));
    m_ask->setObjectName(QStringLiteral("flagtest.ask"));
    m_answer->setObjectName(QStringLiteral("flagtest.answer"));
    m_value->setObjectName(QStringLiteral("flagtest.value"));
    m_value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_value->setWordWrap(true);
    m_context->setPlaceholderText(
        tr("Context as JSON, such as {\"email\": \"mara@example.com\", \"plan\": \"trial\"}"));
    constexpr int least = 4;
    constexpr int most = 16;
    m_context->setLines(least, most);
    m_note->setWordWrap(true);
    m_note->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(theme.grid(2));
    row->addWidget(m_key, 1);
    row->addWidget(m_ask);
    auto* answer = new QHBoxLayout;
    answer->setSpacing(theme.grid(2));
    answer->addWidget(m_variant);
    answer->addWidget(m_answer, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(theme.grid(3) + 2, theme.grid(3), theme.grid(3), theme.grid(3));
    column->setSpacing(theme.grid(2));
    column->addWidget(m_note);
    column->addLayout(row);
    column->addWidget(m_context);
    column->addLayout(answer);
    column->addWidget(m_value);
    column->addWidget(m_steps);
    column->addStretch(1);
    connect(m_key, &QLineEdit::returnPressed, this, &FlagTester::ask);
    connect(m_ask, &QPushButton::clicked, this, &FlagTester::ask);
    setFlag({});
}

void FlagTester::setFlag(const QString& key)
{
    m_flag = key;
    ++m_question;
    for (QWidget* part : {static_cast<QWidget*>(m_variant), static_cast<QWidget*>(m_answer),
                          static_cast<QWidget*>(m_value), static_cast<QWidget*>(m_steps)}) {
        part->hide();
    }
}

void FlagTester::setEdited(bool edited)
{
    m_note->setVisible(edited);
}

void FlagTester::ask()
{
    Json context = Json::object();
    if (!m_context->empty()) {
        if (!m_context->value() || !m_context->value()->is_object()) {
            m_context->showProblem(tr("the context is an object: {\"attribute\": value}"));
            return;
        }
        context = *m_context->value();
    }
    if (!m_key->text().trimmed().isEmpty()) {
        context["targetingKey"] = m_key->text().trimmed().toStdString();
    }
    const quint64 question = ++m_question;
    m_plane.execute("flags.evaluate", {{"flag", m_flag.toStdString()}, {"context", context}}, this,
                    [this, question](const Result<api::CommandReply>& reply) {
                        if (question != m_question) {
                            return;
                        }
                        m_answer->show();
                        if (reply.ok()) {
                            showAnswer(reply->result);
                            return;
                        }
                        m_variant->hide();
                        m_value->hide();
                        m_steps->hide();
                        m_answer->setText(
                            QString::fromStdString(describe(reply.error())).toHtmlEscaped());
                    });
}

void FlagTester::showAnswer(const Json& answer)
{
    const QString error = read::text(answer, "error_code");
    const QString variant = read::text(answer, "variant");
    m_variant->show();
    m_variant->set(!error.isEmpty()    ? ChipKind::Harm
                   : variant.isEmpty() ? ChipKind::Unknown
                                       : ChipKind::Plain,
                   !error.isEmpty()    ? error
                   : variant.isEmpty() ? tr("no value")
                                       : variant);
    QString why = tr("reason %1").arg(read::text(answer, "reason")).toHtmlEscaped();
    if (!error.isEmpty()) {
        why += QStringLiteral("<br>") + read::text(answer, "error_details").toHtmlEscaped();
    } else if (variant.isEmpty()) {
        why += QStringLiteral("<br>") +
               tr("The application uses the default in its own code.").toHtmlEscaped();
    }
    const Json& metadata = read::child(answer, "metadata");
    if (!metadata.empty()) {
        why += QStringLiteral("<br>") +
               tr("metadata %1").arg(QString::fromStdString(metadata.dump())).toHtmlEscaped();
    }
    m_answer->setText(why);
    constexpr int width = 60;
    m_value->setVisible(!variant.isEmpty());
    m_value->setText(jsontext::pretty(answer.value("value", Json()), width));
    m_steps->setSteps(read::child(answer, "steps"));
    m_steps->show();
}

} // namespace sluice::ui
