// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/demo/story.h"
#include "core/net/httpclient.h"
#include "core/net/iothread.h"

#include <memory>
#include <string>

namespace sluice::control::demo {

/// Plays the story against a gateway's data port over HTTP, as the customers' applications would,
/// in real time on a thread of its own. Construct and destroy on one thread; destruction cancels
/// what is under way and joins.
class Traffic
{
public:
    /// listenUrl: "http://127.0.0.1:8080".
    static Result<std::unique_ptr<Traffic>> start(const std::string& listenUrl, Story story);
    ~Traffic();

private:
    struct Impl;
    explicit Traffic(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::control::demo
