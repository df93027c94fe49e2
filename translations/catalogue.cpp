// SPDX-License-Identifier: GPL-3.0-or-later
#include "translations/catalogue.h"

#include <QCoreApplication>
#include <QTranslator>

namespace sluice {

bool installCatalogue(QCoreApplication& application, const QLocale& locale)
{
    auto* translator = new QTranslator(&application);
    const QString folder = QStringLiteral(":/translations");
    const bool loaded = translator->load(locale, QStringLiteral("sluice"), QStringLiteral("_"),
                                         folder) ||
                        translator->load(QStringLiteral("sluice_en"), folder);
    return loaded && QCoreApplication::installTranslator(translator);
}

} // namespace sluice
