// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <utility>

namespace sluice {

/// A value that can only be reached with its mutex held: `guarded.with([](auto& v) { … });`. Any
/// thread. Not for the request path (architecture.md, Two planes).
template <typename T>
class Guarded
{
public:
    Guarded() = default;
    explicit Guarded(T value)
        : m_value(std::move(value))
    {
    }

    template <typename F>
    decltype(auto) with(F&& work)
    {
        const std::lock_guard lock(m_mutex);
        return std::forward<F>(work)(m_value);
    }
    template <typename F>
    decltype(auto) with(F&& work) const
    {
        const std::lock_guard lock(m_mutex);
        return std::forward<F>(work)(m_value);
    }

private:
    mutable std::mutex m_mutex;
    T m_value{};
};

} // namespace sluice
