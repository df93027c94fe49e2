// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/codec.h"

#include "core/providers/openaicodec.h"

#include <fmt/format.h>

namespace sluice::providers {

Result<std::shared_ptr<const Codec>> makeCodec(const ProviderConfig& config, Secret secret)
{
    if (config.kind == "openai") {
        return std::shared_ptr<const Codec>(std::make_shared<OpenAiCodec>(std::move(secret)));
    }
    if (config.kind == "simulator") { // speaks OpenAI's format and has no credential
        return std::shared_ptr<const Codec>(std::make_shared<OpenAiCodec>(Secret()));
    }
    return fail(ErrorCode::InvalidArgument,
                fmt::format("there is no provider kind \"{}\"; kinds are openai and simulator",
                            config.kind),
                pointerTo(pointerTo("/providers", config.name.text()), "kind"));
}

} // namespace sluice::providers
