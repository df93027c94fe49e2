// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/transport.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace sluice::net {

/// What is being written: head, then body, and how far they have gone.
struct Outgoing
{
    std::string head;
    std::string body;
    std::string_view borrowed; ///< the body, when somebody else owns it
    std::size_t sent = 0;

    [[nodiscard]] std::string_view content() const noexcept
    {
        return borrowed.data() != nullptr ? borrowed : std::string_view(body);
    }
    [[nodiscard]] std::size_t left() const noexcept
    {
        return head.size() + content().size() - sent;
    }
    [[nodiscard]] Gather buffers() const noexcept
    {
        const std::size_t ofHead = std::min(sent, head.size());
        const std::size_t ofBody = sent - ofHead;
        const std::string_view rest = content().substr(ofBody);
        return {boost::asio::buffer(head.data() + ofHead, head.size() - ofHead),
                boost::asio::buffer(rest.data(), rest.size())};
    }
    void clear() noexcept
    {
        head.clear();
        body.clear();
        borrowed = {};
        sent = 0;
    }
};

} // namespace sluice::net
