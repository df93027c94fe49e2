// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/shared.h"
#include "core/gateway/threadstate.h"

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::gateway {

/// OFREP 0.3.0 (OpenFeature's remote evaluation protocol) on the data port. Reads the serving table
/// and nothing else. A route's own flag is evaluated by routing itself, so that whoever asks is
/// told the arm that its requests get.
class Ofrep
{
public:
    static constexpr std::string_view kPrefix = "/ofrep/";
    static constexpr std::string_view kBulk = "/ofrep/v1/evaluate/flags";
    static constexpr std::string_view kSingle = "/ofrep/v1/evaluate/flags/";
    static constexpr std::string_view kEvents = "/ofrep/v1/events";
    using Exchange = std::shared_ptr<net::HttpExchange>;

    explicit Ofrep(Shared& shared);

    /// On the exchange's thread, whose state is `state`; each checks its caller and answers.
    void bulk(ThreadState& state, const Exchange& exchange);
    void single(ThreadState& state, const Exchange& exchange);
    void events(ThreadState& state, const Exchange& exchange);
    /// A browser's question whether it may ask; from an origin that the listener lets through.
    static void preflight(const Exchange& exchange);
    /// An error that the listener itself has found, in OFREP's shape: body and content type.
    static std::pair<std::string, std::string> listenerError(std::string_view message);

    /// Prometheus text. Any thread.
    [[nodiscard]] std::string metrics() const;

private:
    /// What a request has said and shown.
    struct Asked
    {
        std::shared_ptr<LocalTable> table; ///< the key points into it
        const ApiKey* key = nullptr;
        std::string canonical; ///< of the context
    };
    bool admit(ThreadState& state, const Exchange& exchange, Asked& asked, bool ticket = false);
    bool readContext(ThreadState& state, const Exchange& exchange, Asked& asked,
                     std::string_view flag);
    [[nodiscard]] std::string bulkBody(ThreadState& state, const Asked& asked) const;
    [[nodiscard]] std::string ticketOf(const std::string& keyId) const;

    Shared& m_shared;
    std::string m_ticketKey;
    std::atomic<std::uint64_t> m_singles{0};
    std::atomic<std::uint64_t> m_bulks{0};
    std::atomic<std::uint64_t> m_unmodified{0};
};

} // namespace sluice::gateway
