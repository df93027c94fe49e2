// SPDX-License-Identifier: GPL-3.0-or-later
// A flag set either loads or is refused with a place; what loads evaluates within its budget, the
// same way twice.
#include "core/flags/flagset.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    using namespace sluice;
    const auto document = parseJson({reinterpret_cast<const char*>(data), size});
    if (!document) {
        return 0;
    }
    // The document itself, and as the targeting of one flag: short inputs reach the rules that way.
    for (const Json& set : {*document, Json{{"flags",
                                             {{"f",
                                               {{"state", "ENABLED"},
                                                {"variants", {{"on", true}, {"off", false}}},
                                                {"defaultVariant", "off"},
                                                {"targeting", *document}}}}}}}) {
        const auto loaded = flags::FlagSet::fromJson(set, {}, flags::FlagForm::Daemon);
        if (!loaded) {
            continue;
        }
        flags::Context context;
        context.set("targetingKey", "user-1");
        if (document->is_object() && !context.merge(*document)) {
            std::abort();
        }
        for (const std::string_view name : (*loaded)->names()) {
            const auto once = (*loaded)->evaluate(name, context, {});
            const auto again = (*loaded)->evaluate(name, context, {});
            if (once.value != again.value || once.reason != again.reason) {
                std::abort();
            }
        }
    }
    return 0;
}
