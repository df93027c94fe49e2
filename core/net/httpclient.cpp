// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/httpclient.h"

#include "core/net/clientcall.h"
#include "core/net/clientconnection.h"
#include "core/net/clientpool.h"

#include <utility>

namespace sluice::net {

namespace {

/// The user's end of a call.
class CallHandle final : public Call
{
public:
    explicit CallHandle(std::shared_ptr<ClientCall> call)
        : m_call(std::move(call))
    {
    }
    ~CallHandle() override { abandon(); }

    void cancel() override { abandon(); }
    void pause() override { m_call->paused = true; }
    void resume() override
    {
        m_call->paused = false;
        if (m_call->connection) {
            m_call->pool->thread.turns().later(m_call->connection);
        }
    }

private:
    void abandon()
    {
        m_call->handler = nullptr;
        if (const auto connection = std::exchange(m_call->connection, nullptr)) {
            connection->abandon();
        }
    }

    std::shared_ptr<ClientCall> m_call;
};

} // namespace

void ClientCall::afterTurn()
{
    if (handler == nullptr) {
        return; // cancelled meanwhile
    }
    if (const std::string_view problem = requestProblem(request); !problem.empty()) {
        finish()->onError(NetError::Malformed, problem);
        return;
    }
    pool->run(shared_from_this());
}

struct HttpClient::Impl : ClientPool
{
    using ClientPool::ClientPool;
};

HttpClient::HttpClient(Endpoint endpoint, IoThread& thread, std::size_t maxIdle)
    : m_impl(std::make_shared<Impl>(std::move(endpoint), thread, maxIdle))
{
}

HttpClient::~HttpClient()
{
    m_impl->close();
}

std::unique_ptr<Call> HttpClient::start(CallRequest request, CallHandler& handler)
{
    auto call = std::make_shared<ClientCall>(std::move(request), handler, m_impl);
    auto handle = std::make_unique<CallHandle>(call);
    m_impl->thread.turns().later(std::move(call));
    return handle;
}

const Endpoint& HttpClient::endpoint() const noexcept
{
    return m_impl->endpoint;
}

} // namespace sluice::net
