// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::providers {

/// Takes out of a provider's text whatever resembles our credential: words that share eight bytes
/// in a row with it, or that begin as provider keys do ("sk-"), become "[redacted]". Providers
/// repeat keys, also partly masked, in their error messages. Immutable, any thread; holds hashes of
/// the secret's windows, and the secret itself.
class Scrubber
{
public:
    explicit Scrubber(Secret secret);

    [[nodiscard]] std::string scrub(std::string_view text) const;
    [[nodiscard]] const Secret& secret() const noexcept { return m_secret; }

private:
    [[nodiscard]] bool resembles(std::string_view word) const;

    Secret m_secret;
    std::vector<std::size_t> m_windows; ///< sorted hashes of the secret's eight-byte windows
};

} // namespace sluice::providers
