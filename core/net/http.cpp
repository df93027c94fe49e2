// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http.h"

#include "core/net/chars.h"

namespace sluice::net {

bool equalIgnoringCase(std::string_view a, std::string_view b) noexcept
{
    if (a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (toLower(a[i]) != toLower(b[i])) {
            return false;
        }
    }
    return true;
}

std::string_view HeaderList::find(std::string_view name) const noexcept
{
    for (const Header& header : m_headers) {
        if (equalIgnoringCase(header.name, name)) {
            // An empty value is present: its data() must not be null.
            return header.value.data() != nullptr ? header.value : std::string_view("");
        }
    }
    return {};
}

std::string_view reasonPhrase(int status) noexcept
{
    switch (status) {
    case 100:
        return "Continue";
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 206:
        return "Partial Content";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 307:
        return "Temporary Redirect";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 402:
        return "Payment Required";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 410:
        return "Gone";
    case 411:
        return "Length Required";
    case 412:
        return "Precondition Failed";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 421:
        return "Misdirected Request";
    case 422:
        return "Unprocessable Content";
    case 424:
        return "Failed Dependency";
    case 425:
        return "Too Early";
    case 428:
        return "Precondition Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 499:
        return "Client Closed Request";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 505:
        return "HTTP Version Not Supported";
    case 507:
        return "Insufficient Storage";
    case 529:
        return "Overloaded";
    default:
        return "Unknown";
    }
}

std::string_view netErrorName(NetError error) noexcept
{
    switch (error) {
    case NetError::ConnectRefused:
        return "connect_refused";
    case NetError::ConnectTimeout:
        return "connect_timeout";
    case NetError::NameNotFound:
        return "name_not_found";
    case NetError::AddressRefused:
        return "address_refused";
    case NetError::Tls:
        return "tls";
    case NetError::Reset:
        return "reset";
    case NetError::Cut:
        return "cut";
    case NetError::Malformed:
        return "malformed";
    case NetError::TooLarge:
        return "too_large";
    case NetError::Timeout:
        return "timeout";
    case NetError::Cancelled:
        return "cancelled";
    }
    return "unknown";
}

} // namespace sluice::net
