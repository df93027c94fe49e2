// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QString>
#include <QStringList>

namespace sluice::ui {

/// A flag as the list shows it.
struct FlagFacts
{
    QString key;
    bool enabled = false;
    QString type; ///< "boolean", "string", "number", "object"; empty if variants disagree
    QStringList variants;
    QString defaultVariant; ///< empty: the application's own default
    int rules = 0;          ///< of its targeting; -1: not a list of rules
};

FlagFacts flagFacts(const std::string& key, const Json& definition);

/// Rows for the table out of a flags.list reply: each {"key", "route": whose own flag it is or
/// null, "source": which brings it or null, "definition"}.
Json flagRows(const Json& list);

/// A definition to begin with: a boolean that is off for everybody.
Json newFlag();

/// Why `key` cannot be a new flag's; empty if it can. `rows`: flagRows().
QString flagKeyProblem(const QString& key, const Json& rows);

} // namespace sluice::ui
