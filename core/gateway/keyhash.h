// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/hash.h"

#include <memory>
#include <string_view>

namespace sluice::gateway {

/// HMAC-SHA-256 (RFC 2104) under one key, prepared once: what bucketing keys and session ids become
/// in records. One thread. An empty key is replaced by a random one, so that hashes never are plain
/// digests.
class KeyHash
{
public:
    explicit KeyHash(std::string_view key);
    ~KeyHash();
    KeyHash(KeyHash&&) noexcept;
    KeyHash& operator=(KeyHash&&) noexcept;

    [[nodiscard]] Sha256 of(std::string_view message);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::gateway
