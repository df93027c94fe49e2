// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace sluice::gateway {

/// How many tokens a second a stream has said over a sliding window. Nothing is done per chunk: the
/// count so far is sampled, kSteps times a window.
class OutputRate
{
public:
    static constexpr std::size_t kSteps = 6;

    /// Forgets what was sampled: the window begins at `now`.
    void restart(SteadyTime now, std::uint64_t tokens) noexcept
    {
        m_samples.fill({now, tokens});
        m_taken = 0;
    }

    /// Takes the next sample. Tokens a second since the one a window ago; nothing before a whole
    /// window has passed.
    std::optional<double> sample(SteadyTime now, std::uint64_t tokens) noexcept
    {
        const Sample oldest = m_samples[m_taken % kSteps];
        m_samples[m_taken % kSteps] = {now, tokens};
        ++m_taken;
        const double seconds = std::chrono::duration<double>(now - oldest.at).count();
        if (m_taken < kSteps || seconds <= 0) {
            return std::nullopt;
        }
        return static_cast<double>(tokens - oldest.tokens) / seconds;
    }

private:
    struct Sample
    {
        SteadyTime at;
        std::uint64_t tokens = 0;
    };
    std::array<Sample, kSteps> m_samples{};
    std::size_t m_taken = 0;
};

} // namespace sluice::gateway
