// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>

class QCoreApplication;

namespace sluice {

/// Puts the catalogue that fits `locale` before the application's texts; English where there is none
/// for its language, since plurals come from there. The application owns it. Once, before the first
/// text is made, in the application's thread. False only if the program was built without catalogues.
bool installCatalogue(QCoreApplication& application, const QLocale& locale = {});

} // namespace sluice
