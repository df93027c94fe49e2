// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/jsontablemodel.h"

#include "ui/models/format.h"

#include <QSet>

#include <algorithm>

namespace sluice::ui {

JsonTableModel::JsonTableModel(std::string key, std::vector<JsonColumn> columns, QObject* parent)
    : QAbstractTableModel(parent)
    , m_keyMember(std::move(key))
    , m_columns(std::move(columns))
{
}

JsonTableModel::Row JsonTableModel::makeRow(const Json& json) const
{
    Row row;
    row.json = json;
    if (const auto found = json.find(m_keyMember); found != json.end()) {
        row.key =
            QString::fromStdString(found->is_string() ? found->get<std::string>() : found->dump());
    }
    for (const JsonColumn& column : m_columns) {
        row.texts.append(column.text ? column.text(json) : QString());
    }
    return row;
}

std::vector<JsonTableModel::Row> JsonTableModel::makeRows(const Json& rows) const
{
    std::vector<Row> made;
    QSet<QString> seen;
    for (const Json& json : rows) {
        Row row = makeRow(json);
        if (!seen.contains(row.key)) { // a key names one row; the first wins
            seen.insert(row.key);
            made.push_back(std::move(row));
        }
    }
    return made;
}

void JsonTableModel::setRows(const Json& rows)
{
    std::vector<Row> wanted = makeRows(rows);
    removeAbsent(wanted);
    for (std::size_t position = 0; position < wanted.size(); ++position) {
        place(position, std::move(wanted[position]));
    }
}

void JsonTableModel::removeAbsent(const std::vector<Row>& wanted)
{
    QSet<QString> keys;
    for (const Row& row : wanted) {
        keys.insert(row.key);
    }
    for (int last = static_cast<int>(m_rows.size()) - 1; last >= 0; --last) {
        int first = last;
        while (first >= 0 && !keys.contains(m_rows[static_cast<std::size_t>(first)].key)) {
            --first;
        }
        if (first < last) {
            beginRemoveRows({}, first + 1, last);
            m_rows.erase(m_rows.begin() + first + 1, m_rows.begin() + last + 1);
            endRemoveRows();
            last = first + 1;
        }
    }
}

void JsonTableModel::place(std::size_t position, Row row)
{
    const int target = static_cast<int>(position);
    const auto from = m_rows.begin() + std::min(target, static_cast<int>(m_rows.size()));
    const auto found =
        std::find_if(from, m_rows.end(), [&](const Row& have) { return have.key == row.key; });
    if (found == m_rows.end()) {
        beginInsertRows({}, target, target);
        m_rows.insert(m_rows.begin() + target, std::move(row));
        endInsertRows();
        return;
    }
    if (const int source = static_cast<int>(found - m_rows.begin()); source != target) {
        beginMoveRows({}, source, source, {}, target);
        std::rotate(m_rows.begin() + target, m_rows.begin() + source, m_rows.begin() + source + 1);
        endMoveRows();
    }
    Row& have = m_rows[position];
    if (have.json != row.json || have.texts != row.texts) {
        have = std::move(row);
        Q_EMIT dataChanged(index(target, 0), index(target, columnCount() - 1));
    }
}

void JsonTableModel::prepend(const Json& rows, int limit)
{
    std::vector<Row> fresh = makeRows(rows);
    std::erase_if(fresh, [&](const Row& row) { return find(row.key) >= 0; });
    if (!fresh.empty()) {
        beginInsertRows({}, 0, static_cast<int>(fresh.size()) - 1);
        m_rows.insert(m_rows.begin(), std::make_move_iterator(fresh.begin()),
                      std::make_move_iterator(fresh.end()));
        endInsertRows();
    }
    if (const int count = rowCount(); count > limit) {
        beginRemoveRows({}, limit, count - 1);
        m_rows.resize(static_cast<std::size_t>(limit));
        endRemoveRows();
    }
}

void JsonTableModel::append(const Json& rows)
{
    std::vector<Row> fresh = makeRows(rows);
    std::erase_if(fresh, [&](const Row& row) { return find(row.key) >= 0; });
    if (fresh.empty()) {
        return;
    }
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(fresh.size()) - 1);
    m_rows.insert(m_rows.end(), std::make_move_iterator(fresh.begin()),
                  std::make_move_iterator(fresh.end()));
    endInsertRows();
}

int JsonTableModel::find(const QString& key) const
{
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& row) { return row.key == key; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

void JsonTableModel::refreshTexts()
{
    for (Row& row : m_rows) {
        row = makeRow(row.json);
    }
    if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
}

int JsonTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int JsonTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant JsonTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const JsonColumn& column = m_columns[static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
        return row.texts.at(index.column());
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (column.number ? Qt::AlignRight : Qt::AlignLeft));
    case SortRole:
        return column.sort ? column.sort(row.json) : QVariant(row.texts.at(index.column()));
    case KeyRole:
        return row.key;
    case NumberRole:
        return column.number;
    default:
        return {};
    }
}

QVariant JsonTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    const JsonColumn& column = m_columns[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return column.time ? tr("%1 (%2)").arg(column.title, format::zoneShort()) : column.title;
    case Qt::UserRole: // by which a TableView keeps what was chosen of columns
        return column.id;
    case Qt::ToolTipRole:
        return column.toolTip.isEmpty() ? QVariant() : QVariant(column.toolTip);
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (column.number ? Qt::AlignRight : Qt::AlignLeft));
    default:
        return {};
    }
}

} // namespace sluice::ui
