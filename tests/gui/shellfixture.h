// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fakeplane.h"
#include "tests/support/manualclock.h"
#include "ui/models/plane.h"
#include "ui/shell/mainwindow.h"

#include <QAction>
#include <QApplication>
#include <QLineEdit>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>

namespace sluice::tests {

/// A page with nothing but what the shell asks of pages.
class PlainPage final : public ui::Page
{
public:
    PlainPage(const char* id, Section section)
        : m_id(QLatin1String(id))
        , m_section(section)
        , m_filter(new QLineEdit(this))
    {
        (new QVBoxLayout(this))->addWidget(m_filter);
    }
    QString id() const override { return m_id; }
    QString title() const override { return m_id.left(1).toUpper() + m_id.mid(1); }
    QString iconName() const override { return QStringLiteral("overview"); }
    Section section() const override { return m_section; }
    QString route() const override { return m_route; }
    void activate(const ui::Place& place) override
    {
        m_route = m_id == QLatin1String("route") && !place.route.isEmpty() ? place.route : m_route;
        ++activations;
    }
    QList<ui::KeyHint> keys() const override
    {
        return {{QStringLiteral("j"), QStringLiteral("down")}};
    }
    QWidget* filterField() override { return m_filter; }

    int activations = 0;

private:
    QString m_id;
    Section m_section;
    QLineEdit* m_filter;
    QString m_route;
};

/// The console's window on the fake control plane, shown, with the routes known.
struct ShellFixture
{
    explicit ShellFixture(FakePlane::State state = FakePlane::State::Data)
        : settings(scratch.filePath(QStringLiteral("s.ini")), QSettings::IniFormat)
    {
        control.setState(state);
        for (const char* id : {"overview", "route", "requests"}) {
            window.addPage(std::make_unique<PlainPage>(id, ui::Page::Section::Traffic));
        }
        window.addPage(std::make_unique<PlainPage>("units", ui::Page::Section::Parts));
        window.resize(1280, 800);
        window.show();
        window.activateWindow();
        (void)QTest::qWaitForWindowActive(&window);
        roundTrip();
    }

    /// Everything asked so far has been answered and shown.
    void roundTrip()
    {
        bool answered = false;
        plane.execute("fleet.status", Json::object(), &window,
                      [&answered](const auto&) { answered = true; });
        (void)QTest::qWaitFor([&answered] { return answered; });
    }
    [[nodiscard]] QWidget* sheet() const
    {
        return window.findChild<QWidget*>(QStringLiteral("rollbackSheet"));
    }
    void act(const char* id) { window.actionRegistry().find(QLatin1String(id))->trigger(); }
    void openSheet() { act("red.open"); }

    ManualClock clock;
    FakePlane control{clock};
    QTemporaryDir scratch;
    QSettings settings;
    ui::Theme theme{*qApp, ui::Theme::Mode::Light};
    ui::Plane plane{control, clock};
    ui::MainWindow window{theme, plane, settings};
};

} // namespace sluice::tests
