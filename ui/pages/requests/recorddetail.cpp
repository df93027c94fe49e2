// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/requests/recorddetail.h"

#include "ui/models/format.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/requests/recordtext.h"
#include "ui/pages/requests/waterfall.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/panel.h"

#include <QClipboard>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>

namespace sluice::ui {

namespace {

ChipKind kindOf(const QString& arm)
{
    if (arm == QLatin1String("candidate")) {
        return ChipKind::Candidate;
    }
    return arm == QLatin1String("stable") ? ChipKind::Stable : ChipKind::Control;
}

QString number(const Json& object, const char* member)
{
    const auto value = read::number(object, member);
    return value ? format::count(*value) : format::dash();
}

} // namespace

RecordDetail::RecordDetail(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_panel(new Panel(theme, tr("Request")))
    , m_stack(new QStackedWidget)
    , m_copyId(new QPushButton(tr("Copy id")))
    , m_copyCurl(new QPushButton(tr("Copy as curl")))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_panel);
    m_panel->setFlush();
    m_copyId->setObjectName(QStringLiteral("record.copyId"));
    m_copyCurl->setObjectName(QStringLiteral("record.copyCurl"));
    m_copyCurl->setToolTip(tr("The question is not kept: put yours in place of QUESTION"));
    m_panel->addTool(m_copyId);
    m_panel->addTool(m_copyCurl);
    auto* nothing = makeLabel(tr("Choose a request to see its stages, attempts, tokens and cost."),
                              "", "secondary");
    nothing->setAlignment(Qt::AlignCenter);
    nothing->setWordWrap(true);
    nothing->setMargin(theme.grid(4));
    m_stack->addWidget(nothing);
    m_stack->addWidget(makeBody());
    m_panel->body()->addWidget(m_stack);
    connect(m_copyId, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(read::text(m_record, "id")); });
    connect(m_copyCurl, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(recordtext::curl(m_record, m_listen));
    });
    show(Json());
}

QWidget* RecordDetail::makeBody()
{
    auto* body = new QWidget;
    auto* columns = new QHBoxLayout(body);
    columns->setContentsMargins(m_theme.grid(4), m_theme.grid(3), m_theme.grid(4), m_theme.grid(3));
    columns->setSpacing(m_theme.grid(8));
    auto* column = new QVBoxLayout;
    column->setSpacing(m_theme.grid(2));
    auto* chips = new QHBoxLayout;
    chips->setSpacing(m_theme.grid(2));
    m_arm = new Chip(m_theme);
    m_outcome = new Chip(m_theme);
    m_simulated = new Chip(m_theme, ChipKind::Plain, tr("simulated"));
    for (Chip* chip : {m_arm, m_outcome, m_simulated}) {
        chips->addWidget(chip);
    }
    chips->addStretch(1);
    m_assignment = makeParagraph({});
    m_assignment->setObjectName(QStringLiteral("record.assignment"));
    m_waterfall = new Waterfall(m_theme);
    m_waterfall->setObjectName(QStringLiteral("record.stages"));
    m_attempts = new QVBoxLayout;
    m_attempts->setSpacing(m_theme.grid(1));
    m_facts = new QFormLayout;
    m_facts->setHorizontalSpacing(m_theme.grid(4));
    m_facts->setVerticalSpacing(m_theme.grid(1));
    m_facts->setLabelAlignment(Qt::AlignLeft);
    column->addLayout(chips);
    column->addWidget(m_assignment);
    column->addWidget(makeLabel(tr("Stages"), "strong"));
    column->addWidget(m_waterfall);
    column->addWidget(makeLabel(tr("Attempts"), "strong"));
    column->addLayout(m_attempts);
    column->addStretch(1);
    columns->addLayout(column, 1);
    columns->addLayout(m_facts, 1);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(body);
    for (QWidget* see : {scroll->viewport(), body}) {
        see->setAutoFillBackground(false); // the panel's ground, not the window's
    }
    return scroll;
}

