// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/net/httpclient.h"

#include <memory>
#include <optional>
#include <string>

namespace sluice::ctl {

/// Blocking calls to an admin port. One thread.
class AdminClient
{
public:
    /// InvalidArgument for something that is no http(s) URL. `caFile`: PEM, for an https port with
    /// its own authority.
    static Result<std::unique_ptr<AdminClient>> make(const std::string& url, Secret token,
                                                     std::string caFile);
    ~AdminClient();

    /// GET /admin/v1/commands: the table.
    Result<Json> commands();
    /// The command's result. Errors are the engine's own, or Unavailable when it cannot be reached.
    Result<Json> run(const std::string& command, const Json& arguments,
                     std::optional<std::uint64_t> base);

private:
    struct Impl;
    explicit AdminClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::ctl
