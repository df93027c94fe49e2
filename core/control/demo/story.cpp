// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/demo/story.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace sluice::control::demo {

namespace {

struct Audience
{
    std::string_view route;
    double perSecond;
    std::size_t users;
    double streamed; ///< share of streamed requests
    bool prompted;
    bool companies; ///< asked by companies' systems rather than by people
};

constexpr std::array<Audience, 4> kAudiences{{
    {"support-assistant", 10.0, 5200, 0.8, true, false},
    {"product-search", 5.0, 3400, 0.1, false, false},
    {"order-triage", 1.4, 60, 0.0, false, true},
    {"returns-desk", 1.0, 800, 0.8, true, false},
}};

double ratePerSecond()
{
    double sum = 0;
    for (const Audience& audience : kAudiences) {
        sum += audience.perSecond;
    }
    return sum;
}

} // namespace

Story::Story(std::vector<std::string> questions, std::uint64_t seed)
    : m_questions(std::move(questions))
    , m_random(seed)
{
}

Result<Story> Story::fromCorpus(const Json& corpus, std::uint64_t seed)
{
    auto entries = member<Json>(corpus, "entries");
    if (!entries) {
        return std::move(entries).error();
    }
    std::vector<std::string> questions;
    for (std::size_t i = 0; i < entries->size(); ++i) {
        auto question =
            member<std::string>((*entries)[i], "question", "/entries/" + std::to_string(i));
        if (!question) {
            return std::move(question).error();
        }
        questions.push_back(std::move(*question));
    }
    if (questions.empty()) {
        return fail(ErrorCode::InvalidArgument, "the demo's corpus has no questions", "/entries");
    }
    return Story(std::move(questions), seed);
}

double Story::uniform()
{
    constexpr double scale =
        1.0 / 9007199254740992.0; // 2^-53: same numbers with every standard library
    return static_cast<double>(m_random() >> 11U) * scale;
}

StoryRequest Story::next()
{
    StoryRequest request;
    const double seconds = -std::log1p(-uniform()) / ratePerSecond(); // Poisson arrivals
    request.gap = std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
    double pick = uniform() * ratePerSecond();
    const Audience* audience = kAudiences.data();
    while (pick >= audience->perSecond && audience != &kAudiences.back()) {
        pick -= audience->perSecond;
        ++audience;
    }
    request.route = audience->route;
    request.prompted = audience->prompted;
    request.streamed = uniform() < audience->streamed;
    // Cubing makes a few users frequent and most of them rare.
    const double u = uniform();
    const auto user = static_cast<std::size_t>(u * u * u * static_cast<double>(audience->users));
    if (audience->companies) {
        request.org = fmt::format("org-{}", user);
        request.user = fmt::format("system-{}", user);
        request.plan = "business";
    } else {
        request.user = fmt::format("user-{:05}", user * 7919 % 99991);
        request.plan = user % 23 == 5 ? "trial" : "basic";
        request.org = user % 160 == 7 ? "org-internal" : "";
    }
    request.question =
        static_cast<std::size_t>(uniform() * static_cast<double>(m_questions.size()));
    return request;
}

std::string Story::body(const StoryRequest& request) const
{
    Json body{{"model", request.route},
              {"messages",
               Json::array({{{"role", "user"}, {"content", m_questions[request.question]}}})}};
    if (request.streamed) {
        body["stream"] = true;
    }
    if (request.prompted) {
        body["prompt"] = {{"id", "support/answer"}, {"variables", {{"language", "English"}}}};
    }
    return body.dump();
}

} // namespace sluice::control::demo
