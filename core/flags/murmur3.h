// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::flags {

/// MurmurHash3_x86_32 (Austin Appleby, public domain), seed 0, of bytes that come in pieces.
/// Neither copies nor allocates. One hash, one thread.
class Murmur3
{
public:
    void add(std::string_view bytes) noexcept;
    /// The hash of all that was added.
    [[nodiscard]] std::uint32_t finish() const noexcept;

private:
    std::uint32_t m_hash = 0;
    std::uint32_t m_carry = 0;   ///< bytes of a block that is not complete yet
    std::uint32_t m_carried = 0; ///< how many of them, 0..3
    std::uint32_t m_length = 0;
};

/// The hash of the bytes of `first` followed by those of `second`. Any thread.
std::uint32_t murmur3(std::string_view first, std::string_view second = {}) noexcept;

} // namespace sluice::flags
