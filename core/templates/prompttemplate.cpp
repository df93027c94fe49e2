// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/templates/prompttemplate.h"

#include "core/templates/body.h"
#include "core/templates/frontmatter.h"
#include "core/templates/inputschema.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace sluice::templates {

namespace {

constexpr std::size_t kMaxSource = std::size_t{1} << 20U;
constexpr std::string_view kWhere = "/prompt/variables";

std::string pointerOf(const std::vector<std::string>& path)
{
    std::string pointer(kWhere);
    for (const std::string& step : path) {
        pointer = pointerTo(pointer, step);
    }
    return pointer;
}

/// What a path leads to; nullptr where it leads nowhere.
const Json* follow(const Json& from, const std::vector<std::string>& path)
{
    const Json* at = &from;
    for (const std::string& step : path) {
        if (at->is_object() && at->contains(step)) {
            at = &(*at)[step];
        } else if (at->is_array() && step.size() < 6 &&
                   step.find_first_not_of("0123456789") == std::string::npos &&
                   std::stoul(step) < at->size()) {
            at = &(*at)[std::stoul(step)];
        } else {
            return nullptr;
        }
    }
    return at;
}

/// Messages as they grow, within limits. Text only ever goes to the end of the last message.
class Output
{
public:
    Output(PromptTemplate::Rendered& rendered, const RenderLimits& limits)
        : m_rendered(rendered)
        , m_limits(limits)
    {
    }

    void begin(MessageRole role)
    {
        finish();
        m_current.role = role;
    }

    Status append(std::string_view text)
    {
        m_bytes += text.size();
        if (m_bytes > m_limits.outputBytes) {
            return fail(
                ErrorCode::TooLarge,
                fmt::format("the rendered prompt is larger than {} bytes; shorten the variables",
                            m_limits.outputBytes),
                std::string(kWhere));
        }
        m_current.text.append(text);
        return {};
    }

    void history()
    {
        finish();
        m_history = m_rendered.messages.size();
        m_current.role =
            MessageRole::Assistant; // as in dotprompt: what follows the history without a role
    }

    Status end()
    {
        finish();
        auto& messages = m_rendered.messages;
        if (messages.size() > m_limits.messages) {
            return fail(
                ErrorCode::TooLarge,
                fmt::format("the rendered prompt has more than {} messages", m_limits.messages));
        }
        const bool question = !messages.empty() && messages.back().role == MessageRole::User;
        m_rendered.historyIndex = m_history.value_or(messages.size() - (question ? 1 : 0));
        return {};
    }

private:
    /// Messages of nothing but white space are left out, as in dotprompt.
    void finish()
    {
        if (m_current.text.find_first_not_of(" \t\r\n") != std::string::npos) {
            m_rendered.messages.push_back(std::move(m_current));
        }
        m_current = {};
    }

    PromptTemplate::Rendered& m_rendered;
    const RenderLimits& m_limits;
    Message m_current;
    std::size_t m_bytes = 0;
    std::optional<std::size_t> m_history;
};

} // namespace

struct PromptTemplate::Impl
{
    Json frontMatter;
    Json defaults = Json::object();
    std::vector<Node> nodes;
    std::vector<std::string> variables;
    std::optional<InputSchema> schema;

    Status readInput();
    Status checkPaths() const;
    [[nodiscard]] Status validate(const Json& given) const;
    [[nodiscard]] Status write(const Node& node, const Json& values, Output& output) const;
};

