// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace sluice::flags {

struct Operator
{
    std::string_view name;
    Op op;
    std::uint32_t atLeast;
    std::uint32_t atMost;
    bool listOnly; ///< its operands must be written as an array
};

namespace {

constexpr std::uint32_t kMany = std::numeric_limits<std::uint32_t>::max();
constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxNodes = 100'000;

constexpr std::array kOperators{
    Operator{"var", Op::Var, 0, 2, false},
    Operator{"missing", Op::Missing, 0, kMany, false},
    Operator{"missing_some", Op::MissingSome, 2, 2, true},
    Operator{"==", Op::Equal, 2, kMany, false},
    Operator{"!=", Op::NotEqual, 2, kMany, false},
    Operator{"===", Op::StrictEqual, 2, kMany, false},
    Operator{"!==", Op::StrictNotEqual, 2, kMany, false},
    Operator{"<", Op::Less, 2, kMany, false},
    Operator{"<=", Op::LessOrEqual, 2, kMany, false},
    Operator{">", Op::Greater, 2, kMany, false},
    Operator{">=", Op::GreaterOrEqual, 2, kMany, false},
    Operator{"!", Op::Not, 0, 1, false},
    Operator{"!!", Op::Truth, 0, 1, false},
    Operator{"and", Op::And, 0, kMany, true},
    Operator{"or", Op::Or, 0, kMany, true},
    Operator{"if", Op::If, 0, kMany, true},
    Operator{"?:", Op::If, 0, kMany, true},
    Operator{"+", Op::Add, 0, kMany, false},
    Operator{"-", Op::Subtract, 1, kMany, false},
    Operator{"*", Op::Multiply, 0, kMany, false},
    Operator{"/", Op::Divide, 1, kMany, false},
    Operator{"%", Op::Modulo, 2, kMany, false},
    Operator{"max", Op::Max, 1, kMany, false},
    Operator{"min", Op::Min, 1, kMany, false},
    Operator{"cat", Op::Cat, 0, kMany, false},
    Operator{"substr", Op::Substring, 2, 3, true},
    Operator{"in", Op::In, 2, 2, true},
    Operator{"merge", Op::Merge, 0, kMany, false},
    Operator{"map", Op::Map, 2, 2, true},
    Operator{"filter", Op::Filter, 2, 2, true},
    Operator{"reduce", Op::Reduce, 2, 3, true},
    Operator{"all", Op::All, 2, 2, true},
    Operator{"none", Op::None, 2, 2, true},
    Operator{"some", Op::Some, 2, 2, true},
    Operator{"fractional", Op::Fractional, 0, kMany, false},
    Operator{"sem_ver", Op::SemVer, 3, 3, true},
    Operator{"starts_with", Op::StartsWith, 2, 2, true},
    Operator{"ends_with", Op::EndsWith, 2, 2, true},
};

bool iterates(Op op) noexcept
{
    return op == Op::Map || op == Op::Filter || op == Op::Reduce || op == Op::All ||
           op == Op::None || op == Op::Some;
}

Error bad(const std::string& where, std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message), where);
}

bool isOperation(const Json& rule)
{
    return rule.is_object() && !rule.empty();
}

/// Whether nothing in it has to be evaluated.
bool isLiteral(const Json& rule)
{
    if (rule.is_array()) {
        return std::all_of(rule.begin(), rule.end(), isLiteral);
    }
    return !isOperation(rule);
}

Status checkCount(const Operator& op, std::size_t count, const std::string& where)
{
    if (count < op.atLeast) {
        return bad(where, fmt::format("\"{}\" takes at least {} operands", op.name, op.atLeast));
    }
    if (count > op.atMost) {
        return bad(where, fmt::format("\"{}\" takes at most {} operands", op.name, op.atMost));
    }
    return {};
}

} // namespace

Path parsePath(std::string_view text)
{
    Path path;
    while (!text.empty()) {
        const auto dot = text.find('.');
        const std::string_view name = text.substr(0, dot);
        path.push_back({std::string(name), nameHash(name)});
        text = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    }
    return path;
}

Result<Program> Compiler::compile(const Json& rule, const std::string& where)
{
    const auto root = node(rule, where, 0);
    if (!root) {
        return root.error();
    }
    m_program.root = *root;
    auto& names = m_program.attributes;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return std::move(m_program);
}

