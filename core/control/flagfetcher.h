// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/guarded.h"
#include "core/control/httpfetch.h"
#include "core/control/state.h"
#include "core/control/worker.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace sluice::control {

/// Looks at the sources of flags, each in its interval, and hands what is new to control, which
/// takes it over or refuses it. A source that fails is asked less and less often, at the least
/// every five minutes; what came from it before stays in force. Has a thread for files and Git and
/// an I/O thread for HTTP; nothing here runs on anybody else's.
class FlagFetcher
{
public:
    /// Everything outlives the fetcher, which calls from threads of its own and from tick().
    struct Parts
    {
        const Clock& clock;
        std::string folder; ///< what relative files are relative to: the workspace
        std::function<std::shared_ptr<const State>()> state;
        /// Executes flags.import with these arguments for a source, and tells what came of it.
        std::function<void(const std::string& source, Json arguments,
                           std::function<void(Status)> done)>
            import;
    };

    explicit FlagFetcher(Parts parts);
    ~FlagFetcher(); ///< stop()
    /// Ends looks that are under way; nothing is called after it.
    void stop();

    /// Once a second, on one thread: begins the looks that are due.
    void tick();
    /// {name: {"at", "error": {"message", "where"}|null}} of the last look at each source. Any
    /// thread.
    [[nodiscard]] Json looks() const;
    /// Reads the document that {"file"} or {"url", "local"?} names, once. `done` on a thread of the
    /// fetcher's own. Any thread.
    void fetch(const Json& arguments, std::function<void(Result<Json>)> done);

private:
    /// What a look has found: no document where it is the one that is known.
    struct Found
    {
        std::optional<Json> document;
        std::string version;
    };
    using Read = std::function<void(Result<Found>)>;
    struct Look
    {
        FlagSource source;
        SteadyTime due{};
        bool running = false;
        unsigned failures = 0;
        std::string known; ///< the version that a look has taken over since this began
        std::optional<std::int64_t> at;
        std::optional<Error> error;
    };

    /// An error's place is "/flags/a/state, line 3, column 14".
    static Result<Found> read(const std::string& text, std::string version,
                              const std::string& known);
    void look(const FlagSource& source, const std::string& known);
    void readFileOnce(std::string path, std::string known, Read done);
    void readUrl(HttpFetch::Request request, std::string known, Read done);
    void readGit(const FlagSource& source, std::string known, Read done);
    void looked(const FlagSource& source, Result<Found> found);
    void finish(const FlagSource& source, const std::string& version, const Status& status);
    [[nodiscard]] std::string absolute(const std::string& path) const;

    Parts m_parts;
    Guarded<std::map<std::string, Look>> m_looks;
    net::IoThread m_io{0, "flag-fetch"};
    std::map<std::uint64_t, std::unique_ptr<HttpFetch>> m_fetches; ///< on m_io
    std::uint64_t m_lastFetch = 0;                                 ///< on m_io
    Worker m_worker;
};

} // namespace sluice::control
