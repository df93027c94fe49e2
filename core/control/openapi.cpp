// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/openapi.h"

namespace sluice::control {

namespace {

Json operation(const api::CommandDescriptor& command)
{
    const Json answer{
        {"type", "object"},
        {"properties", {{"result", command.result}, {"revision", {{"type", "integer"}}}}},
        {"required", {"result", "revision"}}};
    const auto content = [](const Json& schema) {
        return Json{{"application/json", {{"schema", schema}}}};
    };
    const Json failed{{"$ref", "#/components/responses/error"}};
    Json responses{{"200", {{"description", "done"}, {"content", content(answer)}}}};
    for (const char* status : {"400", "401", "403", "404", "409", "413", "500", "503"}) {
        responses[status] = failed;
    }
    Json parameters = Json::array();
    if (command.changes) {
        parameters.push_back(
            {{"name", "If-Match"},
             {"in", "header"},
             {"required", false},
             {"description", "the routing revision that the caller saw; 409 if it has moved"},
             {"schema", {{"type", "integer"}}}});
    }
    return {{"post",
             {{"operationId", command.name},
              {"summary", command.summary},
              {"tags", {command.name.substr(0, command.name.find('.'))}},
              {"x-sluice-role", api::roleName(command.role)},
              {"x-sluice-changes", command.changes},
              {"parameters", std::move(parameters)},
              {"requestBody", {{"required", true}, {"content", content(command.arguments)}}},
              {"responses", std::move(responses)}}}};
}

} // namespace

Json openApi(const std::vector<api::CommandDescriptor>& commands, std::string_view version)
{
    Json paths = Json::object();
    for (const api::CommandDescriptor& command : commands) {
        paths["/admin/v1/commands/" + command.name] = operation(command);
    }
    const Json error{{"type", "object"},
                     {"properties",
                      {{"error",
                        {{"type", "object"},
                         {"properties",
                          {{"code", {{"type", "string"}}},
                           {"message", {{"type", "string"}}},
                           {"details", {{"type", "object"}}}}},
                         {"required", {"code", "message", "details"}}}}}},
                     {"required", {"error"}}};
    return {{"openapi", "3.1.0"},
            {"info",
             {{"title", "Sluice admin API"},
              {"version", version},
              {"license", {{"name", "GPL-3.0-or-later"}}}}},
            {"security", Json::array({Json{{"bearer", Json::array()}}})},
            {"paths", std::move(paths)},
            {"components",
             {{"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}},
              {"responses",
               {{"error",
                 {{"description", "not done"},
                  {"content", {{"application/json", {{"schema", error}}}}}}}}}}}};
}

Json commandList(const std::vector<api::CommandDescriptor>& commands)
{
    Json list = Json::array();
    for (const api::CommandDescriptor& command : commands) {
        list.push_back({{"name", command.name},
                        {"role", api::roleName(command.role)},
                        {"summary", command.summary},
                        {"arguments", command.arguments},
                        {"result", command.result},
                        {"changes", command.changes}});
    }
    return {{"commands", std::move(list)}};
}

Json errorJson(const Error& error)
{
    Json details = error.details ? *error.details : Json::object();
    if (!error.where.empty()) {
        details["where"] = error.where;
    }
    return {{"error",
             {{"code", errorCodeName(error.code)},
              {"message", error.message},
              {"details", std::move(details)}}}};
}

int httpStatus(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::InvalidArgument:
        return 400;
    case ErrorCode::Unauthorized:
        return 401;
    case ErrorCode::Refused:
        return 403;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::Conflict:
        return 409;
    case ErrorCode::TooLarge:
        return 413;
    case ErrorCode::Unavailable:
    case ErrorCode::Timeout:
        return 503;
    case ErrorCode::Cancelled:
    case ErrorCode::Io:
    case ErrorCode::Corrupt:
    case ErrorCode::Internal:
        break;
    }
    return 500;
}

} // namespace sluice::control