Result<std::uint32_t> Compiler::add(Node node, const std::string& where)
{
    if (m_program.nodes.size() >= kMaxNodes) {
        return fail(ErrorCode::TooLarge, fmt::format("the rule has more than {} steps", kMaxNodes),
                    where);
    }
    m_program.nodes.push_back(node);
    if (m_keepPlaces) {
        m_program.places.push_back(where);
    }
    return static_cast<std::uint32_t>(m_program.nodes.size() - 1);
}

const Json& Compiler::keep(const Json& literal)
{
    return m_program.literals.emplace_back(literal);
}

Result<std::uint32_t> Compiler::node(const Json& rule, const std::string& where, int depth)
{
    if (depth > kMaxDepth) {
        return fail(ErrorCode::TooLarge,
                    fmt::format("the rule is nested deeper than {} operations", kMaxDepth), where);
    }
    if (isOperation(rule)) {
        return operation(rule, where, depth);
    }
    if (rule.is_array() && !isLiteral(rule)) {
        return arrayNode(rule, where, depth);
    }
    Node constant;
    constant.constant = Value::of(keep(rule));
    return add(constant, where);
}

Result<std::uint32_t> Compiler::arrayNode(const Json& rule, const std::string& where, int depth)
{
    std::vector<std::uint32_t> items;
    for (std::size_t i = 0; i < rule.size(); ++i) {
        const auto item = node(rule[i], pointerTo(where, std::to_string(i)), depth + 1);
        if (!item) {
            return item.error();
        }
        items.push_back(*item);
    }
    Node array;
    array.op = Op::Array;
    array.first = static_cast<std::uint32_t>(m_program.edges.size());
    array.count = static_cast<std::uint32_t>(items.size());
    m_program.edges.insert(m_program.edges.end(), items.begin(), items.end());
    return add(array, where);
}

Result<std::uint32_t> Compiler::operation(const Json& rule, const std::string& where, int depth)
{
    if (rule.size() != 1) {
        return bad(where, "an operation is an object with exactly one member, the operator's name");
    }
    const std::string& name = rule.begin().key();
    const Json& arguments = rule.begin().value();
    const std::string inside = pointerTo(where, name);
    if (name == "$ref") {
        return reference(arguments, inside, depth);
    }
    const auto* op = std::find_if(kOperators.begin(), kOperators.end(),
                                  [&](const auto& o) { return o.name == name; });
    if (op == kOperators.end()) {
        return bad(inside, name == "log"
                               ? "\"log\" is refused: rules must not write attributes anywhere"
                               : fmt::format("unknown operator \"{}\"", name));
    }
    auto made = operands(*op, arguments, inside, depth);
    if (!made) {
        return made.error();
    }
    if (const auto status = specialise(*op, arguments, inside, *made); !status) {
        return status.error();
    }
    return add(*made, inside);
}

Result<std::uint32_t> Compiler::reference(const Json& name, const std::string& where, int depth)
{
    if (m_inEvaluator) {
        return bad(where, "a shared rule must not refer to another one");
    }
    if (!name.is_string()) {
        return bad(where, "\"$ref\" takes the name of a shared rule, as text");
    }
    if (m_evaluators == nullptr) {
        return bad(where, "there are no shared rules here to refer to");
    }
    if (!m_evaluators->contains(name.get<std::string>())) {
        return fail(ErrorCode::NotFound,
                    fmt::format("no shared rule \"{}\" in $evaluators", name.get<std::string>()),
                    where);
    }
    m_inEvaluator = true;
    auto inlined = node(m_evaluators->at(name.get<std::string>()),
                        pointerTo("/$evaluators", name.get<std::string>()), depth + 1);
    m_inEvaluator = false;
    return inlined;
}

Result<Node> Compiler::operands(const Operator& op, const Json& arguments, const std::string& where,
                                int depth)
{
    const bool single = !arguments.is_array();
    if (single && op.listOnly) {
        return bad(where, fmt::format("the operands of \"{}\" are written as an array", op.name));
    }
    Node made;
    made.op = op.op;
    made.spread = single && isOperation(arguments);
    if (!made.spread) { // otherwise known only when it runs
        if (const auto status = checkCount(op, single ? 1 : arguments.size(), where); !status) {
            return status.error();
        }
    }
    std::vector<std::uint32_t> edges;
    const std::size_t count = single ? 1 : arguments.size();
    for (std::size_t i = 0; i < count; ++i) {
        const bool inElements = i == 1 && iterates(op.op);
        m_inElements += inElements ? 1 : 0;
        const auto edge = node(single ? arguments : arguments[i],
                               single ? where : pointerTo(where, std::to_string(i)), depth + 1);
        m_inElements -= inElements ? 1 : 0;
        if (!edge) {
            return edge.error();
        }
        edges.push_back(*edge);
    }
    made.first = static_cast<std::uint32_t>(m_program.edges.size());
    made.count = static_cast<std::uint32_t>(edges.size());
    m_program.edges.insert(m_program.edges.end(), edges.begin(), edges.end());
    return made;
}

