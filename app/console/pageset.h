// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace sluice::ui {
class MainWindow;
class Plane;
class Theme;
} // namespace sluice::ui

namespace sluice::console {

/// Gives the window every page that the console has, in the navigation's order. Theme and plane
/// must outlive it.
void addPages(ui::MainWindow& window, ui::Theme& theme, ui::Plane& plane);

} // namespace sluice::console
