// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>

namespace sluice {

namespace {

const unsigned char* asBytes(std::string_view text) noexcept
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

Sha256 sha256(std::string_view bytes)
{
    Sha256 digest{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return digest;
}

std::string sha256Hex(std::string_view bytes)
{
    return toHex(sha256(bytes));
}

Sha256 hmacSha256(std::string_view key, std::string_view message)
{
    Sha256 digest{};
    unsigned int length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), asBytes(message), message.size(),
         digest.data(), &length);
    return digest;
}

std::string toHex(std::span<const unsigned char> bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 15U]);
    }
    return text;
}

void fillRandom(std::span<unsigned char> bytes)
{
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        std::fputs("level=fatal message=\"no random bytes from the system\"\n", stderr);
        std::abort();
    }
}

bool equalConstantTime(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace sluice
