// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/program.h"
#include "core/flags/rule.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace sluice::flags {

class Trace;

/// Walks a Program once. Lives on the stack of one evaluation, and all that it makes lies in
/// `room`, so that it never allocates; what run() returns may point there. Bounded: a number of
/// steps and that room, beyond which the evaluation is TooComplex. `trace` may be nullptr. Private
/// to the room core/flags.
class Evaluator
{
public:
    Evaluator(const Program& program, const Environment& environment, std::span<std::byte> room,
              Trace* trace = nullptr) noexcept
        : m_program(program)
        , m_environment(environment)
        , m_room(room)
        , m_trace(trace)
    {
    }
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    Value run() noexcept { return eval(m_program.root, Scope{}); }
    /// The first fault; whatever run() returned then means nothing.
    [[nodiscard]] Fault fault() const noexcept { return m_fault; }
    /// Whether a larger room would have helped.
    [[nodiscard]] bool outOfRoom() const noexcept { return m_outOfRoom; }

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
    struct Bucketing;

    Value eval(std::uint32_t index, const Scope& scope) noexcept;
    Value evalMore(const Node& node, const Scope& scope) noexcept;
    Value operand(const Node& node, std::uint32_t number, const Scope& scope) noexcept;
    Items items(const Node& node, const Scope& scope) noexcept;
    Value raise(Fault fault) noexcept;
    Value evalList(const Node& node, const Scope& scope) noexcept;
    void* take(std::size_t bytes, std::size_t alignment) noexcept;
    template <typename T>
    T* allocate(std::size_t count) noexcept;
    [[nodiscard]] std::string_view placeOf(const Node& node) const noexcept;

    // paths
    std::optional<Value> resolve(const Path& path, const Scope& scope) noexcept;
    std::optional<Value> resolveText(Value path, const Scope& scope) noexcept;
    std::optional<Value> first(std::string_view name, std::uint32_t hash,
                               const Scope& scope) noexcept;
    static std::optional<Value> step(Value value, std::string_view name) noexcept;
    Value whole(const Scope& scope) noexcept;
    Value wholeContext() noexcept;
    Value flagd() noexcept;
    [[nodiscard]] Value timestamp() const noexcept;
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
    Bucketing bucketing(std::optional<Value> value) noexcept;
    Value pick(const Node& node, const Bucketing& by, std::span<const Share> shares) noexcept;
    std::span<const Share> sharesOf(Value given, std::size_t begin) noexcept;
    Value fractional(const Node& node, const Scope& scope) noexcept;
    Value fractionalTable(const Node& node, const Scope& scope) noexcept;
    Value semVer(const Node& node, const Scope& scope) noexcept;
    Value affix(const Node& node, const Scope& scope) noexcept;

    const Program& m_program;
    const Environment& m_environment;
    std::span<std::byte> m_room; ///< what is left of it
    Trace* m_trace;
    std::uint32_t m_steps = 0;
    Fault m_fault = Fault::None;
    bool m_outOfRoom = false;
};

template <typename T>
T* Evaluator::allocate(std::size_t count) noexcept
{
    auto* items = static_cast<T*>(take(count * sizeof(T), alignof(T)));
    if (items != nullptr) {
        std::uninitialized_default_construct_n(items, count);
    }
    return items;
}

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

} // namespace sluice::flags
