// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/stalelabel.h"

#include "ui/models/format.h"
#include "ui/theme/variant.h"

namespace sluice::ui {

StaleLabel::StaleLabel(LiveQuery& query, QWidget* parent)
    : QLabel(parent)
    , m_query(query)
{
    setObjectName(QStringLiteral("stale"));
    setVariant(*this, "tone", "warning");
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &StaleLabel::refresh);
    connect(&query, &LiveQuery::changed, this, &StaleLabel::refresh);
    hide();
}

void StaleLabel::refresh()
{
    const bool stale = m_query.state() == LiveQuery::State::Stale;
    setVisible(stale);
    if (!stale) {
        m_timer.stop();
        return;
    }
    m_timer.start();
    setText(tr("! values from %1")
                .arg(format::age(m_query.age().value_or(std::chrono::microseconds(0)))));
    setToolTip(
        tr("The engine does not answer: %1").arg(QString::fromStdString(m_query.error().message)));
}

bool showQueryState(StateStack& stack, const LiveQuery& query)
{
    switch (query.state()) {
    case LiveQuery::State::Loading:
        stack.showLoading();
        return false;
    case LiveQuery::State::Error:
        stack.showError(QString::fromStdString(describe(query.error())));
        return false;
    case LiveQuery::State::Data:
    case LiveQuery::State::Stale:
        return true;
    }
    return false;
}

} // namespace sluice::ui
