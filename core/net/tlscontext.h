// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/httpserver.h"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace sluice::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// TLS 1.2 or later with the certificate chain and key. InvalidArgument names the file.
Result<TlsContext> serverTls(const TlsFiles& files);
/// TLS 1.2 or later, peer verification on. caFile empty: the system's authorities.
Result<TlsContext> clientTls(const std::string& caFile);

} // namespace sluice::net
