// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/snapshot.h"

#include "core/base/file.h"
#include "core/base/hash.h"

namespace sluice::routing {

namespace {

constexpr std::string_view kMagic = "SLUICERT";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHead = 8 + 4 + 8;
constexpr std::size_t kHash = 32;
constexpr std::size_t kMaxBytes = std::size_t{256} << 20U;
constexpr int kMaxDepth = 128; // rules may be 32 operations deep, each an object and an array

void appendNumber(std::string& out, std::uint64_t number, std::size_t bytes)
{
    for (std::size_t i = 0; i < bytes; ++i) {
        out.push_back(static_cast<char>((number >> (8 * i)) & 0xffU));
    }
}

std::uint64_t readNumber(std::string_view bytes)
{
    std::uint64_t number = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) {
        number = (number << 8U) | static_cast<unsigned char>(bytes[i]);
    }
    return number;
}

std::string checksum(std::string_view head, std::string_view payload)
{
    const Sha256 sum = sha256(std::string(head) + std::string(payload));
    return {sum.begin(), sum.end()};
}

Error corrupt(std::string what)
{
    return fail(ErrorCode::Corrupt, "the routing snapshot is damaged: " + std::move(what));
}

Result<Snapshot> fromPayload(const Json& json)
{
    const auto revision = member<std::int64_t>(json, "revision");
    const auto routes = member<Json>(json, "routes");
    auto members = member<Json>(json, "members");
    if (!revision || *revision < 0 || !routes || !routes->is_array() || !members ||
        !members->is_object()) {
        return corrupt("revision, routes or members are missing");
    }
    Snapshot snapshot;
    snapshot.revision = static_cast<std::uint64_t>(*revision);
    snapshot.members = std::move(*members);
    for (std::size_t i = 0; i < routes->size(); ++i) {
        auto route = routeFromJson((*routes)[i], "/routes/" + std::to_string(i));
        if (!route) {
            return corrupt(describe(route.error()));
        }
        snapshot.routes.push_back(std::move(*route));
    }
    return snapshot;
}

} // namespace

Result<std::string> encodeSnapshot(const Snapshot& snapshot)
{
    Json routes = Json::array();
    for (const Route& route : snapshot.routes) {
        routes.push_back(toJson(route));
    }
    const Json json{{"revision", snapshot.revision},
                    {"routes", std::move(routes)},
                    {"members", snapshot.members}};
    std::string payload;
    try {
        payload = json.dump();
    } catch (const Json::type_error&) { // nlohmann's report of text that is not UTF-8
        return fail(ErrorCode::InvalidArgument,
                    "the routing snapshot holds text that is not UTF-8");
    }
    std::string bytes(kMagic);
    appendNumber(bytes, kVersion, 4);
    appendNumber(bytes, payload.size(), 8);
    bytes += checksum(bytes, payload);
    bytes += payload;
    return bytes;
}

Result<Snapshot> decodeSnapshot(std::string_view bytes)
{
    if (bytes.size() < kHead + kHash || !bytes.starts_with(kMagic)) {
        return corrupt("it does not begin as one");
    }
    const std::string_view head = bytes.substr(0, kHead);
    const std::string_view payload = bytes.substr(kHead + kHash);
    if (readNumber(bytes.substr(8, 4)) != kVersion) {
        return corrupt("written by another version");
    }
    if (readNumber(bytes.substr(12, 8)) != payload.size()) {
        return corrupt("its length is not the one it states");
    }
    if (bytes.substr(kHead, kHash) != checksum(head, payload)) {
        return corrupt("its checksum does not fit");
    }
    const auto json = parseJson(payload, {kMaxBytes, kMaxDepth});
    if (!json) {
        return corrupt(describe(json.error()));
    }
    return fromPayload(*json);
}

Status writeSnapshot(const std::string& path, const Snapshot& snapshot)
{
    const auto bytes = encodeSnapshot(snapshot);
    if (!bytes) {
        return bytes.error();
    }
    return writeFileAtomically(path, *bytes);
}

Result<Snapshot> readSnapshot(const std::string& path)
{
    const auto bytes = readFile(path, kMaxBytes);
    if (!bytes) {
        return bytes.error();
    }
    return decodeSnapshot(*bytes);
}

} // namespace sluice::routing
