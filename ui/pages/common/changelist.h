// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QGridLayout;

namespace sluice::ui {

/// Changes of routes or flags, member by member, in words: what it was and what it becomes side by
/// side, on the grounds of a diff. Long lists end with how many more there are.
class ChangeList final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChangeList)

public:
    explicit ChangeList(const Theme& theme, QWidget* parent = nullptr);

    /// Changes as the control plane tells them: {"route" or "flag", "pointer", "from", "to"}; names
    /// are shown if `named`.
    void setChanges(const Json& changes, bool named);
    /// Two people's changes of the same thing, side by side, matched by their pointers.
    void setThreeWay(const Json& theirs, const Json& yours);
    void clear();
    [[nodiscard]] int count() const noexcept { return m_rows; }

private:
    void heading(const QStringList& titles);
    void cell(int column, const QString& text, const char* ground);

    const Theme& m_theme;
    QGridLayout* m_grid;
    int m_row = 0;
    int m_rows = 0;
};

} // namespace sluice::ui
