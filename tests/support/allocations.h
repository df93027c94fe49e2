// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

// Counts this program's allocations by replacing operator new: for the one source of a program.
namespace sluice::tests {

inline std::atomic<std::uint64_t> g_allocations{0}; // NOLINT: what operator new counts into

} // namespace sluice::tests

// Not inlined: GCC would otherwise see free() on what new returned, and warn.
[[gnu::noinline]] void* operator new(std::size_t size)
{
    ++sluice::tests::g_allocations;
    if (void* memory = std::malloc(size != 0 ? size : 1)) {
        return memory;
    }
    throw std::bad_alloc();
}

[[gnu::noinline]] void operator delete(void* memory) noexcept
{
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
