// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace sluice::net {

/// Growing bytes that are never zero-filled; keeps its memory between messages. Views into it are
/// good until the next call that may grow or move it (append, prepare, consume).
class ByteBuffer
{
public:
    [[nodiscard]] char* data() noexcept { return m_bytes.get(); }
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    [[nodiscard]] bool empty() const noexcept { return m_size == 0; }
    [[nodiscard]] std::size_t capacity() const noexcept { return m_capacity; }
    [[nodiscard]] std::string_view view() const noexcept { return {m_bytes.get(), m_size}; }

    void append(std::string_view bytes)
    {
        if (!bytes.empty()) {
            std::memcpy(prepare(bytes.size()).data(), bytes.data(), bytes.size());
            m_size += bytes.size();
        }
    }

    /// Room for at least `size` bytes behind the end; commit() what was filled.
    std::span<char> prepare(std::size_t size)
    {
        if (m_capacity - m_size < size) {
            grow(m_size + size);
        }
        return {m_bytes.get() + m_size, m_capacity - m_size};
    }
    void commit(std::size_t size) noexcept { m_size += size; }

    /// Drops bytes from the front.
    void consume(std::size_t size) noexcept
    {
        if (size < m_size) {
            std::memmove(m_bytes.get(), m_bytes.get() + size, m_size - size);
        }
        m_size -= std::min(size, m_size);
    }
    void truncate(std::size_t size) noexcept { m_size = std::min(size, m_size); }
    void clear() noexcept { m_size = 0; }

    /// Gives memory above `keep` bytes back while the buffer is empty.
    void trim(std::size_t keep) noexcept
    {
        if (m_size == 0 && m_capacity > keep) {
            m_bytes.reset();
            m_capacity = 0;
        }
    }

private:
    void grow(std::size_t needed)
    {
        const std::size_t capacity = std::max({needed, m_capacity * 2, std::size_t{1024}});
        auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
        if (m_size > 0) {
            std::memcpy(bytes.get(), m_bytes.get(), m_size);
        }
        m_bytes = std::move(bytes);
        m_capacity = capacity;
    }

    std::unique_ptr<char[]> m_bytes;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

} // namespace sluice::net
