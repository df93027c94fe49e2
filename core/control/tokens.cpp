// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/tokens.h"

#include "core/base/hash.h"

#include <array>

namespace sluice::control {

namespace {

constexpr std::string_view kPrefix = "slk_";
constexpr std::size_t kIdDigits = 16;
constexpr std::size_t kSecretDigits = 64;

std::string randomHex(std::size_t digits)
{
    std::array<unsigned char, kSecretDigits / 2> bytes{};
    fillRandom(bytes);
    return toHex(bytes).substr(0, digits);
}

} // namespace

NewToken makeToken(std::string name, api::Role role, SystemTime now, std::int64_t days)
{
    NewToken made;
    made.token.id = randomHex(kIdDigits);
    made.text = std::string(kPrefix) + made.token.id + "_" + randomHex(kSecretDigits);
    made.token.name = std::move(name);
    made.token.role = role;
    made.token.sha256 = sha256Hex(made.text);
    made.token.createdAt = toMicros(now);
    if (days > 0) {
        made.token.expiresAt = toMicros(now + std::chrono::days(days));
    }
    return made;
}

Result<Caller> authenticate(const Index<Token>& tokens, std::string_view bearer, SystemTime now)
{
    static const std::string kNobody(
        64, '0'); // compared with for unknown ids: hit and miss cost the same
    const std::string hash = sha256Hex(bearer.substr(0, 256));
    const bool shaped = bearer.size() == kPrefix.size() + kIdDigits + 1 + kSecretDigits &&
                        bearer.substr(0, kPrefix.size()) == kPrefix;
    const auto found =
        shaped ? tokens.find(std::string(bearer.substr(kPrefix.size(), kIdDigits))) : tokens.end();
    const Token* token = found == tokens.end() ? nullptr : found->second.get();
    const bool equal = equalConstantTime(hash, token == nullptr ? kNobody : token->sha256);
    const bool current =
        token != nullptr && (!token->expiresAt || *token->expiresAt > toMicros(now));
    if (!equal || !current) {
        return fail(ErrorCode::Unauthorized,
                    "a valid admin token is needed: Authorization: Bearer …");
    }
    return Caller{token->name, token->role, token->id};
}

} // namespace sluice::control
