// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/flags/program.h"
#include "core/flags/rule.h"

#include <span>
#include <string>

namespace sluice::flags {

struct Operator;

/// Turns one rule into a Program. Private to the room; one use, one thread.
class Compiler
{
public:
    /// `keepPlaces`: note each node's JSON pointer, for a trace.
    Compiler(const Evaluators* evaluators, Generation generation, bool keepPlaces = false)
        : m_evaluators(evaluators)
        , m_keepPlaces(keepPlaces)
    {
        m_program.generation = generation;
    }
    Result<Program> compile(const Json& rule, const std::string& where);

private:
    Result<std::uint32_t> node(const Json& rule, const std::string& where, int depth);
    Result<std::uint32_t> arrayNode(const Json& rule, const std::string& where, int depth);
    Result<std::uint32_t> operation(const Json& rule, const std::string& where, int depth);
    Result<std::uint32_t> reference(const Json& name, const std::string& where, int depth);
    Result<Node> operands(const Operator& op, const Json& arguments, const std::string& where,
                          int depth);
    Status specialise(const Operator& op, const Json& arguments, const std::string& where,
                      Node& node);
    Status compileVar(const Json& arguments, const std::string& where, Node& node);
    Status compileFlagd(std::string_view path, bool asText, const std::string& where, Node& node);
    void compileFractional(const Json& arguments, Node& node);
    void noteAttribute(std::string_view path);
    Result<std::uint32_t> add(Node node, const std::string& where);
    const Json& keep(const Json& literal);

    const Evaluators* m_evaluators;
    bool m_keepPlaces;
    Program m_program;
    int m_inElements = 0; ///< inside an iterator's second operand paths are relative to the element
    bool m_inEvaluator = false;
};

} // namespace sluice::flags
