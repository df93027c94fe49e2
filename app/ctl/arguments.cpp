// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/arguments.h"

#include "core/base/file.h"
#include "core/base/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace sluice::ctl {

namespace {

constexpr std::size_t kMostWords = 3; // of a command's name

Error usageError(std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message));
}

Status takeOwn(CommandLine& line, const std::string& name, const std::string& value)
{
    if (name == "--admin") {
        line.admin = value;
    } else if (name == "--token-file") {
        line.tokenFile = value;
    } else if (name == "--ca-file") {
        line.caFile = value;
    } else if (name == "--output") {
        if (value != "json" && value != "table") {
            return usageError("--output takes json or table");
        }
        line.table = value == "table";
    } else {
        std::uint64_t base = 0;
        const auto [end, problem] =
            std::from_chars(value.data(), value.data() + value.size(), base);
        if (problem != std::errc() || end != value.data() + value.size()) {
            return usageError("--if-match takes a routing revision, a whole number");
        }
        line.base = base;
    }
    return {};
}

bool isType(const Json& schema, std::string_view type)
{
    const Json types = schema.value("type", Json());
    return types == Json(type) ||
           (types.is_array() && std::find(types.begin(), types.end(), Json(type)) != types.end());
}

Result<Json> typed(const Json& schema, const std::string& text, const std::string& name)
{
    if (isType(schema, "string") || !schema.contains("type")) {
        return Json(text);
    }
    auto json = parseJson(text);
    const bool fits = json && (isType(schema, json->type_name()) ||
                               (json->is_number() && isType(schema, "number")) ||
                               (json->is_number_integer() && isType(schema, "integer")));
    if (!fits) {
        return usageError(fmt::format("--{} takes {}", name, schema.at("type").dump()));
    }
    return json;
}

/// The member for a word without a name: the first required one that is still missing; the red
/// button's route, and the revision to restore.
std::string positionalMember(const Json& descriptor, const Json& arguments)
{
    if (descriptor.value("name", "") == "routing.kill" && !arguments.contains("route")) {
        return "route";
    }
    if (descriptor.value("name", "") == "routing.restore" && !arguments.contains("revision") &&
        !arguments.contains("at")) {
        return "revision";
    }
    for (const Json& required : descriptor.at("arguments").value("required", Json::array())) {
        if (!arguments.contains(required.get_ref<const std::string&>())) {
            return required;
        }
    }
    return {};
}

/// The word of apply, flags put and flags import is a file. apply's digest goes along, so that
/// --apply knows it at the next start.
Status takeFile(const std::string& path, const Json& properties,
                const std::function<Result<std::string>()>& readInput, Json& arguments)
{
    auto text = path == "-" ? readInput() : readFile(path, std::size_t{8} << 20U);
    if (!text) {
        return std::move(text).error();
    }
    auto document = parseJson(*text);
    if (!document) {
        Error error = std::move(document).error();
        error.where = path + (error.where.empty() ? "" : ", ") + error.where;
        return error;
    }
    arguments["document"] = std::move(*document);
    if (properties.contains("digest")) {
        arguments["digest"] = sha256Hex(*text);
    }
    return {};
}

Status takeInput(const std::function<Result<std::string>()>& readInput, Json& arguments)
{
    auto text = readInput();
    if (!text) {
        return std::move(text).error();
    }
    auto json = parseJson(*text);
    if (!json || !json->is_object()) {
        return usageError("standard input must be one JSON object");
    }
    arguments.update(*json);
    return {};
}

/// One "--name[=value]"; takes the next word if it needs it.
Status takeNamed(const Json& properties, const std::vector<std::string>& words, std::size_t& at,
                 Json& arguments)
{
    const std::string& word = words[at];
    const auto equals = word.find('=');
    std::string name = word.substr(2, equals == std::string::npos ? std::string::npos : equals - 2);
    std::replace(name.begin(), name.end(), '-', '_');
    const auto schema = properties.find(name);
    if (schema == properties.end()) {
        return usageError(fmt::format("this command has no argument {}", word.substr(0, equals)));
    }
    const bool next = equals == std::string::npos && at + 1 < words.size();
    if (isType(*schema, "boolean") && equals == std::string::npos &&
        !(next && (words[at + 1] == "true" || words[at + 1] == "false"))) {
        arguments[name] = true;
        return {};
    }
    if (equals == std::string::npos && !next) {
        return usageError(fmt::format("{} needs a value", word));
    }
    auto value =
        typed(*schema, equals == std::string::npos ? words[++at] : word.substr(equals + 1), name);
    if (!value) {
        return std::move(value).error();
    }
    arguments[name] = std::move(*value);
    return {};
}

} // namespace