Status Compiler::specialise(const Operator& op, const Json& arguments, const std::string& where,
                            Node& node)
{
    if (iterates(op.op) && arguments[0].is_null()) {
        return bad(pointerTo(where, "0"), fmt::format("\"{}\" goes over an array", op.name));
    }
    if ((op.op == Op::Map || op.op == Op::Filter) && arguments[1].is_null()) {
        return bad(pointerTo(where, "1"),
                   fmt::format("\"{}\" needs an operation for each element", op.name));
    }
    if (op.op == Op::Var) {
        return compileVar(arguments, where, node);
    }
    if (op.op == Op::Missing && arguments.is_array()) {
        for (const Json& name : arguments) {
            if (name.is_string()) {
                noteAttribute(name.get_ref<const std::string&>());
            }
        }
    }
    if (op.op == Op::Fractional) {
        compileFractional(arguments, node);
    }
    return {};
}

Status Compiler::compileVar(const Json& arguments, const std::string& where, Node& node)
{
    const Json whole = "";
    const Json* path = &arguments;
    if (arguments.is_array()) {
        path = arguments.empty() ? &whole : &arguments[0];
    }
    if (!isLiteral(*path)) {
        node.extra = kDynamic;
        return {};
    }
    std::string text;
    if (path->is_string()) {
        text = path->get<std::string>();
    } else if (path->is_number_integer()) {
        text = path->dump();
    } else if (!path->is_null()) {
        return bad(where, "\"var\" takes the path of an attribute, as text");
    }
    if (text.starts_with("$flagd.") && m_inElements == 0) {
        return compileFlagd(text, path == &arguments, where, node);
    }
    noteAttribute(text);
    node.extra = static_cast<std::uint32_t>(m_program.paths.size());
    m_program.paths.push_back(parsePath(text));
    return {};
}

/// `$flagd.flagKey` and `$flagd.timestamp`; nothing else is there to be found.
Status Compiler::compileFlagd(std::string_view path, bool asText, const std::string& where,
                              Node& node)
{
    if (path == "$flagd.flagKey") {
        node.op = Op::FlagKey;
    } else if (path == "$flagd.timestamp") {
        node.op = Op::Timestamp;
    } else if (asText) {
        return bad(where, "there is only $flagd.flagKey and $flagd.timestamp");
    } else { // as the schema has it, an array may name anything, and its default is taken
        node.extra = static_cast<std::uint32_t>(m_program.paths.size());
        m_program.paths.push_back(parsePath(path));
    }
    return {};
}

void Compiler::noteAttribute(std::string_view path)
{
    const std::string_view first = path.substr(0, path.find('.'));
    if (m_inElements == 0 && !first.empty() && first != "$flagd") {
        m_program.attributes.emplace_back(first);
    }
}

void Compiler::compileFractional(const Json& arguments, Node& node)
{
    if (!arguments.is_array() || arguments.empty()) {
        return;
    }
    FractionTable table;
    table.shortForm = arguments[0].is_array();
    if (table.shortForm) {
        m_program.attributes.emplace_back("targetingKey");
    }
    double sum = 0;
    for (std::size_t i = table.shortForm ? 0 : 1; i < arguments.size(); ++i) {
        const Json& bucket = arguments[i];
        const bool plain = bucket.is_array() && !bucket.empty() && bucket.size() <= 2 &&
                           bucket[0].is_primitive() &&
                           (bucket.size() == 1 || bucket[1].is_number_integer());
        if (!plain) {
            return; // evaluated, and if need be judged, in the general form
        }
        sum += bucket.size() == 1 ? 1 : std::max(bucket[1].get<double>(), 0.0);
        if (sum > kMaxWeights) {
            return;
        }
        table.shares.push_back({Value::of(keep(bucket[0])), static_cast<std::uint32_t>(sum)});
    }
    if (sum == 0) {
        return;
    }
    node.op = Op::FractionalTable;
    node.extra = static_cast<std::uint32_t>(m_program.tables.size());
    m_program.tables.push_back(std::move(table));
}

} // namespace sluice::flags
