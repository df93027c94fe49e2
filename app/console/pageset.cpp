// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/pageset.h"

#include "ui/pages/flags/flagspage.h"
#include "ui/pages/overview/overviewpage.h"
#include "ui/pages/requests/requestspage.h"
#include "ui/pages/route/routepage.h"
#include "ui/pages/units/unitspage.h"
#include "ui/shell/mainwindow.h"

#include <QCoreApplication>

namespace sluice::console {

void addPages(ui::MainWindow& window, ui::Theme& theme, ui::Plane& plane)
{
    window.addPage(std::make_unique<ui::OverviewPage>(theme, plane));
    window.addPage(std::make_unique<ui::RoutePage>(theme, plane));
    window.addPage(std::make_unique<ui::RequestsPage>(theme, plane));
    window.addPage(std::make_unique<ui::UnitsPage>(theme, plane));
    window.addPage(std::make_unique<ui::FlagsPage>(theme, plane));
    window.actionRegistry().add(
        {QStringLiteral("route.new"),
         QCoreApplication::translate("console", "Route"),
         QCoreApplication::translate("console", "New route…"),
         QStringLiteral("plus"),
         {},
         {}},
        [&window] {
            window.goTo({QStringLiteral("overview"), {}, {{QStringLiteral("new"), true}}});
        });
}

} // namespace sluice::console
