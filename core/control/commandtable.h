// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command.h"
#include "core/base/clock.h"
#include "core/control/change.h"
#include "core/control/state.h"
#include "core/store/controlstore.h"

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::prompts {
class PromptRepository;
}
namespace sluice::store {
class TelemetryStore;
}
namespace sluice::telemetry {
class Pipeline;
}

namespace sluice::control {

/// What reading commands may look at beside the state, as far as the row's `where` says.
struct Services
{
    const Clock& clock;
    const SecretStore& secrets;
    const store::TelemetryStore* telemetry = nullptr; ///< Readers; null when it could not be opened
    const telemetry::Pipeline* pipeline = nullptr;    ///< Readers
    const store::ControlStore* store = nullptr;       ///< Store
    prompts::PromptRepository* prompts = nullptr;     ///< Git
    std::int64_t startedAt = 0;       ///< Unix seconds: what is older, only the store knows
    std::function<Json()> fleet = {}; ///< fleet.status, any thread
    /// A bucketing key as RequestRecord::keyHmac has it, any thread; empty: nobody can tell.
    std::function<std::array<unsigned char, 16>(std::string_view)> keyHmac = {};
    /// How the last look at each source of flags went: {name: {"at", "error"?}}; any thread.
    std::function<Json()> flagLooks = {};
    /// Reads the flagd document that the arguments of flags.import name; answers on any thread.
    std::function<void(const Json& arguments, std::function<void(Result<Json>)> done)> fetchFlags =
        {};
};

/// On which thread a row's handler runs.
enum class Where
{
    Readers, ///< small pool: reads the state as last published, and telemetry; may block
    Store,   ///< the control store's thread
    Git,     ///< the prompt repository's thread
    Control, ///< the control thread: makes the next state; must not block
    Kill,    ///< the control thread's priority lane; handled by the controller itself
};

/// What a changing command needs that the control thread must not wait for.
enum class Prepare
{
    Nothing,
    Prompts,  ///< the releases that the arguments name -> Call::releases
    Revision, ///< the revision that the arguments name, by number or time -> Call::earlier
    Query,    ///< the row's own query, on a reader -> Call::gathered
    Flags,    ///< the file or URL that the arguments name -> Call::fetched
};

using Query = std::function<Result<Json>(const State&, const Call&, const Services&)>;
using Handler = std::function<Result<Change>(const State&, const Call&)>;

/// One row of the command table.
struct Row
{
    api::CommandDescriptor descriptor;
    Where where = Where::Readers;
    Query query;                        ///< Readers, Store, Git; and see Prepare::Query
    Handler handler;                    ///< Control
    Prepare prepare = Prepare::Nothing; ///< Control: what to read beforehand, on its own thread
    std::vector<std::string> secretArguments; ///< top-level arguments that the audit must not show
};

/// The table from which the admin API, OpenAPI, sluicectl, role checks, audit and ControlPlane
/// come. Filled once, then immutable; any thread.
class CommandTable
{
public:
    CommandTable();

    /// nullptr for an unknown name; "rollback" is another name for routing.kill.
    [[nodiscard]] const Row* find(std::string_view name) const noexcept;
    [[nodiscard]] const std::vector<Row>& rows() const noexcept { return m_rows; }
    [[nodiscard]] const std::vector<api::CommandDescriptor>& descriptors() const noexcept
    {
        return m_descriptors;
    }

    /// Row, role and schema: what has to hold before a call goes anywhere. NotFound, Refused,
    /// InvalidArgument.
    [[nodiscard]] Result<const Row*> admit(const api::CommandRequest& request) const;

private:
    std::vector<Row> m_rows; ///< by name
    std::vector<api::CommandDescriptor> m_descriptors;
};

/// The groups, each in its own file commands_<group>.cpp.
void addRouteCommands(std::vector<Row>& rows);
void addDryRunCommands(std::vector<Row>& rows);
void addGenerationCommands(std::vector<Row>& rows);
void addRoutingCommands(std::vector<Row>& rows);
void addUnitCommands(std::vector<Row>& rows);
void addProviderCommands(std::vector<Row>& rows);
void addFlagCommands(std::vector<Row>& rows);
void addFlagSourceCommands(std::vector<Row>& rows);
void addAccessCommands(std::vector<Row>& rows);
void addApplyCommands(std::vector<Row>& rows);
void addTelemetryCommands(std::vector<Row>& rows);
void addFleetCommands(std::vector<Row>& rows);

/// The arguments as the audit shows them: secret ones replaced.
Json auditedArguments(const Row& row, const Json& arguments);

} // namespace sluice::control
