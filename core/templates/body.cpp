// SPDX-License-Identifier: GPL-3.0-or-later
// Handlebars' syntax as far as the profile has it: {{path}}, {{{path}}}, {{role "…"}}, {{history}},
// comments, white space control with ~, and \{{ for braces that are meant.
#include "core/templates/body.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace sluice::templates {

namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::size_t kMaxNodes = 10'000;
constexpr std::size_t kMaxSteps = 16;

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isNamePart(char c)
{
    return isNameStart(c) || (c >= '0' && c <= '9') || c == '-';
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// The steps of a dotted path; nothing if it is not one.
std::optional<std::vector<std::string>> readPath(std::string_view text)
{
    std::vector<std::string> steps;
    while (steps.size() < kMaxSteps) {
        const auto dot = text.find('.');
        const std::string_view step = text.substr(0, dot);
        const bool index = !steps.empty() && !step.empty() &&
                           step.find_first_not_of("0123456789") == std::string_view::npos;
        if (!index && (step.empty() || !isNameStart(step.front()) ||
                       !std::all_of(step.begin(), step.end(), isNamePart))) {
            return std::nullopt;
        }
        steps.emplace_back(step);
        if (dot == std::string_view::npos) {
            return steps;
        }
        text.remove_prefix(dot + 1);
    }
    return std::nullopt;
}

std::optional<MessageRole> roleOf(std::string_view name)
{
    if (name == "system") {
        return MessageRole::System;
    }
    if (name == "user") {
        return MessageRole::User;
    }
    if (name == "model" || name == "assistant") {
        return MessageRole::Assistant;
    }
    return name == "tool" ? std::optional(MessageRole::Tool) : std::nullopt;
}

class Parser
{
public:
    Parser(std::string_view body, Place start)
        : m_body(body)
        , m_place(start)
    {
    }

    Result<std::vector<Node>> run()
    {
        while (m_at < m_body.size()) {
            const auto open = m_body.find("{{", m_at);
            if (open == std::string_view::npos) {
                addText(m_body.substr(m_at));
                break;
            }
            if (auto status =
                    m_body.substr(m_at, open - m_at).ends_with('\\') ? escaped(open) : tag(open);
                !status) {
                return std::move(status).error();
            }
            if (m_nodes.size() > kMaxNodes) {
                return fail(ErrorCode::TooLarge,
                            fmt::format("the prompt has more than {} parts", kMaxNodes));
            }
        }
        return std::move(m_nodes);
    }

private:
    [[nodiscard]] Error bad(std::string message) const
    {
        return fail(ErrorCode::InvalidArgument, std::move(message), describe(m_place));
    }

    void moveTo(std::size_t at)
    {
        for (; m_at < at; ++m_at) {
            const bool newLine = m_body[m_at] == '\n';
            m_place.line += newLine ? 1 : 0;
            m_place.column = newLine ? 1 : m_place.column + 1;
        }
    }

    void addText(std::string_view text)
    {
        if (m_trimNext) {
            const auto first = text.find_first_not_of(kSpace);
            text.remove_prefix(first == std::string_view::npos ? text.size() : first);
            m_trimNext = text.empty();
        }
        if (text.empty()) {
            return;
        }
        if (m_nodes.empty() || m_nodes.back().kind != Node::Kind::Text) {
            m_nodes.push_back({Node::Kind::Text, {}, {}, MessageRole::User, m_place});
        }
        m_nodes.back().text.append(text);
    }

    void trimBefore()
    {
        if (!m_nodes.empty() && m_nodes.back().kind == Node::Kind::Text) {
            std::string& text = m_nodes.back().text;
            text.erase(text.find_last_not_of(kSpace) + 1);
            if (text.empty()) {
                m_nodes.pop_back();
            }
        }
    }

    /// \{{ … }}: the braces are text. \\{{ is a backslash and then a tag.
    Status escaped(std::size_t open)
    {
        if (open >= m_at + 2 && m_body[open - 2] == '\\') {
            addText(m_body.substr(m_at, open - 1 - m_at));
            moveTo(open);
            return tag(open);
        }
        addText(m_body.substr(m_at, open - 1 - m_at));
        const auto close = m_body.find("}}", open);
        const std::size_t end = close == std::string_view::npos ? m_body.size() : close + 2;
        addText(m_body.substr(open, end - open));
        moveTo(end);
        return {};
    }

    Status tag(std::size_t open)
    {
        addText(m_body.substr(m_at, open - m_at));
        moveTo(open);
        m_trimNext = false;
        std::size_t begin = open + 2;
        const bool triple = begin < m_body.size() && m_body[begin] == '{';
        begin += triple ? 1 : 0;
        const bool trimLeft = begin < m_body.size() && m_body[begin] == '~';
        begin += trimLeft ? 1 : 0;
        const bool longComment = m_body.substr(begin).starts_with("!--");
        const std::string_view closing = triple && !longComment ? "}}}" : "}}";
        const auto close = longComment ? endOfComment(begin) : m_body.find(closing, begin);
        std::size_t end = close + closing.size();
        if (close == std::string_view::npos) {
            return bad("\"{{\" without its \"}}\"; write \\{{ for braces that are meant");
        }
        const bool trimRight = close > begin && m_body[close - 1] == '~';
        const std::string_view inside = m_body.substr(begin, close - begin - (trimRight ? 1 : 0));
        if (trimLeft) {
            trimBefore();
        }
        if (inside.starts_with('!')) {
            end = standalone(open, end);
        } else if (auto status = expression(trimmed(inside)); !status) {
            return status;
        }
        moveTo(end);
        m_trimNext = trimRight;
        return {};
    }

    /// Where the "}}" of a {{!-- … --}} stands, which may hold "}}" before.
    [[nodiscard]] std::size_t endOfComment(std::size_t begin) const
    {
        for (auto at = m_body.find("--", begin + 3); at != std::string_view::npos;
             at = m_body.find("--", at + 1)) {
            const std::string_view rest = m_body.substr(at + 2);
            if (rest.starts_with("}}") || rest.starts_with("~}}")) {
                return at + 2 + (rest.front() == '~' ? 1 : 0);
            }
        }
        return std::string_view::npos;
    }

    /// A comment alone on its line takes the line with it, as in Handlebars. The end of what it
    /// takes.
    std::size_t standalone(std::size_t open, std::size_t end)
    {
        const auto lineStart = open == 0 ? std::string_view::npos : m_body.rfind('\n', open - 1);
        const std::size_t from = lineStart == std::string_view::npos ? 0 : lineStart + 1;
        const auto lineEnd = m_body.find('\n', end);
        const std::size_t to = lineEnd == std::string_view::npos ? m_body.size() : lineEnd + 1;
        if (!trimmed(m_body.substr(from, open - from)).empty() ||
            !trimmed(m_body.substr(end, to - end)).empty()) {
            return end;
        }
        if (open > from && !m_nodes.empty() && m_nodes.back().kind == Node::Kind::Text) {
            std::string& text = m_nodes.back().text;
            text.resize(text.size() - std::min(text.size(), open - from));
        }
        return to;
    }

    Status expression(std::string_view text)
    {
        if (text.empty()) {
            return bad("nothing between \"{{\" and \"}}\"");
        }
        if (text == "history") {
            if (std::any_of(m_nodes.begin(), m_nodes.end(),
                            [](const Node& n) { return n.kind == Node::Kind::History; })) {
                return bad("{{history}} stands in a prompt once at most");
            }
            m_nodes.push_back({Node::Kind::History, {}, {}, MessageRole::User, m_place});
            return {};
        }
        if (text.starts_with("role") && text.size() > 4 && !isNamePart(text[4]) && text[4] != '.') {
            return role(trimmed(text.substr(4)));
        }
        if (text.front() == '#' || text.front() == '/' || text.front() == '^' || text == "else") {
            return bad(fmt::format(
                "\"{{{{{}}}}}\": blocks are not supported; give the finished text as a variable",
                text));
        }
        if (text.front() == '>') {
            return bad(fmt::format("\"{{{{{}}}}}\": partials are not supported", text));
        }
        auto path = readPath(text);
        if (!path) {
            return bad(
                fmt::format("\"{{{{{}}}}}\" is neither a variable, nor role, nor history", text));
        }
        m_nodes.push_back({Node::Kind::Variable, {}, std::move(*path), MessageRole::User, m_place});
        return {};
    }

    Status role(std::string_view quoted)
    {
        const bool isQuoted = quoted.size() >= 2 &&
                              (quoted.front() == '"' || quoted.front() == '\'') &&
                              quoted.back() == quoted.front();
        const auto role = isQuoted ? roleOf(quoted.substr(1, quoted.size() - 2)) : std::nullopt;
        if (!role) {
            return bad("a role is one of \"system\", \"user\", \"model\", \"tool\"");
        }
        m_nodes.push_back({Node::Kind::Role, {}, {}, *role, m_place});
        return {};
    }

    std::string_view m_body;
    std::size_t m_at = 0;
    Place m_place;
    bool m_trimNext = false; ///< a ~ before "}}": white space that follows goes
    std::vector<Node> m_nodes;
};

} // namespace

std::string describe(Place place)
{
    return fmt::format("line {}, column {}", place.line, place.column);
}

Result<std::vector<Node>> parseBody(std::string_view body, Place start)
{
    return Parser(body, start).run();
}

} // namespace sluice::templates
