// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/adminclient.h"
#include "app/ctl/arguments.h"
#include "app/ctl/help.h"
#include "app/ctl/table.h"
#include "core/base/file.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>

namespace {

using namespace sluice;

int failed(const Error& error)
{
    std::fprintf(stderr, "sluicectl: %s\n%s", describe(error).c_str(),
                 error.details ? ctl::conflictText(*error.details).c_str() : "");
    return exitCode(error.code);
}

void print(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string defaultTokenFile()
{
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread, nobody calls setenv
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    // NOLINTEND(concurrency-mt-unsafe)
    const std::string folder = data != nullptr && *data == '/'
                                   ? std::string(data)
                                   : std::string(home != nullptr ? home : ".") + "/.local/share";
    return folder + "/sluice/admin.token";
}

Result<Secret> readToken(const ctl::CommandLine& line)
{
    const SecretRef ref{SecretRef::Kind::File,
                        line.tokenFile.empty() ? defaultTokenFile() : line.tokenFile};
    auto token = SystemSecretStore().find(ref);
    if (!token) {
        Error error = std::move(token).error();
        error.code = error.code == ErrorCode::NotFound ? ErrorCode::InvalidArgument : error.code;
        error.message = "no admin token (--token-file): " + error.message;
        return error;
    }
    return token;
}

Result<std::string> readStandardInput()
{
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

int help(const ctl::CommandLine& line, const Json& commands)
{
    std::vector<std::string> words = line.words;
    if (!words.empty() && words.front() == "help") {
        words.erase(words.begin());
    }
    if (words.empty()) {
        print(ctl::usage() + "\nCommands:\n" + ctl::commandSummaries(commands));
        return 0;
    }
    auto chosen = ctl::choose(commands, words);
    if (!chosen) {
        return failed(chosen.error());
    }
    print(ctl::commandHelp(chosen->descriptor));
    return 0;
}

int run(const ctl::CommandLine& line, ctl::AdminClient& client, const Json& commands)
{
    auto chosen = ctl::choose(commands, line.words);
    if (!chosen) {
        return failed(chosen.error());
    }
    auto arguments = ctl::argumentsFor(*chosen, readStandardInput);
    if (!arguments) {
        return failed(arguments.error());
    }
    auto result = client.run(chosen->descriptor.at("name"), *arguments, line.base);
    if (!result) {
        return failed(result.error());
    }
    print(line.table ? ctl::asTable(*result) : result->dump(2) + "\n");
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    auto line = ctl::commandLineFromArguments(argc, argv);
    if (!line) {
        return failed(line.error());
    }
    const bool wantsHelp = line->help || (!line->words.empty() && line->words.front() == "help");
    if (line->words.empty()) {
        std::fputs(ctl::usage().c_str(), line->help ? stdout : stderr);
        return line->help ? 0 : 2;
    }
    auto token = readToken(*line);
    if (!token) {
        if (wantsHelp) {
            print(ctl::usage());
            return 0;
        }
        return failed(token.error());
    }
    auto client = ctl::AdminClient::make(line->admin, std::move(*token), line->caFile);
    if (!client) {
        return failed(client.error());
    }
    auto commands = (*client)->commands();
    if (!commands) {
        return failed(commands.error());
    }
    return wantsHelp ? help(*line, *commands) : run(*line, **client, *commands);
}
