// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/livequery.h"
#include "ui/widgets/statestack.h"

#include <QLabel>
#include <QTimer>

namespace sluice::ui {

/// Says how old the shown values are once the engine has stopped answering; hidden while all is
/// well.
class StaleLabel final : public QLabel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StaleLabel)

public:
    explicit StaleLabel(LiveQuery& query, QWidget* parent = nullptr);

private:
    void refresh();

    LiveQuery& m_query;
    QTimer m_timer;
};

/// Loading and error of `query` on `stack`, with retry; true if there is data to show.
bool showQueryState(StateStack& stack, const LiveQuery& query);

} // namespace sluice::ui
