// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/gui/shots.h"
#include "tests/support/fakeplane.h"
#include "tests/support/manualclock.h"
#include "ui/models/plane.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QTest>

#include <memory>

namespace sluice::tests {

/// What every page's test needs: theme, fake control plane, a Plane over it, the page in a window
/// of 1240 x 812 (the room that the shell leaves at 1440 x 900).
template <typename PageType>
class PageTest
{
public:
    explicit PageTest(ui::Theme::Mode mode = ui::Theme::Mode::Light)
        : m_theme(*qApp, mode)
        , m_fake(m_clock)
        , m_plane(m_fake, m_clock)
        , m_page(m_theme, m_plane)
    {
        m_plane.setIdentity("tester", api::Role::Admin);
        m_page.resize(1240, 812);
    }

    void show()
    {
        m_page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_page));
    }
    /// The control of that objectName; fails the test if it is not there.
    template <typename Widget>
    Widget* find(const char* name) const
    {
        auto* found = m_page.template findChild<Widget*>(QString::fromLatin1(name));
        if (found == nullptr) {
            QTest::qFail(name, __FILE__, __LINE__);
        }
        return found;
    }
    PageType& page() { return m_page; }
    FakePlane& fake() { return m_fake; }
    ui::Plane& plane() { return m_plane; }
    ui::Theme& theme() { return m_theme; }

private:
    SystemClock m_clock;
    ui::Theme m_theme;
    FakePlane m_fake;
    ui::Plane m_plane;
    PageType m_page;
};

} // namespace sluice::tests
