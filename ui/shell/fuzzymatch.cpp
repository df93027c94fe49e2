// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/fuzzymatch.h"

#include <algorithm>
#include <vector>

namespace sluice::ui {

namespace {

constexpr int kNone = -1'000'000;

bool startsWord(const QString& text, qsizetype at)
{
    return at == 0 || !text.at(at - 1).isLetterOrNumber() ||
           (text.at(at).isUpper() && text.at(at - 1).isLower());
}

/// score[i][j]: best with the i-th typed character on the j-th of the text.
struct Table
{
    std::vector<std::vector<int>> score;
    std::vector<std::vector<qsizetype>> from;
};

void fillRow(Table& table, std::size_t row, const QString& typed, const QString& text)
{
    int bestBefore = kNone;
    qsizetype bestAt = -1;
    for (qsizetype j = 0; j < text.size(); ++j) {
        const auto column = static_cast<std::size_t>(j);
        if (row > 0 && j > 0 && table.score[row - 1][column - 1] > bestBefore) {
            bestBefore = table.score[row - 1][column - 1];
            bestAt = j - 1;
        }
        if (text.at(j).toCaseFolded() != typed.at(static_cast<qsizetype>(row)).toCaseFolded()) {
            continue;
        }
        const int own = 1 + (startsWord(text, j) ? 8 : 0) -
                        (row == 0 ? static_cast<int>(std::min<qsizetype>(j, 6)) : 0);
        if (row == 0) {
            table.score[row][column] = own;
            continue;
        }
        const int joined = j > 0 && table.score[row - 1][column - 1] > kNone
                               ? table.score[row - 1][column - 1] + 6
                               : kNone;
        if (bestBefore > kNone && bestBefore >= joined) {
            table.score[row][column] = bestBefore + own;
            table.from[row][column] = bestAt;
        } else if (joined > kNone) {
            table.score[row][column] = joined + own;
            table.from[row][column] = j - 1;
        }
    }
}

} // namespace

std::optional<FuzzyMatch> fuzzyMatch(const QString& typedText, const QString& text)
{
    QString typed = typedText;
    typed.removeIf([](QChar c) { return c.isSpace(); });
    if (typed.isEmpty()) {
        return FuzzyMatch{};
    }
    const auto rows = static_cast<std::size_t>(typed.size());
    const auto columns = static_cast<std::size_t>(text.size());
    Table table{std::vector(rows, std::vector<int>(columns, kNone)),
                std::vector(rows, std::vector<qsizetype>(columns, -1))};
    for (std::size_t row = 0; row < rows; ++row) {
        fillRow(table, row, typed, text);
    }
    if (columns == 0) {
        return std::nullopt;
    }
    const auto& last = table.score[rows - 1];
    const auto best = std::max_element(last.begin(), last.end());
    if (*best <= kNone) {
        return std::nullopt;
    }
    FuzzyMatch match;
    match.score = *best - static_cast<int>(columns) / 8; // of equals, the shorter
    auto at = static_cast<qsizetype>(best - last.begin());
    for (std::size_t row = rows; row-- > 0;) {
        match.positions.prepend(at);
        at = table.from[row][static_cast<std::size_t>(at)];
    }
    return match;
}

} // namespace sluice::ui
