// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/simulatord/simulatorservice.h"

#include "tests/support/simulatord/streamrun.h"

#include <fmt/format.h>

#include <array>

namespace sluice::tests {

namespace {

constexpr std::size_t kTextsRemembered = 100'000;
constexpr std::array<net::Header, 1> kJson = {{{"content-type", "application/json"}}};

} // namespace

void SimulatorService::handle(const std::shared_ptr<net::HttpExchange>& exchange)
{
    const net::HttpRequest& request = exchange->request();
    if (request.path == "/v1/chat/completions" && request.method == "POST") {
        chat(exchange);
    } else if (request.path == "/sim/journal" && request.method == "GET") {
        exchange->respond(200, kJson,
                          m_journal.toJson().dump(-1, ' ', false, Json::error_handler_t::replace));
    } else if (request.path == "/sim/journal" && request.method == "DELETE") {
        m_journal.clear();
        exchange->respond(200, kJson, "{}");
    } else {
        exchange->respond(404, kJson,
                          R"({"error":{"message":"The simulator has no such resource.",)"
                          R"("type":"invalid_request_error","param":null,"code":null}})");
    }
}

std::uint64_t SimulatorService::sequenceOf(std::string_view body)
{
    if (m_calls.size() > kTextsRemembered) {
        m_calls.clear();
    }
    return m_calls[std::hash<std::string_view>{}(body)]++;
}

void SimulatorService::chat(const std::shared_ptr<net::HttpExchange>& exchange)
{
    const net::HttpRequest& request = exchange->request();
    providers::SimulatedAnswer answer = m_simulator->plan(request.body, sequenceOf(request.body));
    const std::uint64_t number =
        m_journal.begin(request.body, request.headers.find("authorization"));
    const providers::SimulatedMeta meta{fmt::format("chatcmpl-sim-{}", number),
                                        toMicros(m_clock.now()) / 1'000'000, answer.model,
                                        answer.includeUsage};
    std::make_shared<StreamRun>(exchange, std::move(answer), meta, m_journal, number)->start();
}

} // namespace sluice::tests
