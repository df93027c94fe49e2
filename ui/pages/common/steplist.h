// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QGridLayout;

namespace sluice::ui {

/// The steps by which the engine came to an answer: step, outcome, detail; one line each.
class StepList final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StepList)

public:
    explicit StepList(const Theme& theme, QWidget* parent = nullptr);

    /// [{"step", "outcome", "detail": text or object}].
    void setSteps(const Json& steps);

private:
    QGridLayout* m_grid;
};

} // namespace sluice::ui
