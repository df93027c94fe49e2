// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/unitchoice.h"

#include "ui/models/format.h"

#include <QComboBox>
#include <QSignalBlocker>

namespace sluice::ui {

void fillUnits(QComboBox& box, const Json& units, const QString& none)
{
    const QSignalBlocker blocker(&box);
    box.clear();
    if (!none.isEmpty()) {
        box.addItem(none, QString());
    }
    for (const Json& unit : read::child(units, "units")) {
        const QString id = read::text(unit, "id");
        const Json& aliases = read::child(unit, "aliases");
        const QString name = aliases.is_array() && !aliases.empty() && aliases[0].is_string()
                                 ? QString::fromStdString(aliases[0].get<std::string>())
                                 : format::shortId(id);
        box.addItem(QStringLiteral("%1   %2   %3")
                        .arg(name, format::shortId(id), read::text(unit, "model")),
                    id);
    }
}

} // namespace sluice::ui
