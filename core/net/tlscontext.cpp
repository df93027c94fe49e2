// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/tlscontext.h"

#include <boost/asio/ssl.hpp>

namespace sluice::net {

namespace ssl = boost::asio::ssl;

namespace {

TlsContext makeContext(ssl::context::method method)
{
    auto context = std::make_shared<ssl::context>(method);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // An idle connection gives its record buffers (2 x 16 KiB) back.
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    return context;
}

Error unusable(const std::string& what, const std::string& file,
               const boost::system::error_code& error)
{
    return fail(sluice::ErrorCode::InvalidArgument,
                "the TLS " + what + " cannot be used: " + error.message(), file);
}

} // namespace

Result<TlsContext> serverTls(const TlsFiles& files)
{
    TlsContext context = makeContext(ssl::context::tls_server);
    boost::system::error_code error;
    if (context->use_certificate_chain_file(files.certificate, error)) {
        return unusable("certificate", files.certificate, error);
    }
    if (context->use_private_key_file(files.key, ssl::context::pem, error)) {
        return unusable("key", files.key, error);
    }
    if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
        return fail(sluice::ErrorCode::InvalidArgument,
                    "the TLS key does not belong to the certificate", files.key);
    }
    return context;
}

Result<TlsContext> clientTls(const std::string& caFile)
{
    TlsContext context = makeContext(ssl::context::tls_client);
    boost::system::error_code error;
    if (caFile.empty()) {
        context->set_default_verify_paths(error);
    } else {
        context->load_verify_file(caFile, error);
    }
    if (error) {
        return unusable("authorities", caFile, error);
    }
    context->set_verify_mode(ssl::verify_peer);
    return context;
}

} // namespace sluice::net
