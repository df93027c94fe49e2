// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include <optional>

namespace sluice::ui {

/// How well what was typed fits a text.
struct FuzzyMatch
{
    int score = 0;              ///< higher is better; comparable for one typed text only
    QList<qsizetype> positions; ///< of the matched characters, ascending
};

/// Whether the typed characters appear in `text` in order (case-insensitive, blanks ignored);
/// better at word starts and in runs. Empty input fits everything with score 0. Pure function.
std::optional<FuzzyMatch> fuzzyMatch(const QString& typed, const QString& text);

} // namespace sluice::ui
