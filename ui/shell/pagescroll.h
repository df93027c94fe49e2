// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace sluice::ui {

class Page;

/// Shows one page as large as the room it has, and scrolls only where docks leave it less than its
/// least size. (A resizable QScrollArea makes a page with wrapping texts as tall as it would like
/// to be.) Owns the page.
class PageScroll final : public QScrollArea
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PageScroll)

public:
    PageScroll(Page& page, QWidget* parent);

    [[nodiscard]] Page& page() const noexcept { return m_page; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fit();

    Page& m_page;
};

} // namespace sluice::ui
