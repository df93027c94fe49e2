// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/startfile.h"

#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/log.h"

#include <algorithm>
#include <future>
#include <string_view>

namespace sluice::control {

namespace {

Status apply(api::ControlPlane& plane, const State& state, const std::string& path)
{
    auto text = readFile(path, std::size_t{8} << 20U);
    if (!text) {
        return std::move(text).error();
    }
    const std::string digest = sha256Hex(*text);
    const auto applied = state.meta.find("applied");
    if (applied != state.meta.end() && *applied->second == Json(digest)) {
        return {};
    }
    auto document = parseJson(*text);
    if (!document) {
        return std::move(document).error();
    }
    api::CommandRequest request;
    request.name = "apply";
    request.arguments = {
        {"document", std::move(*document)}, {"digest", digest}, {"reason", "applied at start"}};
    request.actor = "start";
    request.role = api::Role::Admin;
    const auto answer = std::make_shared<std::promise<Result<api::CommandReply>>>();
    plane.execute(std::move(request), [answer](Result<api::CommandReply> reply) {
        answer->set_value(std::move(reply));
    });
    auto reply = answer->get_future().get();
    if (!reply) {
        return std::move(reply).error();
    }
    const Json& plan = reply->result.at("plan");
    const auto rows = [&](std::string_view action) {
        return std::to_string(std::count_if(plan.begin(), plan.end(), [&](const Json& row) {
            return row.at("action").get_ref<const std::string&>() == action;
        }));
    };
    log(LogLevel::Info, "control", "the declarative file was applied",
        {{"file", path},
         {"added", rows("add")},
         {"changed", rows("change")},
         {"removed", rows("remove")},
         {"kept_though_not_in_it", rows("keep")}});
    return {};
}

} // namespace

Status applyAtStart(api::ControlPlane& plane, const State& state, const std::string& path)
{
    auto status = apply(plane, state, path);
    if (status || state.routes.empty()) {
        return status;
    }
    log(LogLevel::Error, "control",
        "the declarative file was not applied; serving the workspace as it is",
        {{"file", path}, {"reason", describe(status.error())}});
    return {};
}

} // namespace sluice::control
