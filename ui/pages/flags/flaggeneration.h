// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace sluice::ui {

class ConfirmBox;
class Plane;

/// Switches the generation of `fractional`, which deals people anew; counts first how many known
/// users would change arm, route by route. Controls: generation.text, generation.apply.….
class FlagGeneration final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlagGeneration)

public:
    FlagGeneration(const Theme& theme, Plane& plane, QWidget* parent = nullptr);
    /// Asks about the switch away from the present generation (2 or 3).
    void ask(int present);

Q_SIGNALS:
    void closed();
    void switched();

private:
    void showCount(const Json& count);
    void apply(const QString& reason);

    const Theme& m_theme;
    Plane& m_plane;
    int m_to = 3;
    QLabel* m_text;
    QGridLayout* m_routes;
    ConfirmBox* m_confirm;
    quint64 m_question = 0;
};

} // namespace sluice::ui
