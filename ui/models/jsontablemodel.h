// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QAbstractTableModel>

#include <functional>
#include <vector>

namespace sluice::ui {

/// One column of a JsonTableModel. `text` makes what is shown and copied; `sort` the value rows are
/// ordered by (default: the text). Both must be pure functions of the row.
struct JsonColumn
{
    QString id; ///< stable name for settings
    QString title;
    std::function<QString(const Json& row)> text;
    std::function<QVariant(const Json& row)> sort;
    bool number = false; ///< right-aligned, tabular digits
    QString toolTip;     ///< what the column means
    bool time = false;   ///< times of day: the header says by which clock
};

/// Rows of JSON with a key each. setRows() merges: rows that stay keep their index objects, so that
/// selection and scroll survive a refresh. Texts are made once a row change, not in data(). GUI
/// thread only.
class JsonTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JsonTableModel)

public:
    enum DataRole
    {
        SortRole = Qt::UserRole + 1,
        KeyRole,
        NumberRole
    };

    /// `key`: member that tells rows apart, e.g. "id".
    JsonTableModel(std::string key, std::vector<JsonColumn> columns, QObject* parent = nullptr);

    /// Takes the new rows (a JSON array of objects), in their order.
    void setRows(const Json& rows);
    /// Rows before the present ones (newest first lists), at most `limit` kept in all.
    void prepend(const Json& rows, int limit);
    /// Rows after the present ones (the next page of a list).
    void append(const Json& rows);
    [[nodiscard]] const Json& row(int index) const
    {
        return m_rows[static_cast<std::size_t>(index)].json;
    }
    /// Row number of a key, -1 if absent.
    [[nodiscard]] int find(const QString& key) const;
    [[nodiscard]] const std::vector<JsonColumn>& columns() const noexcept { return m_columns; }
    /// Makes all texts anew: the meaning of "now", the language or a setting changed.
    void refreshTexts();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row
    {
        QString key;
        Json json;
        QStringList texts;
    };
    [[nodiscard]] Row makeRow(const Json& json) const;
    [[nodiscard]] std::vector<Row> makeRows(const Json& rows) const;
    void removeAbsent(const std::vector<Row>& wanted);
    void place(std::size_t position, Row row);

    std::string m_keyMember;
    std::vector<JsonColumn> m_columns;
    std::vector<Row> m_rows;
};

} // namespace sluice::ui
