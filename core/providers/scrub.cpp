// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/scrub.h"

#include <algorithm>
#include <functional>

namespace sluice::providers {

namespace {

constexpr std::size_t kWindow = 8;

std::size_t windowHash(std::string_view text, std::size_t at)
{
    return std::hash<std::string_view>{}(text.substr(at, kWindow));
}

/// The characters that credentials and their masks are made of.
bool isKeyCharacter(char c) noexcept
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_.*+/=~").find(c) != std::string_view::npos;
}

} // namespace

Scrubber::Scrubber(Secret secret)
    : m_secret(std::move(secret))
{
    const std::string& key = m_secret.reveal();
    for (std::size_t at = 0; at + kWindow <= key.size(); ++at) {
        m_windows.push_back(windowHash(key, at));
    }
    std::sort(m_windows.begin(), m_windows.end());
}

bool Scrubber::resembles(std::string_view word) const
{
    if (word.starts_with("sk-")) {
        return true;
    }
    const std::string& key = m_secret.reveal();
    if (!key.empty() && key.size() < kWindow) {
        return word.find(key) != std::string_view::npos;
    }
    for (std::size_t at = 0; !m_windows.empty() && at + kWindow <= word.size(); ++at) {
        if (std::binary_search(m_windows.begin(), m_windows.end(), windowHash(word, at))) {
            return true;
        }
    }
    return false;
}

std::string Scrubber::scrub(std::string_view text) const
{
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = at;
        while (end < text.size() && isKeyCharacter(text[end])) {
            ++end;
        }
        const std::string_view word = text.substr(at, end - at);
        if (resembles(word)) {
            out += "[redacted]";
        } else {
            out += word;
        }
        if (end < text.size()) {
            out.push_back(text[end++]);
        }
        at = end;
    }
    return out;
}

} // namespace sluice::providers
