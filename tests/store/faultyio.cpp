// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/store/faultyio.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <sys/syscall.h>
#include <unistd.h>

namespace sluice::tests {

namespace {

std::mutex partMutex;
std::string pathPart; // under partMutex
std::atomic<int> active{-1};
std::atomic<int> failed{0};

bool fails(FaultyIo::Fault fault, int descriptor)
{
    if (active.load() != static_cast<int>(fault)) {
        return false;
    }
    std::array<char, 4096> path{};
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    if (::readlink(link.c_str(), path.data(), path.size() - 1) < 0) {
        return false;
    }
    const std::lock_guard lock(partMutex);
    if (std::string_view(path.data()).find(pathPart) == std::string_view::npos) {
        return false;
    }
    ++failed;
    return true;
}

} // namespace

FaultyIo::FaultyIo(Fault fault, const std::string& part)
{
    {
        const std::lock_guard lock(partMutex);
        pathPart = part;
    }
    failed = 0;
    active = static_cast<int>(fault);
}

FaultyIo::~FaultyIo()
{
    active = -1;
}

int FaultyIo::failures()
{
    return failed;
}

} // namespace sluice::tests

using sluice::tests::FaultyIo;

extern "C" {

__attribute__((visibility("default"))) ssize_t pwrite64(int descriptor, const void* bytes,
                                                        size_t size, off64_t offset);
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset)
{
    if (sluice::tests::fails(FaultyIo::Fault::DiskFull, descriptor)) {
        errno = ENOSPC;
        return -1;
    }
    return ::syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}

__attribute__((visibility("default"))) int fdatasync(int descriptor);
int fdatasync(int descriptor)
{
    if (sluice::tests::fails(FaultyIo::Fault::SyncFailed, descriptor)) {
        errno = EIO;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}
}
