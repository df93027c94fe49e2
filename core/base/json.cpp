// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace sluice {

namespace {

/// Counts depth and refuses duplicate names while nlohmann builds the document.
class Guard
{
public:
    explicit Guard(int depth)
        : m_depth(depth)
    {
    }

    bool operator()(int depth, Json::parse_event_t event, const Json& parsed)
    {
        if (event == Json::parse_event_t::object_start) {
            m_names.emplace_back();
        }
        if (event == Json::parse_event_t::object_end) {
            m_names.pop_back();
        }
        if (event == Json::parse_event_t::key &&
            !m_names.back().insert(parsed.get<std::string>()).second && m_problem.empty()) {
            m_problem = fmt::format("the member \"{}\" stands twice in one object; keep one",
                                    parsed.get<std::string>());
        }
        if (depth >= m_depth && m_problem.empty()) {
            m_problem = fmt::format("nested deeper than {} levels", m_depth);
        }
        return m_problem.empty();
    }

    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    int m_depth;
    std::vector<std::set<std::string>> m_names;
    std::string m_problem;
};

std::string lineAndColumn(std::string_view text, std::size_t byte)
{
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto start = before.rfind('\n');
    const auto column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
    return fmt::format("line {}, column {}", line, column);
}

/// Where brackets outside strings nest deeper than `limit`, if they do: looked for before parsing,
/// so that the parser's own memory stays bounded whatever comes.
std::optional<std::size_t> deeperThan(std::string_view text, int limit)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                inString = false;
            }
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > limit) {
                return i;
            }
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return std::nullopt;
}

} // namespace

Result<Json> parseJson(std::string_view text, const JsonLimits& limits)
{
    if (text.size() > limits.bytes) {
        return fail(ErrorCode::TooLarge,
                    fmt::format("JSON text of {} bytes; at most {} are accepted", text.size(),
                                limits.bytes));
    }
    if (const auto place = deeperThan(text, limits.depth)) {
        return fail(ErrorCode::TooLarge,
                    fmt::format("JSON nested deeper than {} levels", limits.depth),
                    lineAndColumn(text, *place));
    }
    Guard guard(limits.depth + 1);
    try {
        Json document = Json::parse(text, std::ref(guard));
        if (!guard.problem().empty()) {
            return fail(ErrorCode::InvalidArgument, guard.problem());
        }
        return document;
    } catch (const Json::parse_error& error) {
        std::string_view what = error.what();
        const auto colon = what.rfind(": ");
        return fail(ErrorCode::InvalidArgument,
                    "not valid JSON: " + std::string(colon == std::string_view::npos
                                                         ? what
                                                         : what.substr(colon + 2)),
                    lineAndColumn(text, error.byte == 0 ? 0 : error.byte - 1));
    } catch (const Json::exception& error) { // a number out of range
        return fail(ErrorCode::InvalidArgument, std::string("not valid JSON: ") + error.what());
    }
}

std::string pointerTo(std::string_view base, std::string_view token)
{
    std::string pointer(base);
    pointer.push_back('/');
    for (const char c : token) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer.push_back(c);
        }
    }
    return pointer;
}

namespace {

template <typename T>
constexpr std::string_view typeName = "a value";
template <>
constexpr std::string_view typeName<std::string> = "a string";
template <>
constexpr std::string_view typeName<bool> = "true or false";
template <>
constexpr std::string_view typeName<std::int64_t> = "a whole number";
template <>
constexpr std::string_view typeName<double> = "a number";

template <typename T>
bool isOf(const Json& value)
{
    if constexpr (std::is_same_v<T, std::string>) {
        return value.is_string();
    } else if constexpr (std::is_same_v<T, bool>) {
        return value.is_boolean();
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return value.is_number_integer();
    } else if constexpr (std::is_same_v<T, double>) {
        return value.is_number();
    } else {
        return true;
    }
}

} // namespace

template <typename T>
Result<T> member(const Json& object, std::string_view key, std::string_view where)
{
    if (!object.is_object()) {
        return fail(ErrorCode::InvalidArgument, "expected an object", std::string(where));
    }
    const auto found = object.find(key);
    if (found == object.end()) {
        return fail(ErrorCode::InvalidArgument, fmt::format("the member \"{}\" is missing", key),
                    pointerTo(where, key));
    }
    if (!isOf<T>(*found)) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" must be {}, not {}", key, typeName<T>, found->type_name()),
                    pointerTo(where, key));
    }
    return found->template get<T>();
}

template Result<std::string> member<std::string>(const Json&, std::string_view, std::string_view);
template Result<bool> member<bool>(const Json&, std::string_view, std::string_view);
template Result<std::int64_t> member<std::int64_t>(const Json&, std::string_view, std::string_view);
template Result<double> member<double>(const Json&, std::string_view, std::string_view);
template Result<Json> member<Json>(const Json&, std::string_view, std::string_view);

} // namespace sluice
