// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <utility>

namespace sluice::telemetry {

/// Bounded queue from one thread to one other: lock-free and wait-free, in order. push() on the
/// producer's thread only, pop() on the consumer's only, size() on any. A slot is built when a
/// value is pushed and destroyed when it is popped, so memory that was never reached is never
/// touched.
template <typename T>
class SpscRing
{
public:
    /// Capacity is rounded up to a power of two.
    explicit SpscRing(std::size_t capacity)
        : m_mask(std::bit_ceil(capacity < 2 ? std::size_t{2} : capacity) - 1)
        , m_slots(std::allocator<T>().allocate(m_mask + 1))
    {
    }
    SpscRing(const SpscRing&) = delete;
    SpscRing& operator=(const SpscRing&) = delete;
    ~SpscRing()
    {
        const std::size_t end = m_tail.load(std::memory_order_acquire);
        for (std::size_t i = m_head.load(std::memory_order_relaxed); i != end; ++i) {
            std::destroy_at(m_slots + (i & m_mask));
        }
        std::allocator<T>().deallocate(m_slots, m_mask + 1);
    }

    /// False, with `value` untouched, if the ring is full.
    bool push(T&& value)
    {
        const std::size_t tail = m_tail.load(std::memory_order_relaxed);
        if (tail - m_headSeen > m_mask) {
            // Acquire: the consumer has finished with the slots it released.
            m_headSeen = m_head.load(std::memory_order_acquire);
            if (tail - m_headSeen > m_mask) {
                return false;
            }
        }
        std::construct_at(m_slots + (tail & m_mask), std::move(value));
        m_tail.store(tail + 1, std::memory_order_release); // publishes the slot
        return true;
    }

    /// Moves the oldest value into `value`; false if there is none.
    bool pop(T& value)
    {
        const std::size_t head = m_head.load(std::memory_order_relaxed);
        if (head == m_tailSeen) {
            m_tailSeen = m_tail.load(std::memory_order_acquire); // sees the slots published
            if (head == m_tailSeen) {
                return false;
            }
        }
        T* slot = m_slots + (head & m_mask);
        value = std::move(*slot);
        std::destroy_at(slot);
        m_head.store(head + 1, std::memory_order_release); // gives the slot back
        return true;
    }

    /// How many wait; a moment's view.
    [[nodiscard]] std::size_t size() const noexcept
    {
        const std::size_t head = m_head.load(std::memory_order_relaxed);
        const std::size_t tail = m_tail.load(std::memory_order_relaxed);
        return tail - head > m_mask + 1 ? 0 : tail - head; // the two were read at different moments
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return m_mask + 1; }

private:
    static constexpr std::size_t kLine =
        64; ///< producer's and consumer's members on cache lines of their own

    const std::size_t m_mask;
    T* const m_slots;
    alignas(kLine) std::atomic<std::size_t> m_tail{0}; ///< written by the producer
    std::size_t m_headSeen = 0;                        ///< the producer's last sight of m_head
    alignas(kLine) std::atomic<std::size_t> m_head{0}; ///< written by the consumer
    std::size_t m_tailSeen = 0;
};

} // namespace sluice::telemetry
