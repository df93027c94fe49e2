// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace sluice::ui {

/// A bordered surface with 8 px corners; with a title it has a header line holding title, subtitle
/// and tools.
class Panel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Panel)

public:
    explicit Panel(const Theme& theme, const QString& title = {}, const QString& subtitle = {},
                   QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setSubtitle(const QString& subtitle);
    /// At the right end of the header, left to right.
    void addTool(QWidget* tool);
    /// Where content goes. Padded by default; setFlush() takes the padding away (tables, charts).
    [[nodiscard]] QVBoxLayout* body() const noexcept { return m_body; }
    void setFlush();

private:
    QWidget* m_header;
    QHBoxLayout* m_tools;
    QLabel* m_title;
    QLabel* m_subtitle;
    QFrame* m_rule;
    QVBoxLayout* m_body;
};

} // namespace sluice::ui
