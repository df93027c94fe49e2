// SPDX-License-Identifier: GPL-3.0-or-later
// The floor under the gateway: core/net alone as a proxy, and as the upstream behind it. No
// routing, no JSON.
//   netproxy upstream           answers every request at once; prints its port
//   netproxy proxy PORT         passes every request to 127.0.0.1:PORT; prints its port
// One I/O thread each; ends with standard input. Measure with wrk; CPU a request is the process's
// time over requests.
#include "core/net/httpclient.h"
#include "core/net/httpserver.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

using namespace sluice::net;

namespace {

constexpr std::string_view kAnswer =
    R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"Forty tokens of nothing in particular, as a model would say them."},)"
    R"("finish_reason":"stop"}],"usage":{"prompt_tokens":200,"completion_tokens":40,"total_tokens":240}})";

/// One request on its way through; owns itself until it has ended.
class Relay final : public CallHandler, public std::enable_shared_from_this<Relay>
{
public:
    explicit Relay(std::shared_ptr<HttpExchange> exchange)
        : m_exchange(std::move(exchange))
    {
    }

    void start(HttpClient& client)
    {
        m_self = shared_from_this();
        CallRequest request;
        request.target = m_exchange->request().path;
        request.headers = {{"content-type", "application/json"}};
        request.body = m_exchange->request().body;
        m_call = client.start(std::move(request), *this);
        m_exchange->onClosed([this] { finish(); });
    }

    void onConnected(bool, std::chrono::microseconds) override {}
    void onHead(int status, const HeaderList& headers) override
    {
        m_status = status;
        m_type = headers.find("content-type");
    }
    void onBody(std::string_view bytes) override { m_body += bytes; }
    void onEnd() override
    {
        const Header type{"content-type", m_type};
        m_exchange->respond(m_status, {&type, 1}, std::move(m_body));
        finish();
    }
    void onError(NetError error, std::string_view) override
    {
        m_exchange->respond(502, {}, std::string(netErrorName(error)));
        finish();
    }

private:
    void finish()
    {
        const auto self = std::move(m_self);
        m_call.reset();
        m_exchange.reset();
    }

    std::shared_ptr<HttpExchange> m_exchange;
    std::shared_ptr<Relay> m_self;
    std::unique_ptr<Call> m_call;
    int m_status = 0;
    std::string m_type;
    std::string m_body;
};

} // namespace

int main(int argc, char** argv)
{
    const std::string_view mode = argc > 1 ? argv[1] : "";
    if (mode != "upstream" && !(mode == "proxy" && argc > 2)) {
        std::fputs("usage: netproxy upstream | netproxy proxy PORT\n", stderr);
        return 2;
    }
    auto thread = std::make_shared<IoThread>(0, "io");
    std::unique_ptr<HttpClient> client;
    HttpServer::Handler handler = [](std::shared_ptr<HttpExchange> exchange) {
        const Header type{"content-type", "application/json"};
        exchange->respond(200, {&type, 1}, std::string(kAnswer));
    };
    if (mode == "proxy") {
        Endpoint endpoint{"http", "127.0.0.1", static_cast<std::uint16_t>(std::atoi(argv[2])),
                          "",     true,        ""};
        client = std::make_unique<HttpClient>(std::move(endpoint), *thread);
        handler = [&client](std::shared_ptr<HttpExchange> exchange) {
            std::make_shared<Relay>(std::move(exchange))->start(*client);
        };
    }
    thread->start();
    HttpServer server({}, {thread}, std::move(handler));
    if (const auto status = server.start(); !status) {
        std::fprintf(stderr, "%s\n", sluice::describe(status.error()).c_str());
        return 1;
    }
    std::printf("%u\n", static_cast<unsigned>(server.port()));
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    server.stop();
    thread->runAndWait([&] { client.reset(); });
    thread->stop();
    return 0;
}
