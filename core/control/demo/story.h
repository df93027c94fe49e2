// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::control::demo {

/// One request of the demo's imaginary customers.
struct StoryRequest
{
    std::chrono::microseconds gap{}; ///< since the one before
    std::string_view route;
    std::string user;
    std::string org; ///< "" for private customers
    std::string_view plan;
    std::size_t question = 0; ///< index into the questions
    bool streamed = false;
    bool prompted = false; ///< the route's units have a prompt
};

/// Who asks what and when: an endless, repeatable sequence for one seed. About a thousand requests
/// a minute over four routes, from a crowd of which a few ask often and most ask rarely. One
/// thread.
class Story
{
public:
    /// `corpus`: the demo's corpus document; its entries' questions are what people ask.
    static Result<Story> fromCorpus(const Json& corpus, std::uint64_t seed);

    StoryRequest next();
    /// The body of the OpenAI request that it makes.
    [[nodiscard]] std::string body(const StoryRequest& request) const;

private:
    Story(std::vector<std::string> questions, std::uint64_t seed);
    double uniform();

    std::vector<std::string> m_questions;
    std::mt19937_64 m_random;
};

} // namespace sluice::control::demo
