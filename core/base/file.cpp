// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include "core/base/ids.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace sluice {

namespace {

class Descriptor
{
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return m_fd; }

private:
    int m_fd;
};

Error ioError(const std::string& what, const std::string& path)
{
    const int number = errno;
    return fail(number == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
                what + ": " + std::generic_category().message(number), path);
}

} // namespace

Result<std::string> readFile(const std::string& path, std::size_t limit)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
        return ioError("cannot open the file", path);
    }
    std::string content;
    std::array<char, 65536> block{};
    for (;;) {
        const ssize_t got = ::read(file.get(), block.data(), block.size());
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            return ioError("cannot read the file", path);
        }
        if (got == 0) {
            return content;
        }
        content.append(block.data(), static_cast<std::size_t>(got));
        if (content.size() > limit) {
            return fail(ErrorCode::TooLarge,
                        "the file is larger than " + std::to_string(limit) + " bytes", path);
        }
    }
}

Status writeFileAtomically(const std::string& path, std::string_view content, unsigned mode)
{
    const std::string temporary = path + randomId(".");
    {
        const Descriptor file(
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
        if (file.get() < 0) {
            return ioError("cannot create the file", temporary);
        }
        std::size_t done = 0;
        while (done < content.size()) {
            const ssize_t put = ::write(file.get(), content.data() + done, content.size() - done);
            if (put < 0 && errno != EINTR) {
                auto error = ioError("cannot write the file", temporary);
                ::unlink(temporary.c_str());
                return error;
            }
            done += put > 0 ? static_cast<std::size_t>(put) : 0;
        }
        if (::fsync(file.get()) != 0) {
            auto error = ioError("cannot sync the file", temporary);
            ::unlink(temporary.c_str());
            return error;
        }
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        auto error = ioError("cannot replace the file", path);
        ::unlink(temporary.c_str());
        return error;
    }
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const Descriptor parent(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.get() < 0 || ::fsync(parent.get()) != 0) {
        return ioError("cannot sync the folder", folder);
    }
    return {};
}

} // namespace sluice
