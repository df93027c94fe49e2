// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/templates/frontmatter.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sluice::templates {

namespace {

constexpr std::size_t kMaxFrontMatter = std::size_t{64} << 10U;
constexpr std::size_t kMaxValues = 10'000;
constexpr int kMaxDepth = 32;
constexpr std::string_view kSpace = " \t\r\n";

/// A plain scalar of YAML's core schema.
Json plainScalar(const std::string& text)
{
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
        return nullptr;
    }
    if (text == "true" || text == "True" || text == "TRUE") {
        return true;
    }
    if (text == "false" || text == "False" || text == "FALSE") {
        return false;
    }
    const char* begin = text.data() + (text.front() == '+' ? 1 : 0);
    const char* end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto read = std::from_chars(begin, end, whole);
        read.ec == std::errc{} && read.ptr == end) {
        return whole;
    }
    double number = 0;
    const bool digits = text.find_first_of("0123456789") != std::string::npos;
    if (const auto read = std::from_chars(begin, end, number);
        digits && read.ec == std::errc{} && read.ptr == end && std::isfinite(number)) {
        return number;
    }
    return text;
}

class YamlReader
{
public:
    explicit YamlReader(std::size_t firstLine)
        : m_firstLine(firstLine)
    {
    }

    Result<Json> read(const YAML::Node& node, int depth = 0)
    {
        if (depth > kMaxDepth || ++m_values > kMaxValues) {
            return fail(ErrorCode::TooLarge, "the front matter is too large or nested too deep",
                        place(node.Mark()));
        }
        switch (node.Type()) {
        case YAML::NodeType::Scalar:
            return node.Tag() == "?" ? plainScalar(node.Scalar()) : Json(node.Scalar());
        case YAML::NodeType::Sequence:
            return sequence(node, depth);
        case YAML::NodeType::Map:
            return map(node, depth);
        case YAML::NodeType::Null:
        case YAML::NodeType::Undefined:
            break;
        }
        return Json();
    }

    [[nodiscard]] std::string place(const YAML::Mark& mark) const
    {
        return describe(Place{m_firstLine + static_cast<std::size_t>(std::max(mark.line, 0)),
                              static_cast<std::size_t>(std::max(mark.column, 0)) + 1});
    }

private:
    Result<Json> sequence(const YAML::Node& node, int depth)
    {
        Json array = Json::array();
        for (const auto& item : node) {
            auto value = read(item, depth + 1);
            if (!value) {
                return value;
            }
            array.push_back(std::move(*value));
        }
        return array;
    }

    Result<Json> map(const YAML::Node& node, int depth)
    {
        Json object = Json::object();
        for (const auto& entry : node) {
            if (!entry.first.IsScalar() || object.contains(entry.first.Scalar())) {
                return fail(ErrorCode::InvalidArgument,
                            "member names are text, and each stands once",
                            place(entry.first.Mark()));
            }
            auto value = read(entry.second, depth + 1);
            if (!value) {
                return value;
            }
            object[entry.first.Scalar()] = std::move(*value);
        }
        return object;
    }

    std::size_t m_firstLine;
    std::size_t m_values = 0;
};

Result<Json> readYaml(std::string_view text, std::size_t firstLine)
{
    if (text.size() > kMaxFrontMatter) {
        return fail(ErrorCode::TooLarge,
                    fmt::format("the front matter is larger than {} bytes", kMaxFrontMatter));
    }
    YamlReader reader(firstLine);
    try {
        auto json = reader.read(YAML::Load(std::string(text)));
        if (json && json->is_null()) {
            return Json(Json::object());
        }
        if (json && !json->is_object()) {
            return fail(ErrorCode::InvalidArgument, "the front matter is a YAML map",
                        reader.place({}));
        }
        return json;
    } catch (const YAML::Exception& error) {
        return fail(ErrorCode::InvalidArgument, "the front matter is not valid YAML: " + error.msg,
                    reader.place(error.mark));
    }
}

/// One line without its end, and where the next begins.
std::string_view lineAt(std::string_view source, std::size_t at, std::size_t& next)
{
    const auto end = source.find('\n', at);
    next = end == std::string_view::npos ? source.size() : end + 1;
    std::string_view line =
        source.substr(at, (end == std::string_view::npos ? source.size() : end) - at);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

bool isFence(std::string_view line)
{
    return line.starts_with("---") && line.find_first_not_of(" \t", 3) == std::string_view::npos;
}

} // namespace

Result<Document> splitDocument(std::string_view source)
{
    Document document;
    document.body = source;
    std::size_t line = 1;
    std::size_t at = 0;
    std::size_t next = 0;
    // Blank lines and # lines (a licence) may stand before the front matter.
    for (std::string_view text = lineAt(source, at, next); !isFence(text);
         text = lineAt(source, at, next)) {
        const bool skipped =
            text.find_first_not_of(" \t") == std::string_view::npos || text.starts_with('#');
        if (!skipped || next == source.size()) {
            return document;
        }
        at = next;
        ++line;
    }
    const std::size_t yamlLine = ++line;
    const std::size_t yamlBegin = next;
    for (at = next; at < source.size(); at = next, ++line) {
        if (!isFence(lineAt(source, at, next))) {
            continue;
        }
        auto json = readYaml(source.substr(yamlBegin, at - yamlBegin), yamlLine);
        if (!json) {
            return std::move(json).error();
        }
        document.frontMatter = std::move(*json);
        const std::string_view rest = source.substr(next);
        const auto first = std::min(rest.find_first_not_of(kSpace), rest.size());
        const auto lineStart = rest.substr(0, first).rfind('\n');
        document.bodyStart.line =
            line + 1 +
            static_cast<std::size_t>(std::count(rest.begin(), rest.begin() + first, '\n'));
        document.bodyStart.column =
            first - (lineStart == std::string_view::npos ? 0 : lineStart + 1) + 1;
        document.body = rest.substr(first);
        document.body = document.body.substr(0, document.body.find_last_not_of(kSpace) + 1);
        return document;
    }
    return fail(ErrorCode::InvalidArgument, "the front matter has no closing \"---\"",
                describe(Place{yamlLine - 1, 1}));
}

} // namespace sluice::templates
