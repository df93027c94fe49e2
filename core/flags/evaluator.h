// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/program.h"
#include "core/flags/rule.h"

#include <array>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>

namespace sluice::flags {

/// Walks a Program once. Lives on the stack of one evaluation; what run() returns may point into
/// it. Bounded: a number of steps and of bytes, beyond which the evaluation is TooComplex. Private
/// to the room.
class Evaluator
{
public:
    Evaluator(const Program& program, const Environment& environment) noexcept
        : m_program(program)
        , m_environment(environment)
    {
    }
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    Value run() noexcept { return eval(m_program.root, Scope{}); }
    /// The first fault; whatever run() returned then means nothing.
    [[nodiscard]] Fault fault() const noexcept { return m_fault; }

private:
    /// What paths are relative to: the data, an iterator's element, or a reduction's pair.
    struct Scope
    {
        enum class Kind : std::uint8_t
        {
            Data,
            Element,
            Reduction
        } kind = Kind::Data;
        Value current;
        Value accumulator;
    };
    class Text;
    struct Items;

    Value eval(std::uint32_t index, const Scope& scope) noexcept;
    Value evalMore(const Node& node, const Scope& scope) noexcept;
    Value operand(const Node& node, std::uint32_t number, const Scope& scope) noexcept;
    Items items(const Node& node, const Scope& scope) noexcept;
    Value raise(Fault fault) noexcept;
    Value evalList(const Node& node, const Scope& scope) noexcept;
    Value* allocate(std::size_t count) noexcept;
    char* allocateText(std::size_t bytes) noexcept;
    bool afford(std::size_t bytes) noexcept;

    // paths
    std::optional<Value> resolve(const Path& path, const Scope& scope) noexcept;
    std::optional<Value> resolveText(Value path, const Scope& scope) noexcept;
    std::optional<Value> first(std::string_view name, std::uint32_t hash,
                               const Scope& scope) noexcept;
    static std::optional<Value> step(Value value, std::string_view name) noexcept;
    Value whole(const Scope& scope) noexcept;
    Value var(const Node& node, const Scope& scope) noexcept;
    bool isMissing(Value path, const Scope& scope) noexcept;
    Value missing(const Node& node, const Scope& scope) noexcept;
    Value missingSome(const Node& node, const Scope& scope) noexcept;

    // scalars
    bool holds(Op op, Value left, Value right) noexcept;
    Value compare(const Node& node, const Scope& scope) noexcept;
    Value logic(const Node& node, const Scope& scope) noexcept;
    Value choose(const Node& node, const Scope& scope) noexcept;
    Value arithmetic(const Node& node, const Scope& scope) noexcept;

    // text and arrays
    Value cat(const Node& node, const Scope& scope) noexcept;
    Value substring(const Node& node, const Scope& scope) noexcept;
    Value in(const Node& node, const Scope& scope) noexcept;
    Value merge(const Node& node, const Scope& scope) noexcept;
    Value select(const Node& node, const Scope& scope) noexcept;
    Value reduce(const Node& node, const Scope& scope) noexcept;
    Value quantify(const Node& node, const Scope& scope) noexcept;

    // flagd
    std::optional<std::uint32_t> fractionHash(std::optional<Value> bucketBy) noexcept;
    Value fractional(const Node& node, const Scope& scope) noexcept;
    Value fractionalTable(const Node& node, const Scope& scope) noexcept;
    Value semVer(const Node& node, const Scope& scope) noexcept;
    Value affix(const Node& node, const Scope& scope) noexcept;

    const Program& m_program;
    const Environment& m_environment;
    Fault m_fault = Fault::None;
    std::uint32_t m_steps = 0;
    std::size_t m_bytes = 0;
    std::unique_ptr<Json> m_whole; ///< the context as one document, for {"var": ""}
    alignas(std::max_align_t) std::array<std::byte, 1024> m_buffer;
    std::pmr::monotonic_buffer_resource m_arena{m_buffer.data(), m_buffer.size()};
};

/// The operands of an n-ary operation: evaluated one by one, or the elements of the one array that
/// was given.
struct Evaluator::Items
{
    Evaluator& evaluator;
    const Node& node;
    const Scope& scope;
    std::optional<Value> spread;

    [[nodiscard]] std::size_t size() const noexcept { return spread ? spread->size() : node.count; }
    [[nodiscard]] Value at(std::size_t index) const noexcept
    {
        return spread ? spread->at(index)
                      : evaluator.operand(node, static_cast<std::uint32_t>(index), scope);
    }
};

/// Text that grows in the arena.
class Evaluator::Text
{
public:
    explicit Text(Evaluator& evaluator)
        : m_evaluator(evaluator)
    {
    }
    void append(std::string_view text) noexcept;
    /// As JavaScript's String() has it, but null is nothing.
    void append(const Value& value) noexcept;
    [[nodiscard]] std::string_view view() const noexcept { return {m_data, m_size}; }

private:
    Evaluator& m_evaluator;
    char* m_data = nullptr;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

} // namespace sluice::flags
