// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace sluice {

/// A credential in memory. Cannot be streamed, formatted or compared; the bytes are wiped on
/// destruction.
class Secret
{
public:
    Secret() = default;
    explicit Secret(std::string value)
        : m_value(std::move(value))
    {
    }
    Secret(const Secret&) = default;
    Secret(Secret&&) noexcept = default;
    Secret& operator=(const Secret&) = default;
    Secret& operator=(Secret&&) noexcept = default;
    ~Secret();

    [[nodiscard]] bool empty() const noexcept { return m_value.empty(); }
    /// The credential itself, for the one place that puts it on the wire.
    [[nodiscard]] const std::string& reveal() const noexcept { return m_value; }

private:
    std::string m_value;
};

/// Where a secret is kept, as written in declarative files: {"env": NAME}, {"file": PATH} or
/// {"keychain": NAME}.
struct SecretRef
{
    enum class Kind
    {
        None,
        Env,
        File,
        Keychain
    };
    Kind kind = Kind::None;
    std::string name;

    bool operator==(const SecretRef&) const = default;
};

Result<SecretRef> secretRefFromJson(const Json& json, std::string_view where);
Json toJson(const SecretRef& ref);

/// Finds secrets. The console's composition adds a keychain; the daemon has env and file only.
/// Called on the control thread; may block for as long as a keychain asks its user.
class SecretStore
{
public:
    virtual ~SecretStore() = default;
    /// Kind::None gives an empty Secret. A missing variable, file or entry is NotFound naming it.
    [[nodiscard]] virtual Result<Secret> find(const SecretRef& ref) const = 0;
};

/// Environment variables and files of mode 0600 or stricter (else Refused). Keychain refs are
/// NotFound.
class SystemSecretStore final : public SecretStore
{
public:
    [[nodiscard]] Result<Secret> find(const SecretRef& ref) const override;
};

} // namespace sluice
