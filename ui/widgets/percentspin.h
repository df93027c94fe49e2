// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>

namespace sluice::ui {

/// A percentage of 0 to 100 in steps of 0.01, typed or stepped (Shift: 1, Ctrl: 10).
class PercentSpin final : public QDoubleSpinBox
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PercentSpin)

public:
    explicit PercentSpin(QWidget* parent = nullptr);
    void stepBy(int steps) override;

protected:
    void wheelEvent(QWheelEvent* event) override;
};

} // namespace sluice::ui
