// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/flags/flaggeneration.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/labels.h"
#include "ui/theme/variant.h"
#include "ui/widgets/numberlabel.h"
#include "ui/widgets/panel.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

namespace sluice::ui {

FlagGeneration::FlagGeneration(const Theme& theme, Plane& plane, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_text(makeParagraph({}))
    , m_routes(new QGridLayout)
    , m_confirm(new ConfirmBox(theme, QStringLiteral("generation.apply")))
{
    auto* panel =
        new Panel(theme, tr("Generation of fractional"), tr("how people are dealt into shares"));
    auto* shut = new QPushButton(tr("Close"));
    shut->setObjectName(QStringLiteral("generation.close"));
    setVariant(*shut, "kind", "quiet");
    panel->addTool(shut);
    m_text->setObjectName(QStringLiteral("generation.text"));
    m_routes->setHorizontalSpacing(theme.grid(6));
    m_routes->setVerticalSpacing(theme.grid(1));
    panel->body()->addWidget(m_text);
    panel->body()->addLayout(m_routes);
    panel->body()->addWidget(m_confirm);
    panel->body()->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(panel);
    connect(shut, &QPushButton::clicked, this, &FlagGeneration::closed);
    connect(m_confirm, &ConfirmBox::cancelled, this, &FlagGeneration::closed);
    connect(m_confirm, &ConfirmBox::confirmed, this, &FlagGeneration::apply);
}

void FlagGeneration::ask(int present)
{
    m_to = present == 3 ? 2 : 3;
    m_confirm->closeBox();
    showCount(Json::object());
    if (const QString refused = m_plane.whyNot("flags.generation"); !refused.isEmpty()) {
        m_text->setText(refused.toHtmlEscaped());
        return;
    }
    m_text->setText(tr("Counting who would change arm…").toHtmlEscaped());
    const quint64 question = ++m_question;
    m_plane.execute(
        "flags.generation", {{"version", m_to}, {"dry_run", true}, {"reason", "preview"}}, this,
        [this, question](const Result<api::CommandReply>& reply) {
            if (question != m_question) {
                return;
            }
            if (!reply.ok()) {
                m_text->setText(QString::fromStdString(describe(reply.error())).toHtmlEscaped());
                return;
            }
            showCount(reply->result);
            m_confirm->ask(tr("Switches all flags and routes to generation %1 at "
                              "once. Whoever moves meets the other arm at the next "
                              "request.")
                               .arg(m_to),
                           tr("Switch to generation %1").arg(m_to), true);
        });
}

void FlagGeneration::showCount(const Json& count)
{
    while (QLayoutItem* item = m_routes->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    if (count.empty()) {
        return;
    }
    const double known = read::number(count, "known_users").value_or(0);
    const double moved = read::number(count, "would_move").value_or(0);
    m_text->setText(tr("From generation %1 to %2, <b>%3</b> of %4 known users would change arm.")
                        .arg(QString::number(read::integer(count, "from").value_or(0)),
                             QString::number(read::integer(count, "to").value_or(0)),
                             format::count(moved), format::count(known)));
    const QStringList titles{tr("Route"), tr("Known users"), tr("Would move")};
    for (int column = 0; column < titles.size(); ++column) {
        m_routes->addWidget(makeLabel(titles[column], "small"), 0, column);
    }
    m_routes->setColumnStretch(static_cast<int>(titles.size()), 1);
    int row = 1;
    for (const Json& route : read::child(count, "routes")) {
        m_routes->addWidget(makeLabel(read::text(route, "route")), row, 0);
        int column = 1;
        for (const char* member : {"known_users", "would_move"}) {
            auto* number = new NumberLabel(m_theme);
            number->setText(format::count(read::number(route, member).value_or(0)));
            number->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_routes->addWidget(number, row, column++);
        }
        ++row;
    }
}

void FlagGeneration::apply(const QString& reason)
{
    m_confirm->setBusy(true);
    m_plane.execute("flags.generation", {{"version", m_to}, {"reason", reason.toStdString()}}, this,
                    [this](const Result<api::CommandReply>& reply) {
                        m_confirm->setBusy(false);
                        if (reply.ok()) {
                            m_confirm->closeBox();
                            Q_EMIT switched();
                        } else {
                            m_text->setText(
                                QString::fromStdString(describe(reply.error())).toHtmlEscaped());
                        }
                    });
}

} // namespace sluice::ui
