// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/demo/traffic.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <future>
#include <unordered_map>

namespace sluice::control::demo {

namespace {

/// One request under way. Nobody reads the answer: the record that it leaves is what the demo is
/// about.
class Customer final : public net::CallHandler
{
public:
    explicit Customer(std::function<void()> done)
        : m_done(std::move(done))
    {
    }

    void start(net::HttpClient& client, net::CallRequest request)
    {
        m_call = client.start(std::move(request), *this);
    }
    void onConnected(bool, std::chrono::microseconds) override {}
    void onHead(int, const net::HeaderList&) override {}
    void onBody(std::string_view) override {}
    void onEnd() override { m_done(); }
    void onError(net::NetError, std::string_view) override { m_done(); }

private:
    std::function<void()> m_done;
    std::unique_ptr<net::Call> m_call;
};

constexpr std::size_t kMostAtOnce = 500; // a gateway that hangs must not fill memory

} // namespace

struct Traffic::Impl
{
    Impl(net::Endpoint endpoint, Story told)
        : thread(std::make_shared<net::IoThread>(0, "demo"))
        , story(std::move(told))
        , client(std::make_unique<net::HttpClient>(std::move(endpoint), *thread))
        , timer(std::make_unique<boost::asio::steady_timer>(thread->context()))
        , nextAt(std::chrono::steady_clock::now())
    {
    }

    void schedule()
    {
        request = story.next();
        nextAt += request.gap;
        timer->expires_at(nextAt);
        timer->async_wait([this](const boost::system::error_code& error) {
            if (!error) {
                send();
                schedule();
            }
        });
    }

    void send()
    {
        if (customers.size() >= kMostAtOnce) {
            return;
        }
        net::CallRequest call;
        call.target = "/v1/chat/completions";
        call.headers = {{"content-type", "application/json"},
                        {"x-sluice-user", request.user},
                        {"x-sluice-attributes", fmt::format(R"({{"plan":"{}"}})", request.plan)}};
        if (!request.org.empty()) {
            call.headers.emplace_back("x-sluice-org", request.org);
        }
        call.body = story.body(request);
        const std::uint64_t number = ++sent;
        auto customer = std::make_unique<Customer>([this, number] {
            // Later: the call is still on the stack below this callback.
            boost::asio::post(thread->context(), [this, number] { customers.erase(number); });
        });
        Customer& started = *customers.emplace(number, std::move(customer)).first->second;
        started.start(*client, std::move(call));
    }

    std::shared_ptr<net::IoThread> thread;
    Story story;
    StoryRequest request;
    std::unique_ptr<net::HttpClient> client;
    std::unique_ptr<boost::asio::steady_timer> timer;
    std::chrono::steady_clock::time_point nextAt;
    std::unordered_map<std::uint64_t, std::unique_ptr<Customer>> customers; ///< by number
    std::uint64_t sent = 0;
};

Traffic::Traffic(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

Result<std::unique_ptr<Traffic>> Traffic::start(const std::string& listenUrl, Story story)
{
    auto endpoint = net::endpointFromUrl(listenUrl, true);
    if (!endpoint) {
        return std::move(endpoint).error();
    }
    auto impl = std::make_unique<Impl>(std::move(*endpoint), std::move(story));
    impl->thread->start();
    impl->thread->post([state = impl.get()] { state->schedule(); });
    return std::unique_ptr<Traffic>(new Traffic(std::move(impl)));
}

Traffic::~Traffic()
{
    // Everything that lives on the thread is ended there.
    std::promise<void> ended;
    m_impl->thread->post([this, &ended] {
        m_impl->timer.reset();
        m_impl->customers.clear();
        m_impl->client.reset();
        ended.set_value();
    });
    ended.get_future().wait();
    m_impl->thread->stop();
}

} // namespace sluice::control::demo
