// SPDX-License-Identifier: GPL-3.0-or-later
// A flag set either loads or is refused with a place; what loads evaluates within its budget, the
// same way twice, and the same way explained. From text as from the document that it holds, and as
// the targeting of one flag, in both generations: short inputs reach the rules that way.
#include "core/flags/flagset.h"

#include <cstdlib>

namespace {

using namespace sluice;

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

void evaluateAll(const flags::FlagSet& set, const flags::Context& context)
{
    for (const std::string_view name : set.names()) {
        const auto once = set.evaluate(name, context, {});
        const auto again = set.evaluate(name, context, {});
        require(once.value == again.value && once.reason == again.reason &&
                once.error == again.error);
        const auto integer = set.evaluate(name, context, {}, flags::ValueType::Integer);
        require(integer.value == nullptr || integer.value->is_number_integer());
        const auto steps = set.explain(name, context, {});
        require(!steps.empty() && steps.back().outcome.starts_with(flags::reasonName(once.reason)));
    }
}

Json asTargeting(const Json& rule, int generation)
{
    return {{"metadata", {{"fractionalVersion", generation}}},
            {"$evaluators", {{"shared", {{"var", "targetingKey"}}}}},
            {"flags",
             {{"f",
               {{"state", "ENABLED"},
                {"variants", {{"on", true}, {"off", false}}},
                {"defaultVariant", "off"},
                {"targeting", rule}}}}}};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto loaded = flags::FlagSet::fromText(text, flags::FlagForm::Daemon);
    require(loaded.ok() || !loaded.error().message.empty());
    const auto document = parseJson(text);
    if (!document) {
        require(!loaded.ok());
        return 0;
    }
    const auto same = flags::FlagSet::fromJson(*document, {}, flags::FlagForm::Daemon);
    require(same.ok() == loaded.ok());
    require(same.ok() || (same.error().message == loaded.error().message &&
                          loaded.error().where.starts_with(same.error().where)));
    flags::Context context;
    context.set("targetingKey", "user-1");
    require(!document->is_object() || context.merge(*document));
    if (loaded) {
        evaluateAll(**loaded, context);
    }
    for (const int generation : {2, 3}) {
        if (const auto set = flags::FlagSet::fromJson(asTargeting(*document, generation))) {
            evaluateAll(**set, context);
        }
    }
    return 0;
}
