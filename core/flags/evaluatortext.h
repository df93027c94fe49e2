// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/evaluator.h"

#include <string_view>

namespace sluice::flags {

/// Text that grows in an evaluation's room. Private to core/flags.
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
