// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/histogram.h"

#include "core/telemetry/varint.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sluice::telemetry {

namespace {

// 32 exact values, then 32 buckets for each of the powers 2^5 … 2^63.
constexpr std::size_t kSteps = 32;
constexpr std::size_t kIndices = kSteps * 60;

std::size_t indexOf(std::uint64_t value) noexcept
{
    if (value < kSteps) {
        return static_cast<std::size_t>(value);
    }
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - 6U;
    return kSteps * shift + static_cast<std::size_t>(value >> shift);
}

std::uint64_t lowerEdge(std::size_t index) noexcept
{
    if (index < kSteps) {
        return index;
    }
    const std::size_t shift = index / kSteps - 1;
    return static_cast<std::uint64_t>(index % kSteps + kSteps) << shift;
}

/// Largest value of the bucket; of the last one 2^64 - 1, by wrapping.
std::uint64_t upperEdge(std::size_t index) noexcept
{
    return lowerEdge(index + 1) - 1;
}

Error damaged()
{
    return fail(ErrorCode::Corrupt, "these bytes are not a histogram");
}

} // namespace

void Histogram::extendTo(std::size_t index)
{
    if (m_buckets.empty()) {
        m_first = index;
    } else if (index < m_first) {
        m_buckets.insert(m_buckets.begin(), m_first - index, 0);
        m_first = index;
    }
    if (index - m_first >= m_buckets.size()) {
        m_buckets.resize(index - m_first + 1, 0);
    }
}

void Histogram::record(std::uint64_t value, std::uint64_t times)
{
    if (times == 0) {
        return;
    }
    const std::size_t index = indexOf(value);
    if (index < m_first || index - m_first >= m_buckets.size()) {
        extendTo(index);
    }
    m_buckets[index - m_first] += times;
    m_count += times;
    m_sum += value * times;
}

void Histogram::merge(const Histogram& other)
{
    if (other.m_buckets.empty()) {
        return;
    }
    extendTo(other.m_first);
    extendTo(other.m_first + other.m_buckets.size() - 1);
    for (std::size_t i = 0; i < other.m_buckets.size(); ++i) {
        m_buckets[other.m_first - m_first + i] += other.m_buckets[i];
    }
    m_count += other.m_count;
    m_sum += other.m_sum;
}

std::uint64_t Histogram::quantile(double q) const noexcept
{
    if (m_count == 0) {
        return 0;
    }
    std::uint64_t rank = 1;
    if (q >= 1.0) {
        rank = m_count;
    } else if (q > 0.0) {
        const auto wanted = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(m_count)));
        rank = std::min(std::max<std::uint64_t>(wanted, 1), m_count);
    }
    std::uint64_t seen = 0;
    std::size_t i = 0;
    while (i + 1 < m_buckets.size() && seen + m_buckets[i] < rank) {
        seen += m_buckets[i];
        ++i;
    }
    const std::uint64_t lower = lowerEdge(m_first + i);
    return lower + (upperEdge(m_first + i) - lower) / 2;
}

std::uint64_t Histogram::countAtMost(std::uint64_t limit) const noexcept
{
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < m_buckets.size() && upperEdge(m_first + i) <= limit; ++i) {
        seen += m_buckets[i];
    }
    return seen;
}

std::string Histogram::encode() const
{
    std::string out;
    putVarint(m_sum, out);
    std::size_t next = 0; // the index after the last one written
    for (std::size_t i = 0; i < m_buckets.size(); ++i) {
        if (m_buckets[i] != 0) {
            putVarint(m_first + i - next, out);
            putVarint(m_buckets[i], out);
            next = m_first + i + 1;
        }
    }
    return out;
}

Result<Histogram> Histogram::decode(std::string_view bytes)
{
    Histogram result;
    std::uint64_t sum = 0;
    if (!takeVarint(bytes, sum)) {
        return damaged();
    }
    std::size_t next = 0;
    while (!bytes.empty()) {
        std::uint64_t gap = 0;
        std::uint64_t times = 0;
        if (!takeVarint(bytes, gap) || !takeVarint(bytes, times) || gap >= kIndices - next ||
            times == 0 || times > UINT64_MAX - result.m_count) {
            return damaged();
        }
        next += static_cast<std::size_t>(gap);
        result.extendTo(next);
        result.m_buckets[next - result.m_first] = times;
        result.m_count += times;
        ++next;
    }
    if (result.m_count == 0 && sum != 0) {
        return damaged();
    }
    result.m_sum = sum;
    return result;
}

} // namespace sluice::telemetry
