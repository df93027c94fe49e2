// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/jsonplace.h"

#include "core/base/json.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::flags {

namespace {

/// Goes over valid JSON without building it.
class Scanner
{
public:
    explicit Scanner(std::string_view text)
        : m_text(text)
    {
        skipSpace();
    }

    [[nodiscard]] std::size_t position() const noexcept { return m_at; }

    /// Goes to the member or element `token` of the value that begins here; false, and anywhere
    /// inside it, where there is none.
    bool enter(std::string_view token);

private:
    [[nodiscard]] char here() const noexcept { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    void skipSpace() noexcept
    {
        while (here() == ' ' || here() == '\t' || here() == '\r' || here() == '\n') {
            ++m_at;
        }
    }
    void next() noexcept
    {
        ++m_at;
        skipSpace();
    }
    std::string_view skipText() noexcept;
    void skipValue() noexcept;

    std::string_view m_text;
    std::size_t m_at = 0;
};

/// A string with its quotes.
std::string_view Scanner::skipText() noexcept
{
    const std::size_t begin = m_at++;
    while (m_at < m_text.size() && m_text[m_at] != '"') {
        m_at += m_text[m_at] == '\\' ? 2 : 1;
    }
    ++m_at;
    return m_text.substr(begin, m_at - begin);
}

void Scanner::skipValue() noexcept
{
    int depth = 0;
    do {
        switch (here()) {
        case '"':
            skipText();
            break;
        case '{':
        case '[':
            ++depth;
            ++m_at;
            break;
        case '}':
        case ']':
            --depth;
            ++m_at;
            break;
        case ',':
        case ':':
            ++m_at;
            break;
        default:
            m_at = std::min(m_text.find_first_of(",:]} \t\r\n", m_at), m_text.size());
        }
        skipSpace();
    } while (depth > 0 && m_at < m_text.size());
}

bool Scanner::enter(std::string_view token)
{
    const bool object = here() == '{';
    if (!object && here() != '[') {
        return false;
    }
    next();
    for (std::size_t index = 0; here() != '}' && here() != ']' && m_at < m_text.size(); ++index) {
        bool found = !object && token == std::to_string(index);
        if (object) {
            const Json name = Json::parse(skipText(), nullptr, false);
            found = name.is_string() && name.get_ref<const std::string&>() == token;
            skipSpace();
            next(); // the colon
        }
        if (found) {
            return true;
        }
        skipValue();
        if (here() == ',') {
            next();
        }
    }
    return false;
}

/// The first reference token, unescaped, and the rest.
std::string takeToken(std::string_view& pointer)
{
    pointer.remove_prefix(1);
    const auto end = std::min(pointer.find('/'), pointer.size());
    std::string token;
    for (std::size_t i = 0; i < end; ++i) {
        if (pointer[i] == '~' && i + 1 < end) {
            token.push_back(pointer[++i] == '1' ? '/' : '~');
        } else {
            token.push_back(pointer[i]);
        }
    }
    pointer.remove_prefix(end);
    return token;
}

} // namespace

TextPlace placeInJson(std::string_view text, std::string_view pointer)
{
    Scanner scanner(text);
    std::size_t at = scanner.position();
    while (pointer.starts_with('/') && scanner.enter(takeToken(pointer))) {
        at = scanner.position();
    }
    const std::string_view before = text.substr(0, at);
    const auto lineStart = before.rfind('\n') + 1; // npos + 1 is 0
    return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
            at - lineStart + 1};
}

std::string withPlace(std::string_view text, std::string_view pointer)
{
    const TextPlace place = placeInJson(text, pointer);
    return fmt::format("{}{}line {}, column {}", pointer, pointer.empty() ? "" : ", ", place.line,
                       place.column);
}

} // namespace sluice::flags
