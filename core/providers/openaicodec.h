// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/providers/codec.h"
#include "core/providers/scrub.h"

namespace sluice::providers {

/// OpenAI's Chat Completions and what speaks it (vLLM, Ollama, llama.cpp, LM Studio, our
/// simulator).
class OpenAiCodec final : public Codec
{
public:
    explicit OpenAiCodec(Secret secret);

    [[nodiscard]] Result<std::shared_ptr<const PreparedUnit>>
    prepare(const units::InferenceUnit& unit) const override;
    [[nodiscard]] Result<UpstreamRequest> encode(const EncodeInput& input) const override;
    [[nodiscard]] std::unique_ptr<Decoder> decoder(bool stream, bool includeUsage) const override;

private:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    std::shared_ptr<const Scrubber> m_scrubber; ///< decoders may outlive the codec
    Headers m_headers;
    Headers m_streamHeaders;
};

} // namespace sluice::providers
