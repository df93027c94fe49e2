// SPDX-License-Identifier: GPL-3.0-or-later
// Streamed chats side by side, paced by the simulator, and when their chunks come.
//   bench_streams PORT STREAMS SECONDS BETWEEN_MS
// prints "chunks first_p50_ms first_p99_ms late_p99_ms": the pieces received, from asking to the
// first of them, and by how much a piece's distance to the one before exceeded the pace.
#include "core/net/deadlines.h"
#include "core/net/httpclient.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

using namespace sluice::net;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kTokens = 40;

struct Figures
{
    std::uint64_t chunks = 0;
    std::uint64_t failed = 0;
    std::vector<double> first;
    std::vector<double> late;
};

double milliseconds(Clock::duration time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

double quantile(std::vector<double>& values, double q)
{
    if (values.empty()) {
        return 0;
    }
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

/// One place that asks again as soon as its stream has ended. On the I/O thread.
class Stream final : public CallHandler
{
public:
    Stream(HttpClient& client, IoThread& thread, Figures& figures, int index, int between)
        : m_client(client)
        , m_thread(thread)
        , m_figures(figures)
        , m_between(between)
        , m_body(fmt::format(R"({{"model":"bench","stream":true,"user":"user-{}","metadata":{{"sim":{{)"
                             R"("ttft_ms":0,"between_ms":{},"tokens":{}}}}},"messages":[{{"role":"user",)"
                             R"("content":"Tell me of the sea."}}]}})",
                             index, between, kTokens))
        , m_timer([](void* self) { static_cast<Stream*>(self)->ask(); }, this)
    {
    }

    void askAfter(std::chrono::milliseconds time) { m_thread.deadlines().arm(m_timer, time); }

    void onConnected(bool, std::chrono::microseconds) override {}
    void onHead(int status, const HeaderList&) override { m_figures.failed += status == 200 ? 0 : 1; }
    void onBody(std::string_view) override
    {
        const auto now = Clock::now();
        ++m_figures.chunks;
        if (m_last == Clock::time_point()) {
            m_figures.first.push_back(milliseconds(now - m_asked));
        } else {
            m_figures.late.push_back(milliseconds(now - m_last) - m_between);
        }
        m_last = now;
    }
    void onEnd() override { askAfter(std::chrono::milliseconds(5)); }
    void onError(NetError, std::string_view) override
    {
        ++m_figures.failed;
        askAfter(std::chrono::milliseconds(100));
    }

private:
    void ask()
    {
        CallRequest request;
        request.target = "/v1/chat/completions";
        request.headers = {{"content-type", "application/json"}};
        request.body = m_body;
        m_last = {};
        m_asked = Clock::now();
        m_call = m_client.start(std::move(request), *this);
    }

    HttpClient& m_client;
    IoThread& m_thread;
    Figures& m_figures;
    int m_between;
    std::string m_body;
    TimerWheel::Timer m_timer;
    std::unique_ptr<Call> m_call;
    Clock::time_point m_asked;
    Clock::time_point m_last;
};

} // namespace

int main(int argc, char** argv)
{
    if (argc != 5) {
        std::fputs("usage: bench_streams PORT STREAMS SECONDS BETWEEN_MS\n", stderr);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const int count = std::atoi(argv[2]);
    const int between = std::atoi(argv[4]);
    Figures figures;
    IoThread thread(0, "load");
    thread.start();
    std::unique_ptr<HttpClient> client;
    std::vector<std::unique_ptr<Stream>> streams;
    thread.runAndWait([&] {
        client = std::make_unique<HttpClient>(Endpoint{"http", "127.0.0.1", port, "", true, ""}, thread,
                                              static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
            streams.push_back(std::make_unique<Stream>(*client, thread, figures, i, between));
            // Spread over the length of a stream, as they would be in life.
            streams.back()->askAfter(std::chrono::milliseconds(1 + kTokens * between * i / count));
        }
    });
    std::this_thread::sleep_for(std::chrono::seconds(std::atoi(argv[3])));
    thread.runAndWait([&] {
        streams.clear();
        client.reset();
    });
    thread.stop();
    if (figures.failed != 0) {
        std::fprintf(stderr, "%llu streams failed\n", static_cast<unsigned long long>(figures.failed));
    }
    fmt::print("{} {:.3f} {:.3f} {:.3f}\n", figures.chunks, quantile(figures.first, 0.5),
               quantile(figures.first, 0.99), quantile(figures.late, 0.99));
    return 0;
}
