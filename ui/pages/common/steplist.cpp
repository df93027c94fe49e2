// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/steplist.h"

#include "ui/models/condition.h"
#include "ui/models/format.h"
#include "ui/pages/common/labels.h"

#include <QGridLayout>
#include <QLabel>

namespace sluice::ui {

namespace {

/// A detail as one line: a rule's condition in words, other members as "name value".
QString detailText(const Json& detail)
{
    if (detail.is_string()) {
        return QString::fromStdString(detail.get<std::string>());
    }
    if (!detail.is_object()) {
        return detail.is_null() ? QString() : QString::fromStdString(detail.dump());
    }
    QStringList parts;
    for (const auto& [member, value] : detail.items()) {
        if (member == "when") {
            parts << conditionText(value);
        } else if (!value.is_null()) {
            const QString text = value.is_string()
                                     ? QString::fromStdString(value.get<std::string>())
                                     : QString::fromStdString(value.dump());
            parts << QString::fromStdString(member) + QLatin1Char(' ') + text;
        }
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace

StepList::StepList(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins({});
    m_grid->setHorizontalSpacing(theme.grid(3));
    m_grid->setVerticalSpacing(theme.grid(1));
    m_grid->setColumnStretch(2, 1);
}

void StepList::setSteps(const Json& steps)
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    int row = 0;
    for (const Json& step : steps) {
        m_grid->addWidget(makeLabel(read::text(step, "step"), "secondary"), row, 0, Qt::AlignTop);
        QLabel* outcome = makeLabel(read::text(step, "outcome"));
        outcome->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_grid->addWidget(outcome, row, 1, Qt::AlignTop);
        QLabel* detail = makeLabel(
            detailText(step.is_object() ? step.value("detail", Json()) : Json()), "secondary");
        detail->setWordWrap(true);
        detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_grid->addWidget(detail, row, 2);
        ++row;
    }
}

} // namespace sluice::ui
