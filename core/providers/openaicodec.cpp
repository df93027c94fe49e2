// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/openaicodec.h"

#include "core/providers/openaidecoder.h"
#include "core/providers/openaisplice.h"

namespace sluice::providers {

OpenAiCodec::OpenAiCodec(Secret secret)
    : m_scrubber(std::make_shared<Scrubber>(std::move(secret)))
{
    m_headers = {{"content-type", "application/json"},
                 {"accept", "application/json"},
                 {"user-agent", "sluice/" SLUICE_VERSION}};
    if (!m_scrubber->secret().empty()) {
        m_headers.emplace_back("authorization", "Bearer " + m_scrubber->secret().reveal());
    }
    m_streamHeaders = m_headers;
    m_streamHeaders[1].second = "text/event-stream";
}

Result<std::shared_ptr<const PreparedUnit>>
OpenAiCodec::prepare(const units::InferenceUnit& unit) const
{
    auto prepared = OpenAiUnit::make(unit);
    if (!prepared) {
        return std::move(prepared).error();
    }
    return std::shared_ptr<const PreparedUnit>(std::move(prepared).value());
}

Result<UpstreamRequest> OpenAiCodec::encode(const EncodeInput& input) const
{
    std::shared_ptr<const OpenAiUnit> own;
    const auto* unit = static_cast<const OpenAiUnit*>(input.prepared);
    if (unit == nullptr) {
        auto made = OpenAiUnit::make(*input.unit);
        if (!made) {
            return std::move(made).error();
        }
        own = std::move(made).value();
        unit = own.get();
    }
    UpstreamRequest request;
    auto body = spliceBody(input, *unit, request.ignored);
    if (!body) {
        return std::move(body).error();
    }
    request.target = "/chat/completions";
    request.headers = input.request->stream ? m_streamHeaders : m_headers;
    request.body = std::move(body).value();
    return request;
}

std::unique_ptr<Decoder> OpenAiCodec::decoder(bool stream, bool includeUsage) const
{
    if (stream) {
        return std::make_unique<OpenAiStreamDecoder>(m_scrubber, includeUsage);
    }
    return std::make_unique<OpenAiBodyDecoder>(m_scrubber);
}

} // namespace sluice::providers
