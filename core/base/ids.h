// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace sluice {

/// A string that cannot be mistaken for another kind of string. Value type, any thread.
/// Make one kind per tag: `using RouteName = StrongId<struct RouteNameTag>;`
template <typename Tag>
class StrongId
{
public:
    StrongId() = default;
    explicit StrongId(std::string text)
        : m_text(std::move(text))
    {
    }

    [[nodiscard]] const std::string& text() const noexcept { return m_text; }
    [[nodiscard]] bool empty() const noexcept { return m_text.empty(); }
    auto operator<=>(const StrongId&) const = default;

private:
    std::string m_text;
};

/// The stable name that an application calls; 1..128 of [A-Za-z0-9._-], see isName().
using RouteName = StrongId<struct RouteNameTag>;
/// The name under which a provider is configured.
using ProviderName = StrongId<struct ProviderNameTag>;
/// "u_" + 64 lower-case hex digits: SHA-256 of the unit's canonical JSON. Made by units only.
using UnitId = StrongId<struct UnitIdTag>;

/// Whether text may name a route, unit alias, provider or key: 1..128 of [A-Za-z0-9._-], first
/// alphanumeric.
bool isName(std::string_view text) noexcept;

/// A random id with 128 bits of entropy: prefix + 32 hex digits ("req_" -> "req_5f…"). Any thread.
std::string randomId(std::string_view prefix);

} // namespace sluice

template <typename Tag>
struct std::hash<sluice::StrongId<Tag>>
{
    std::size_t operator()(const sluice::StrongId<Tag>& id) const noexcept
    {
        return std::hash<std::string>{}(id.text());
    }
};
