// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/keyhash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace sluice::gateway {

namespace {

struct FreeMac
{
    void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
    void operator()(EVP_MAC* mac) const noexcept { EVP_MAC_free(mac); }
};

/// Without a MAC no identity may go into a record; there is nothing to go on with.
void demand(bool worked)
{
    if (!worked) {
        std::fputs("level=fatal room=gateway message=\"OpenSSL has no HMAC-SHA-256\"\n", stderr);
        std::abort();
    }
}

} // namespace

struct KeyHash::Impl
{
    std::unique_ptr<EVP_MAC_CTX, FreeMac> context;
};

KeyHash::KeyHash(std::string_view key)
    : m_impl(std::make_unique<Impl>())
{
    std::array<unsigned char, 32> random{};
    const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
    std::size_t size = key.size();
    if (key.empty()) {
        fillRandom(random);
        bytes = random.data();
        size = random.size();
    }
    const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    demand(mac != nullptr);
    m_impl->context.reset(EVP_MAC_CTX_new(mac.get()));
    std::array<char, 7> digest{"SHA256"};
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    demand(m_impl->context &&
           EVP_MAC_init(m_impl->context.get(), bytes, size, parameters.data()) == 1);
}

KeyHash::~KeyHash() = default;
KeyHash::KeyHash(KeyHash&&) noexcept = default;
KeyHash& KeyHash::operator=(KeyHash&&) noexcept = default;

Sha256 KeyHash::of(std::string_view message)
{
    Sha256 digest{};
    std::size_t length = 0;
    EVP_MAC_CTX* context = m_impl->context.get();
    // Without a key the context starts over with the one it has: no key schedule, no look-up of the
    // algorithm.
    demand(EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
           EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(message.data()),
                          message.size()) == 1 &&
           EVP_MAC_final(context, digest.data(), &length, digest.size()) == 1);
    return digest;
}

} // namespace sluice::gateway
