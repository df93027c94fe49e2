// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/httpclient.h"

#include <functional>
#include <future>
#include <memory>
#include <string>

namespace sluice::tests {

/// Writes down what a call does, as words, and ends a future with it. The hooks run inside the
/// callbacks.
class Recorder final : public net::CallHandler
{
public:
    void onConnected(bool reused, std::chrono::microseconds) override
    {
        note(reused ? "reused" : "new");
        run(connectedHook);
    }
    void onHead(int status, const net::HeaderList& headers) override
    {
        note(std::to_string(status));
        location = headers.find("location");
        run(headHook);
    }
    void onBody(std::string_view bytes) override
    {
        body += bytes;
        ++pieces;
        run(bodyHook);
    }
    void onEnd() override
    {
        note("end");
        run(endHook);
        finish();
    }
    void onError(net::NetError error, std::string_view text) override
    {
        note(net::netErrorName(error));
        detail = text;
        finish();
    }

    /// Whether the call has ended; then everything below may be read.
    bool wait() { return m_future.wait_for(std::chrono::seconds(10)) == std::future_status::ready; }
    [[nodiscard]] bool over() const
    {
        return m_future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

    std::string events; ///< "new 200 end"
    std::string body;
    std::string detail;
    std::string location;
    int pieces = 0;
    std::unique_ptr<net::Call> call;
    std::function<void()> connectedHook, headHook, bodyHook, endHook;

private:
    void note(std::string_view word)
    {
        events += events.empty() ? "" : " ";
        events += word;
    }
    void finish()
    {
        call.reset(); // on its own thread
        m_done.set_value();
    }
    static void run(const std::function<void()>& hook)
    {
        if (hook) {
            hook();
        }
    }

    std::promise<void> m_done;
    std::future<void> m_future = m_done.get_future();
};

/// A client with its own I/O thread.
class ClientFixture
{
public:
    explicit ClientFixture(net::Endpoint endpoint, std::size_t maxIdle = 256)
    {
        m_thread.start();
        run([&] {
            m_client = std::make_unique<net::HttpClient>(std::move(endpoint), m_thread, maxIdle);
        });
    }
    explicit ClientFixture(std::uint16_t port)
        : ClientFixture(local(port))
    {
    }
    ~ClientFixture()
    {
        run([this] { m_client.reset(); });
        m_thread.stop();
    }

    static net::Endpoint local(std::uint16_t port)
    {
        return {"http", "127.0.0.1", port, "", true, ""};
    }
    static net::CallRequest get(std::string target)
    {
        net::CallRequest request;
        request.method = "GET";
        request.target = std::move(target);
        return request;
    }

    /// On the client's thread, in one turn; waits.
    void run(const std::function<void()>& work) { m_thread.runAndWait(work); }
    void start(net::CallRequest request, Recorder& recorder)
    {
        run([&] { recorder.call = m_client->start(std::move(request), recorder); });
    }
    void start(std::string target, Recorder& recorder) { start(get(std::move(target)), recorder); }
    [[nodiscard]] net::HttpClient& client() { return *m_client; }
    [[nodiscard]] net::IoThread& thread() { return m_thread; }

private:
    net::IoThread m_thread{0, "client"};
    std::unique_ptr<net::HttpClient> m_client;
};

} // namespace sluice::tests