void RecordDetail::show(const Json& record)
{
    m_record = record;
    const bool chosen = record.is_object();
    m_stack->setCurrentIndex(chosen ? 1 : 0);
    m_copyId->setEnabled(chosen);
    m_copyCurl->setEnabled(chosen);
    m_panel->setSubtitle(chosen ? read::text(record, "id") : QString());
    if (!chosen) {
        return;
    }
    const QString arm = read::text(record, "arm");
    m_arm->set(kindOf(arm), arm);
    const bool good = read::text(record, "outcome") == QLatin1String("ok");
    m_outcome->set(recordtext::failed(record)               ? ChipKind::Harm
                   : good && !read::flag(record, "refusal") ? ChipKind::Good
                                                            : ChipKind::Warning,
                   recordtext::outcome(record));
    m_simulated->setVisible(read::flag(record, "simulated"));
    QString sentence = tr("Assigned <b>%1</b> at revision %2.")
                           .arg(recordtext::assignment(record).toHtmlEscaped(),
                                QString::number(read::integer(record, "revision").value_or(0)));
    const QString assigned = read::unitName(read::child(record, "assigned_unit"));
    const QString served = read::unitName(read::child(record, "served_unit"));
    if (served.isEmpty()) {
        sentence += QLatin1Char(' ') + tr("No unit could answer.");
    } else if (served != assigned) {
        sentence += QLatin1Char(' ') +
                    tr("<b>%1</b> answered after a fallback: %2; counted against %3.")
                        .arg(served.toHtmlEscaped(), recordtext::fallback(record).toHtmlEscaped(),
                             assigned.toHtmlEscaped());
    } else {
        sentence += QLatin1Char(' ') + tr("<b>%1</b> answered.").arg(served.toHtmlEscaped());
    }
    m_assignment->setText(sentence);
    m_waterfall->show(read::child(record, "stages"));
    showAttempts();
    showFacts();
}

void RecordDetail::showAttempts()
{
    while (QLayoutItem* item = m_attempts->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int attempt = 0;
    for (const Json& json : read::child(m_record, "attempts")) {
        ++attempt;
        const QString error = read::text(json, "error");
        const auto status = read::integer(json, "status").value_or(0);
        const QString end = !error.isEmpty() ? error.toHtmlEscaped()
                            : status > 0     ? tr("HTTP %1").arg(status)
                                             : tr("no answer");
        m_attempts->addWidget(
            makeParagraph(tr("%1. <b>%2</b>, %3: %4")
                              .arg(QString::number(attempt),
                                   read::unitName(read::child(json, "unit")).toHtmlEscaped(),
                                   format::micros(read::number(json, "total_us")), end),
                          error.isEmpty() ? "secondary" : "harm"));
    }
    if (attempt == 0) {
        m_attempts->addWidget(makeLabel(tr("No provider was asked."), "", "secondary"));
    }
}

void RecordDetail::addFact(const QString& name, const QString& value, bool mono)
{
    QLabel* text = makeLabel(value.isEmpty() ? format::dash() : value, mono ? "mono" : "");
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->setWordWrap(true);
    m_facts->addRow(makeLabel(name, "secondary"), text);
}

void RecordDetail::showFacts()
{
    while (m_facts->rowCount() > 0) {
        m_facts->removeRow(0);
    }
    const Json& tokens = read::child(m_record, "tokens");
    const Json& raw = read::child(m_record, "raw");
    addFact(tr("At"), format::moment(read::integer(m_record, "at").value_or(0)));
    addFact(tr("Total"), format::micros(read::number(read::child(m_record, "stages"), "total")));
    addFact(tr("Cost"), recordtext::cost(m_record));
    addFact(tr("Tokens billed"),
            read::flag(m_record, "usage_known")
                ? tr("%1 in, %2 cached, %3 out")
                      .arg(number(tokens, "input"), number(tokens, "cached_input"),
                           number(tokens, "output"))
                : tr("unknown: the provider reported none"));
    addFact(tr("Tokens as reported"), tr("%1 prompt, %2 completion, %3 cached, %4 reasoning")
                                          .arg(number(raw, "prompt"), number(raw, "completion"),
                                               number(raw, "cached"), number(raw, "reasoning")));
    addFact(tr("Finish reason"), read::text(m_record, "finish_reason"));
    addFact(tr("Prompt"), read::text(m_record, "prompt"));
    const Json& attributes = read::child(m_record, "attributes");
    addFact(tr("Attributes"),
            attributes.empty() ? QString() : QString::fromStdString(attributes.dump()), true);
    addFact(tr("API key"), read::text(m_record, "api_key"));
    addFact(tr("Session"), read::text(m_record, "session"), true);
    addFact(tr("Bucketing key"), read::text(m_record, "key_hmac").left(16), true);
    addFact(tr("Gateway"), read::text(m_record, "gateway"));
    addFact(tr("Trace"), read::text(m_record, "trace_id"), true);
}

} // namespace sluice::ui
