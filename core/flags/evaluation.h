// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/evaluator.h"

#include <array>
#include <cstddef>

namespace sluice::flags {

// Private to core/flags: an Evaluator with the room that it works in.

/// Evaluates in a large room on the stack. Not inlined: its size is paid for where it is entered.
template <typename Use>
[[gnu::noinline]] auto evaluateAtLarge(const Program& program, const Environment& environment,
                                       Trace* trace, Use&& use)
{
    alignas(std::max_align_t) std::array<std::byte, std::size_t{256} << 10U> room;
    Evaluator evaluator(program, environment, room, trace);
    const Value value = evaluator.run();
    return use(value, evaluator.fault());
}

/// Evaluates, and gives value and fault to `use` while what the value looks at is there. A small
/// room serves nearly every rule; what does not fit starts again in the large one.
template <typename Use>
auto evaluate(const Program& program, const Environment& environment, Use&& use)
{
    alignas(std::max_align_t) std::array<std::byte, 1024> room;
    Evaluator evaluator(program, environment, room);
    const Value value = evaluator.run();
    if (evaluator.outOfRoom()) {
        return evaluateAtLarge(program, environment, nullptr, use);
    }
    return use(value, evaluator.fault());
}

} // namespace sluice::flags
