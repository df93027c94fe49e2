// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace sluice::tests {

/// Whether this build looks for mistakes at ten times the cost: tests that count to a million count
/// to less.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

} // namespace sluice::tests
