// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/httpclient.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::control {

/// What to ask of whom.
struct HttpTarget
{
    net::Endpoint endpoint; ///< without base path
    std::string target;     ///< path and query
};

/// "https://host[:port]/path[?query]". The rules are those of net::endpointFromUrl(); a fragment is
/// InvalidArgument.
Result<HttpTarget> httpTargetFromUrl(std::string_view url, bool local);

struct HttpFetched
{
    bool changed = false; ///< false: 304, the rest is empty
    std::string body;
    std::string tag; ///< its ETag, or ""
};

/// One GET of a document: no redirect is followed, addresses are checked, at most `maxBytes`, all
/// within `time`. Owner: the I/O thread `thread`; `done` is called there once, not from within
/// start(), and may destroy the fetch. Destroying it cancels.
class HttpFetch
{
public:
    using Done = std::function<void(Result<HttpFetched>)>;
    struct Request
    {
        HttpTarget target;
        std::string tag; ///< for If-None-Match; empty: unconditional
        std::size_t maxBytes = std::size_t{8} << 20U;
        std::chrono::milliseconds time{10'000};
    };

    HttpFetch(net::IoThread& thread, Request request, Done done);
    ~HttpFetch();
    void start();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::control