PromptTemplate::PromptTemplate(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
PromptTemplate::~PromptTemplate() = default;

Result<std::shared_ptr<const PromptTemplate>> PromptTemplate::parse(std::string_view source)
{
    if (source.size() > kMaxSource) {
        return fail(ErrorCode::TooLarge,
                    fmt::format("a prompt file has at most {} bytes", kMaxSource));
    }
    if (!canonicalJson(Json(std::string(source)))) {
        return fail(ErrorCode::InvalidArgument, "a prompt file is UTF-8 text");
    }
    auto document = splitDocument(source);
    if (!document) {
        return std::move(document).error();
    }
    auto nodes = parseBody(document->body, document->bodyStart);
    if (!nodes) {
        return std::move(nodes).error();
    }
    auto impl = std::make_unique<Impl>();
    impl->frontMatter = std::move(document->frontMatter);
    impl->nodes = std::move(*nodes);
    for (const Node& node : impl->nodes) {
        if (node.kind == Node::Kind::Variable) {
            impl->variables.push_back(node.path.front());
        }
    }
    auto& names = impl->variables;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (auto status = impl->readInput(); !status) {
        return std::move(status).error();
    }
    if (auto status = impl->checkPaths(); !status) {
        return std::move(status).error();
    }
    return std::shared_ptr<const PromptTemplate>(new PromptTemplate(std::move(impl)));
}

Status PromptTemplate::Impl::readInput()
{
    const auto input = frontMatter.find("input");
    if (input == frontMatter.end()) {
        return {};
    }
    if (!input->is_object()) {
        return fail(ErrorCode::InvalidArgument, "input is a map with \"schema\" and \"default\"",
                    "/input");
    }
    if (const auto declared = input->find("schema"); declared != input->end()) {
        auto parsed = InputSchema::parse(*declared, "/input/schema");
        if (!parsed) {
            return std::move(parsed).error();
        }
        schema = std::move(*parsed);
    }
    if (const auto given = input->find("default"); given != input->end()) {
        if (!given->is_object()) {
            return fail(ErrorCode::InvalidArgument, "input.default is a map of variables to values",
                        "/input/default");
        }
        defaults = *given;
    }
    return {};
}

Status PromptTemplate::Impl::checkPaths() const
{
    for (const Node& node : nodes) {
        if (schema && node.kind == Node::Kind::Variable && !schema->declares(node.path)) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the variable \"{}\" is not declared in input.schema",
                                    fmt::join(node.path, ".")),
                        describe(node.place));
        }
    }
    return {};
}

const Json& PromptTemplate::frontMatter() const noexcept
{
    return m_impl->frontMatter;
}

const std::vector<std::string>& PromptTemplate::variables() const noexcept
{
    return m_impl->variables;
}

Status PromptTemplate::Impl::validate(const Json& given) const
{
    if (schema) {
        return schema->validate(given, kWhere);
    }
    for (auto member = given.begin(); member != given.end(); ++member) {
        if (!std::binary_search(variables.begin(), variables.end(), member.key()) &&
            !defaults.contains(member.key())) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the prompt has no variable \"{}\"", member.key()),
                        pointerTo(kWhere, member.key()));
        }
    }
    for (const std::string& name : variables) {
        if (!given.contains(name)) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the variable \"{}\" is missing", name),
                        pointerTo(kWhere, name));
        }
    }
    return {};
}

Status PromptTemplate::Impl::write(const Node& node, const Json& values, Output& output) const
{
    const Json* value = follow(values, node.path);
    if (value == nullptr && !schema) {
        return fail(ErrorCode::InvalidArgument, "the variable is missing", pointerOf(node.path));
    }
    if (value == nullptr || value->is_null()) {
        return {}; // optional, and not given
    }
    if (value->is_string()) {
        return output.append(value->get_ref<const std::string&>());
    }
    if (!value->is_primitive()) {
        return fail(ErrorCode::InvalidArgument,
                    "only text, numbers, true and false can be written into a prompt",
                    pointerOf(node.path));
    }
    return output.append(value->dump());
}

Result<PromptTemplate::Rendered> PromptTemplate::render(const Json& variables,
                                                        const RenderLimits& limits) const
{
    if (!variables.is_object() && !variables.is_null()) {
        return fail(ErrorCode::InvalidArgument, "the variables are a JSON object",
                    std::string(kWhere));
    }
    Json values = m_impl->defaults;
    if (variables.is_object()) {
        values.update(variables);
    }
    if (auto status = m_impl->validate(values); !status) {
        return std::move(status).error();
    }
    Rendered rendered;
    Output output(rendered, limits);
    for (const Node& node : m_impl->nodes) {
        Status status;
        switch (node.kind) {
        case Node::Kind::Text:
            status = output.append(node.text);
            break;
        case Node::Kind::Variable:
            status = m_impl->write(node, values, output);
            break;
        case Node::Kind::Role:
            output.begin(node.role);
            break;
        case Node::Kind::History:
            output.history();
            break;
        }
        if (!status) {
            return std::move(status).error();
        }
    }
    if (auto status = output.end(); !status) {
        return std::move(status).error();
    }
    return rendered;
}

} // namespace sluice::templates
