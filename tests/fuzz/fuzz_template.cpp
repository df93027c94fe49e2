// SPDX-License-Identifier: GPL-3.0-or-later
// The input as a prompt file, and as a value in one of ours: there it must come out as it went in,
// in one message.
#include "core/templates/prompttemplate.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    using namespace sluice;
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto prompt = templates::PromptTemplate::parse(text)) {
        Json variables = Json::object();
        for (const std::string& name : (*prompt)->variables()) {
            variables[name] = "x";
        }
        const auto rendered = (*prompt)->render(variables, {4096, 16});
        if (rendered && rendered->historyIndex > rendered->messages.size()) {
            std::abort();
        }
    }
    static const auto kOurs =
        templates::PromptTemplate::parse("{{role \"system\"}}<{{value}}>{{history}}");
    const auto rendered = (*kOurs)->render({{"value", text}}, {size + 2, 1});
    if (!rendered || rendered->messages.size() != 1 ||
        rendered->messages[0].text != "<" + text + ">") {
        std::abort();
    }
    return 0;
}
