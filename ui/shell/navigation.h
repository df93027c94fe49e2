// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"
#include "ui/widgets/page.h"

#include <QHash>
#include <QWidget>

class QButtonGroup;
class QPushButton;
class QVBoxLayout;

namespace sluice::ui {

/// The pages at the left, in their sections. Lists only what is there. Up and Down move, Enter
/// goes.
class Navigation final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Navigation)

public:
    explicit Navigation(const Theme& theme, QWidget* parent = nullptr);
    /// In the order in which they shall stand.
    void add(const Page& page);
    void setCurrent(const QString& pageId);
    [[nodiscard]] QStringList pages() const;

Q_SIGNALS:
    void chosen(const QString& pageId);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void tint();

    struct Entry
    {
        QString id;
        QString icon;
        QPushButton* button = nullptr;
    };
    const Theme& m_theme;
    QVBoxLayout* m_column;
    QButtonGroup* m_group;
    QList<Entry> m_entries;
    std::optional<Page::Section> m_section;
};

} // namespace sluice::ui
