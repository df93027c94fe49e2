// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/testerbox.h"

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

namespace {

QLineEdit* field(const char* name, const QString& placeholder)
{
    auto* edit = new QLineEdit;
    edit->setObjectName(QString::fromLatin1(name));
    edit->setPlaceholderText(placeholder);
    edit->setAccessibleName(placeholder);
    edit->setMaxLength(256);
    return edit;
}

ChipKind kindOf(const QString& arm)
{
    if (arm == QLatin1String("candidate")) {
        return ChipKind::Candidate;
    }
    return arm == QLatin1String("control") ? ChipKind::Control : ChipKind::Stable;
}

} // namespace

TesterBox::TesterBox(const Theme& theme, Plane& plane, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_user(field("tester.user", tr("user")))
    , m_org(field("tester.org", tr("organisation")))
    , m_session(field("tester.session", tr("session")))
    , m_ask(new QPushButton(tr("What would they get?")))
    , m_arm(new Chip(theme))
    , m_more(new QPushButton(tr("Attributes…")))
    , m_attributes(new JsonEdit(theme, QStringLiteral("tester.attributes")))
    , m_answer(makeParagraph({}))
    , m_steps(new StepList(theme))
{
    setVariant(*this, "surface", "note");
    m_ask->setObjectName(QStringLiteral("tester.ask"));
    m_answer->setObjectName(QStringLiteral("tester.answer"));
    auto* row = new QHBoxLayout;
    row->setSpacing(theme.grid(2));
    for (QLineEdit* edit : {m_user, m_org, m_session}) {
        row->addWidget(edit, 1);
        connect(edit, &QLineEdit::returnPressed, this, &TesterBox::ask);
    }
    m_more->setObjectName(QStringLiteral("tester.more"));
    m_more->setCheckable(true);
    m_more->setToolTip(tr("Other attributes that rules may ask for"));
    constexpr int least = 2;
    constexpr int most = 8;
    m_attributes->setLines(least, most);
    m_attributes->setPlaceholderText(tr("Attributes as JSON, such as {\"plan\": \"trial\"}"));
    m_attributes->hide();
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_more);
    row->addWidget(m_ask);
    auto* answer = new QHBoxLayout;
    answer->setSpacing(theme.grid(2));
    answer->addWidget(m_arm);
    answer->addWidget(m_answer, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme.grid(3), theme.grid(3), theme.grid(3), theme.grid(3));
    layout->setSpacing(theme.grid(2));
    layout->addLayout(row);
    layout->addWidget(m_attributes);
    layout->addLayout(answer);
    layout->addWidget(m_steps);
    m_steps->hide();
    connect(m_more, &QPushButton::toggled, m_attributes, &QWidget::setVisible);
    m_arm->hide();
    m_answer->hide();
    connect(m_ask, &QPushButton::clicked, this, &TesterBox::ask);
}

void TesterBox::setRoute(const QString& route)
{
    m_route = route;
    ++m_question;
    m_arm->hide();
    m_answer->hide();
    m_steps->hide();
}

void TesterBox::begin()
{
    m_user->setFocus(Qt::OtherFocusReason);
}

void TesterBox::ask()
{
    Json arguments{{"route", m_route.toStdString()}};
    for (const auto& [name, edit] :
         {std::pair{"user", m_user}, std::pair{"org", m_org}, std::pair{"session", m_session}}) {
        if (!edit->text().trimmed().isEmpty()) {
            arguments[name] = edit->text().trimmed().toStdString();
        }
    }
    const quint64 question = ++m_question;
    if (m_more->isChecked() && !m_attributes->empty()) {
        if (!m_attributes->value()) {
            m_attributes->setFocus(Qt::OtherFocusReason); // its fault is named there
            return;
        }
        arguments["attributes"] = *m_attributes->value();
    }
    m_plane.execute("routes.explain", std::move(arguments), this,
                    [this, question](const Result<api::CommandReply>& reply) {
                        if (question != m_question) {
                            return;
                        }
                        m_answer->show();
                        m_steps->setVisible(reply.ok());
                        m_arm->setVisible(reply.ok());
                        if (reply.ok()) {
                            showAnswer(reply->result);
                        } else {
                            m_answer->setText(
                                QString::fromStdString(describe(reply.error())).toHtmlEscaped());
                        }
                    });
}

void TesterBox::showAnswer(const Json& answer)
{
    const QString arm = read::text(answer, "arm");
    m_arm->set(kindOf(arm), arm);
    QString why = tr("<b>%1</b>, assigned by %2")
                      .arg(read::unitName(read::child(answer, "unit")).toHtmlEscaped(),
                           read::text(answer, "by").toHtmlEscaped());
    const QString key = read::text(answer, "key");
    if (!key.isEmpty()) {
        why += tr("<br>key %1").arg(key.toHtmlEscaped());
    }
    if (const auto hash = read::integer(answer, "hash")) {
        why += tr(", hash %1 (%2)")
                   .arg(*hash)
                   .arg(QStringLiteral("0x%1").arg(*hash, 8, 16, QLatin1Char('0')));
    }
    if (const auto bucket = read::integer(answer, "bucket")) {
        why += tr(", bucket %1 of 10,000").arg(format::count(static_cast<double>(*bucket)));
    }
    m_answer->setText(why);
    m_steps->setSteps(read::child(answer, "steps"));
}

} // namespace sluice::ui
