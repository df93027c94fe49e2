// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/table.h"

#include "core/base/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace sluice::ctl {

namespace {

bool isUnitRef(const Json& value)
{
    return value.is_object() && value.size() == 2 && value.contains("alias") &&
           value.contains("id");
}

bool isTime(const std::string& column)
{
    return column == "at" || column.ends_with("_at");
}

std::string cell(const std::string& column, const Json& value)
{
    if (value.is_null()) {
        return "-";
    }
    if (isUnitRef(value)) {
        const std::string alias = value.at("alias");
        return alias.empty() ? value.at("id").get<std::string>().substr(0, 10) : alias;
    }
    if (isTime(column) && value.is_number_integer()) {
        return toRfc3339(fromMicros(value.get<std::int64_t>()));
    }
    if (value.is_string()) {
        const auto text = value.get<std::string>();
        return text.starts_with("u_") && text.size() == 66 ? text.substr(0, 10) : text;
    }
    if (value.is_array()) {
        std::string words;
        for (const Json& one : value) {
            words += (words.empty() ? "" : ",") +
                     (one.is_string() ? one.get<std::string>() : one.dump());
        }
        return words;
    }
    return value.dump();
}

bool shown(const Json& value)
{
    const bool scalars =
        value.is_array() && std::none_of(value.begin(), value.end(),
                                         [](const Json& one) { return one.is_structured(); });
    return !value.is_structured() || isUnitRef(value) || scalars;
}

/// Width in characters of UTF-8 text, near enough for columns.
std::size_t widthOf(const std::string& text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

std::string columnsOf(const Json& list)
{
    std::vector<std::vector<std::string>> columns;
    for (const auto& [name, first] : list.front().items()) {
        const std::string column = name;
        if (!std::all_of(list.begin(), list.end(),
                         [&](const Json& row) { return shown(row.value(column, Json())); })) {
            continue;
        }
        std::string title = column;
        std::transform(title.begin(), title.end(), title.begin(),
                       [](unsigned char c) { return std::toupper(c); });
        std::vector<std::string> cells{title};
        for (const Json& row : list) {
            cells.push_back(cell(column, row.value(column, Json())));
        }
        // What names a row comes first.
        const bool names =
            column == "name" || column == "id" || column == "route" || column == "revision";
        columns.insert(names ? columns.begin() : columns.end(), std::move(cells));
    }
    std::string text;
    for (std::size_t row = 0; row <= list.size(); ++row) {
        std::string line;
        for (const auto& cells : columns) {
            std::size_t width = 0;
            for (const std::string& one : cells) {
                width = std::max(width, widthOf(one));
            }
            line += cells[row] + std::string(width - widthOf(cells[row]) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

} // namespace

std::string asTable(const Json& result)
{
    if (!result.is_object()) {
        return result.dump(2) + "\n";
    }
    std::string text;
    for (const auto& [name, value] : result.items()) {
        const bool list = value.is_array() && !value.empty() && value.front().is_object();
        if (list) {
            text += (text.empty() ? "" : "\n") + columnsOf(value);
        } else if (result.size() == 1 && value.is_array() && value.empty()) {
            text += "(none)\n";
        } else {
            text +=
                fmt::format("{:<18} {}\n", name, shown(value) ? cell(name, value) : value.dump());
        }
    }
    return text;
}

std::string conflictText(const Json& details)
{
    std::string text;
    for (const auto& [member, who] :
         {std::pair("changes", "since then"), std::pair("yours", "yours")}) {
        for (const Json& change : details.value(member, Json::array())) {
            text += fmt::format("  {:<10} {} {}: {} -> {}\n", who, change.value("route", ""),
                                change.value("pointer", ""), change.value("from", Json()).dump(),
                                change.value("to", Json()).dump());
        }
    }
    return text;
}

} // namespace sluice::ctl