Result<CommandLine> commandLineFromArguments(int argc, const char* const* argv)
{
    static constexpr std::string_view kOwn[] = {"--admin", "--token-file", "--ca-file", "--output",
                                                "--if-match"};
    CommandLine line;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto equals = word.find('=');
        const std::string name = word.substr(0, equals);
        if (word == "--help" || word == "-h") {
            line.help = true;
        } else if (std::find(std::begin(kOwn), std::end(kOwn), name) == std::end(kOwn)) {
            line.words.push_back(word);
        } else {
            if (equals == std::string::npos && i + 1 == argc) {
                return usageError(name + " needs a value");
            }
            const std::string value =
                equals == std::string::npos ? argv[++i] : word.substr(equals + 1);
            if (auto status = takeOwn(line, name, value); !status) {
                return std::move(status).error();
            }
        }
    }
    return line;
}

Result<Chosen> choose(const Json& commands, const std::vector<std::string>& words)
{
    const auto find = [&](const std::string& name) {
        return std::find_if(commands.begin(), commands.end(),
                            [&](const Json& one) { return one.value("name", "") == name; });
    };
    const std::string first = words.empty()            ? ""
                              : words[0] == "rollback" ? "routing.kill"
                                                       : words[0];
    // The longest name first: "flags source put" before "flags source".
    for (std::size_t count = std::min(kMostWords, words.size()); count > 0; --count) {
        std::string name = first;
        for (std::size_t i = 1; i < count; ++i) {
            name += "." + words[i];
        }
        std::replace(name.begin(), name.end(), '-', '_'); // arguments have dashes, so this may too
        if (const auto found = find(name); found != commands.end()) {
            return Chosen{*found,
                          {words.begin() + static_cast<std::ptrdiff_t>(count), words.end()}};
        }
    }
    std::string near;
    for (const Json& one : commands) {
        std::string name = one.value("name", "");
        if (name.starts_with(first + ".")) {
            std::replace(name.begin(), name.end(), '.', ' ');
            near += (near.empty() ? "; there is: " : ", ") + name;
        }
    }
    return usageError(fmt::format("there is no command \"{}\"{}", fmt::join(words, " "),
                                  near.empty() ? "; `sluicectl help` lists them" : near));
}

Result<Json> argumentsFor(const Chosen& chosen,
                          const std::function<Result<std::string>()>& readInput)
{
    const Json& schema = chosen.descriptor.at("arguments");
    const Json properties = schema.value("properties", Json::object());
    const std::string command = chosen.descriptor.value("name", "");
    const bool isApply = command == "apply";
    const bool takesFile = isApply || command == "flags.put" || command == "flags.import";
    Json arguments = Json::object();
    for (std::size_t i = 0; i < chosen.words.size(); ++i) {
        const std::string& word = chosen.words[i];
        Status status;
        if (word.starts_with("--")) {
            status = takeNamed(properties, chosen.words, i, arguments);
        } else if (takesFile && !arguments.contains("document") && (isApply || word != "-")) {
            status = takeFile(word, properties, readInput, arguments);
        } else if (word == "-") {
            status = takeInput(readInput, arguments);
        } else if (const std::string member = positionalMember(chosen.descriptor, arguments);
                   !member.empty()) {
            auto value = typed(properties.at(member), word, member);
            status = value ? Status() : Status(value.error());
            if (value) {
                arguments[member] = std::move(*value);
            }
        } else {
            status = usageError(fmt::format("\"{}\" is one word too many", word));
        }
        if (!status) {
            return std::move(status).error();
        }
    }
    return arguments;
}

} // namespace sluice::ctl
