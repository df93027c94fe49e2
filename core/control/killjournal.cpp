// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/killjournal.h"

#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/json.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace sluice::control {

namespace {

constexpr std::size_t kHeader = 4 + 32; // length, then the payload's SHA-256

Error ioError(const std::string& what, const std::string& path)
{
    return fail(ErrorCode::Io, what + ": " + std::generic_category().message(errno), path);
}

std::string encode(const KillRecord& record)
{
    Json routes = Json::array();
    for (const KilledRoute& one : record.routes) {
        routes.push_back({{"route", one.route},
                          {"unit", one.unit},
                          {"to", one.to},
                          {"percent", one.fromPercent}});
    }
    const std::string payload = Json{{"sequence", record.sequence}, {"at", record.atMicros},
                                     {"actor", record.actor},       {"reason", record.reason},
                                     {"revision", record.revision}, {"routes", std::move(routes)}}
                                    .dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string bytes;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<char>((payload.size() >> shift) & 0xffU));
    }
    const Sha256 digest = sha256(payload);
    bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
    return bytes + payload;
}

Result<KillRecord> decode(std::string_view payload)
{
    auto json = parseJson(payload);
    if (!json) {
        return std::move(json).error();
    }
    KillRecord record;
    try {
        record.sequence = json->at("sequence").get<std::uint64_t>();
        record.atMicros = json->at("at").get<std::int64_t>();
        record.actor = json->at("actor").get<std::string>();
        record.reason = json->at("reason").get<std::string>();
        record.revision = json->at("revision").get<std::uint64_t>();
        for (const Json& one : json->at("routes")) {
            record.routes.push_back(
                {one.at("route").get<std::string>(), one.at("unit").get<std::string>(),
                 one.at("to").get<std::string>(), one.at("percent").get<std::uint32_t>()});
        }
    } catch (const Json::exception& error) {
        return fail(ErrorCode::Corrupt,
                    std::string("a record of kill.journal has another form: ") + error.what());
    }
    return record;
}

std::size_t lengthAt(std::string_view bytes)
{
    std::size_t length = 0;
    for (unsigned i = 0; i < 4; ++i) {
        length |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return length;
}

} // namespace

struct KillJournal::Impl
{
    std::string path;
    int file = -1;
    std::size_t end = 0; ///< where the next record goes
    std::vector<KillRecord> records;

    ~Impl() { closeFile(); }
    void closeFile()
    {
        if (file >= 0) {
            ::close(file);
            file = -1;
        }
    }

    Status openFile()
    {
        closeFile();
        file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0) {
            return ioError("cannot open the red button's journal", path);
        }
        // Allocates the blocks too: later appends need no free space on the disk.
        if (const int problem = ::posix_fallocate(file, 0, static_cast<off_t>(kBytes));
            problem != 0) {
            errno = problem;
            return ioError("cannot allocate the red button's journal", path);
        }
        if (::fsync(file) != 0) {
            return ioError("cannot sync the red button's journal", path);
        }
        return {};
    }

    Status read()
    {
        const auto content = readFile(path, kBytes);
        if (!content) {
            return content.error();
        }
        std::string_view rest = *content;
        while (rest.size() > kHeader) {
            const std::size_t length = lengthAt(rest);
            if (length == 0 || length > rest.size() - kHeader) {
                break;
            }
            const std::string_view payload = rest.substr(kHeader, length);
            const Sha256 digest = sha256(payload);
            if (std::memcmp(digest.data(), rest.data() + 4, digest.size()) != 0) {
                break; // torn: its append never returned
            }
            auto record = decode(payload);
            if (!record) {
                return record.error();
            }
            records.push_back(std::move(*record));
            rest.remove_prefix(kHeader + length);
        }
        end = content->size() - rest.size();
        return {};
    }
};

KillJournal::KillJournal(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

KillJournal::~KillJournal() = default;

Result<std::unique_ptr<KillJournal>> KillJournal::open(const std::string& path)
{
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    if (auto status = impl->openFile(); !status) {
        return std::move(status).error();
    }
    if (auto status = impl->read(); !status) {
        return std::move(status).error();
    }
    return std::unique_ptr<KillJournal>(new KillJournal(std::move(impl)));
}

const std::vector<KillRecord>& KillJournal::records() const noexcept
{
    return m_impl->records;
}

Status KillJournal::append(const KillRecord& record)
{
    const std::string bytes = encode(record);
    if (m_impl->end + bytes.size() > kBytes) {
        return fail(ErrorCode::TooLarge, "the red button's journal is full", m_impl->path);
    }
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t put = ::pwrite(m_impl->file, bytes.data() + done, bytes.size() - done,
                                     static_cast<off_t>(m_impl->end + done));
        if (put < 0 && errno != EINTR) {
            return ioError("cannot write the red button's journal", m_impl->path);
        }
        done += put > 0 ? static_cast<std::size_t>(put) : 0;
    }
    if (::fdatasync(m_impl->file) != 0) {
        return ioError("cannot sync the red button's journal", m_impl->path);
    }
    m_impl->end += bytes.size();
    return {};
}

Status KillJournal::compact()
{
    if (m_impl->end <= kBytes / 2) {
        return {};
    }
    if (auto status = writeFileAtomically(m_impl->path, std::string(kBytes, '\0')); !status) {
        return status;
    }
    m_impl->end = 0;
    m_impl->records.clear();
    return m_impl->openFile();
}

} // namespace sluice::control
