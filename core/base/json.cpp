// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace sluice {

namespace {

/// Builds the document and refuses duplicate names. nlohmann's own builder with a callback would do
/// as well, but looks through the whole parent whenever an object ends: quadratic in long arrays.
class Builder final : public Json::json_sax_t
{
public:
    bool null() override { return put(Json()); }
    bool boolean(bool value) override { return put(Json(value)); }
    bool number_integer(Json::number_integer_t value) override { return put(Json(value)); }
    bool number_unsigned(Json::number_unsigned_t value) override { return put(Json(value)); }
    bool number_float(Json::number_float_t value, const std::string&) override
    {
        return put(Json(value));
    }
    bool string(std::string& value) override { return put(Json(std::move(value))); }
    bool binary(Json::binary_t&) override { return false; } // not in text
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(std::string& name) override;
    bool parse_error(std::size_t position, const std::string&,
                     const Json::exception& error) override;

    [[nodiscard]] Json take() { return std::move(m_root); }
    [[nodiscard]] const std::string& problem() const { return m_problem; }
    /// Of the problem in the text, if that is known.
    [[nodiscard]] std::optional<std::size_t> position() const { return m_position; }

private:
    Json* place(Json value);
    bool put(Json value)
    {
        place(std::move(value));
        return true;
    }
    bool open(Json value)
    {
        m_open.push_back(place(std::move(value)));
        return true;
    }
    bool close()
    {
        m_open.pop_back();
        return true;
    }

    Json m_root;
    std::vector<Json*> m_open; ///< they do not grow while something in them is open
    Json* m_member = nullptr;  ///< of the innermost object: what its last name names
    std::string m_problem;
    std::optional<std::size_t> m_position;
};

Json* Builder::place(Json value)
{
    if (m_open.empty()) {
        m_root = std::move(value);
        return &m_root;
    }
    if (m_open.back()->is_array()) {
        m_open.back()->push_back(std::move(value));
        return &m_open.back()->back();
    }
    *m_member = std::move(value);
    return m_member;
}

bool Builder::key(std::string& name)
{
    const auto [member, isNew] = m_open.back()->emplace(name, nullptr);
    if (!isNew) {
        m_problem = fmt::format("the member \"{}\" stands twice in one object; keep one", name);
    }
    m_member = &*member;
    return isNew;
}

bool Builder::parse_error(std::size_t position, const std::string&, const Json::exception& error)
{
    // "[json.exception.parse_error.101] parse error at line 1, column 2: what we want to say"
    std::string_view what = error.what();
    for (const std::string_view end : {"] ", ": "}) {
        const auto at = end == "] " ? what.find(end) : what.rfind(end);
        what.remove_prefix(at == std::string_view::npos ? 0 : at + end.size());
    }
    m_problem = "not valid JSON: " + std::string(what);
    m_position = position == 0 ? 0 : position - 1;
    return false;
}

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
    Builder builder;
    if (!Json::sax_parse(text, &builder)) {
        const auto position = builder.position();
        return fail(ErrorCode::InvalidArgument, builder.problem(),
                    position ? lineAndColumn(text, *position) : std::string());
    }
    return builder.take();
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
