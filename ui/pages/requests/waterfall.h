// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QString>
#include <QWidget>

#include <vector>

namespace sluice::ui {

/// One stage of a request: where it begins and how long it takes, microseconds from admission.
struct StageBar
{
    QString name;
    double start = 0;
    double length = 0;
    Role color = Role::Control;
};

/// A record's "stages" laid one after the other. Stages that did not happen are left out; waiting
/// for the first token begins where connecting ended and holds earlier attempts too; a request
/// without content waits to its end.
std::vector<StageBar> stageBars(const Json& stages);

/// The stages as a horizontal waterfall with their times. Pure painting; the widget is as high as
/// its rows.
class Waterfall final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Waterfall)

public:
    explicit Waterfall(const Theme& theme, QWidget* parent = nullptr);
    void show(const Json& stages);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] int rowHeight() const;

    const Theme& m_theme;
    std::vector<StageBar> m_bars;
    double m_total = 0;
};

} // namespace sluice::ui
