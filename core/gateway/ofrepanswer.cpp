// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/ofrepanswer.h"

#include "core/providers/jsontext.h"

namespace sluice::gateway {

namespace {

void open(std::string& out, std::string_view key)
{
    out += R"({"key":)";
    providers::appendJsonString(out, key);
}

void member(std::string& out, std::string_view name, std::string_view text)
{
    out += ",\"";
    out += name;
    out += "\":";
    providers::appendJsonString(out, text);
}

} // namespace

void appendFailure(std::string& out, std::string_view key, std::string_view code,
                   std::string_view details)
{
    out += '{';
    if (!key.empty()) {
        out += "\"key\":";
        providers::appendJsonString(out, key);
        out += ',';
    }
    out += "\"errorCode\":";
    providers::appendJsonString(out, code);
    member(out, "errorDetails", details);
    out += '}';
}

void appendEvaluation(std::string& out, std::string_view key, const flags::Evaluation& evaluation)
{
    open(out, key);
    if (evaluation.error != flags::EvaluationError::None) {
        member(out, "errorCode", flags::evaluationErrorName(evaluation.error));
        member(out, "errorDetails", evaluation.details);
    } else {
        member(out, "reason", flags::reasonName(evaluation.reason));
    }
    if (evaluation.value != nullptr) {
        member(out, "variant", evaluation.variant);
        out += ",\"value\":";
        out += evaluation.value->dump();
    }
    if (evaluation.metadata != nullptr && !evaluation.metadata->empty()) {
        out += ",\"metadata\":";
        out += evaluation.metadata->dump();
    }
    out += '}';
}

void appendRoute(std::string& out, const routing::CompiledRoute& route, const RouteFlag& flag,
                 const flags::Context& context)
{
    const routing::Assignment assignment = route.assign(context);
    open(out, route.route().name.text());
    member(out, "reason", flags::reasonName(routeReason(route, assignment)));
    member(out, "variant", units::armName(assignment.arm));
    out += ",\"value\":";
    out += flag.values[static_cast<std::size_t>(assignment.arm)];
    out += ",\"metadata\":";
    out += flag.metadata;
    out += '}';
}

} // namespace sluice::gateway
