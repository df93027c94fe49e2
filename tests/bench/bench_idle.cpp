// SPDX-License-Identifier: GPL-3.0-or-later
// Connections that have had one answer each and then do nothing: what they cost the server is for
// the caller to read. bench_idle PORT COUNT: prints "open" once all are there, ends with standard
// input.
#include "tests/support/plainclient.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

using sluice::tests::PlainClient;

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::fputs("usage: bench_idle PORT COUNT\n", stderr);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const int count = std::atoi(argv[2]);
    const std::string body = R"({"model":"bench","user":"user-1","messages":[{"role":"user","content":")" +
                             std::string(850, 'x') + R"("}]})";
    std::vector<std::unique_ptr<PlainClient>> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<PlainClient>(port));
        clients.back()->send("POST", "/v1/chat/completions", body,
                             {{"content-type", "application/json"}});
        if (const int status = clients.back()->receive().status; status != 200) {
            std::fprintf(stderr, "connection %d was answered %d\n", i, status);
            return 1;
        }
    }
    std::puts("open");
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    return 0;
}
