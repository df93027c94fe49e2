// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/engine.h"

#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/control/adminport.h"
#include "core/control/alarms.h"
#include "core/control/demo/demo.h"
#include "core/control/exposure.h"
#include "core/control/flagfetcher.h"
#include "core/control/fleetstatus.h"
#include "core/control/gatewayplane.h"
#include "core/control/inprocessplane.h"
#include "core/control/opening.h"
#include "core/control/startfile.h"
#include "core/prompts/promptrepository.h"
#include "core/store/telemetrystore.h"
#include "core/telemetry/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <future>
#include <thread>

namespace sluice::control {

namespace {

/// Where batches go when the telemetry store cannot be opened: live charts go on, nothing is kept.
class NoSink final : public telemetry::BatchSink
{
public:
    void accept(telemetry::Batch) override {}
};

net::HttpServerOptions serverOptions(const EngineOptions& options, const Address& address)
{
    net::HttpServerOptions server;
    server.host = address.host;
    server.port = address.port;
    server.allowHosts = options.allowHosts;
    server.tls = options.tls;
    return server;
}

std::string urlOf(const EngineOptions& options, const Address& address, std::uint16_t port)
{
    const char* scheme = options.tls.certificate.empty() ? "http" : "https";
    const bool v6 = address.host.find(':') != std::string::npos;
    return fmt::format(fmt::runtime(v6 ? "{}://[{}]:{}" : "{}://{}:{}"), scheme, address.host,
                       port);
}

std::size_t threadsOf(const EngineOptions& options)
{
    return options.threads != 0 ? options.threads
                                : std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
}

} // namespace

/// In the order in which things need each other; stop() takes them down the other way.
struct Engine::Impl
{
    EngineOptions options;
    SystemClock systemClock;
    SystemSecretStore systemSecrets;
    demo::Demo demo; ///< idle unless options.demo
    const Clock& clock;
    const SecretStore& secrets;

    Worker replies;
    Worker storeThread;
    Worker gitThread;
    Worker readers{2};
    EventHub events{replies, clock};
    CommandTable table;

    std::unique_ptr<Workspace> workspace;
    Opened opened;
    std::unique_ptr<KillJournal> journal;
    std::unique_ptr<prompts::PromptRepository> prompts; ///< on gitThread
    std::unique_ptr<store::TelemetryStore> telemetryStore;
    NoSink noSink;
    std::unique_ptr<telemetry::Pipeline> pipeline;
    std::unique_ptr<Alarms> alarms; ///< control thread
    std::unique_ptr<gateway::Gateway> gateway;
    std::unique_ptr<GatewayPlane> dataPlane;
    ServingBuilder builder;
    Services services{clock, secrets};
    std::unique_ptr<Controller> controller;
    std::unique_ptr<InProcessPlane> plane;
    std::unique_ptr<FlagFetcher> flags;
    std::unique_ptr<AdminPort> admin;
    /// Set once they have started; read by the control thread.
    std::atomic<AdminPort*> ticking{nullptr};
    std::atomic<FlagFetcher*> fetching{nullptr};
    std::string listenUrl;
    std::string adminUrl;

    explicit Impl(EngineOptions given)
        : options(std::move(given))
        , clock(options.demo               ? demo.clock()
                : options.clock != nullptr ? *options.clock
                                           : systemClock)
        , secrets(options.secrets != nullptr ? *options.secrets : systemSecrets)
        , builder(secrets, options.workspace)
    {
    }
    ~Impl() { stop(); }

    Status start();
    void stop();

    Status openWorkspace();
    void openJournal();
    void openPrompts();
    void openTelemetry();
    void makeServices(std::string hmacKey);
    void makeController();
    void makeFetcher();
    Status publishFirst();
    Status tellPast(std::string hmacKey);
    Status applyFile();
    Status listen();
};

Status Engine::Impl::openWorkspace()
{
    auto folder = Workspace::open(options.workspace);
    if (!folder) {
        return std::move(folder).error();
    }
    workspace = std::move(*folder);
    if (options.demo) {
        if (auto begun = demo::Demo::begin(workspace->folder()); !begun) {
            return begun;
        }
    }
    auto state = openState(*workspace, storeThread);
    if (!state) {
        return std::move(state).error();
    }
    opened = std::move(*state);
    return ensureAdminToken(*workspace, opened, storeThread, clock.now());
}

void Engine::Impl::openJournal()
{
    auto found = KillJournal::open(workspace->path("kill.journal"));
    if (!found) {
        log(LogLevel::Error, "control",
            "the red button works, but has no journal: a press would not outlive a restart",
            {{"reason", describe(found.error())}});
        return;
    }
    journal = std::move(*found);
    const auto known = killSequence(opened.state);
    const auto& records = journal->records();
    const bool stored = std::all_of(records.begin(), records.end(), [&](const KillRecord& record) {
        return record.sequence <= known;
    });
    if (!stored) {
        return;
    }
    if (auto status = journal->compact(); !status) {
        log(LogLevel::Error, "control", "kill.journal could not be renewed",
            {{"reason", describe(status.error())}});
    }
}

void Engine::Impl::openPrompts()
{
    runAndWait(gitThread, [&] {
        auto found = prompts::PromptRepository::openOrCreate(workspace->path("prompts"));
        if (!found) {
            log(LogLevel::Error, "control", "the prompt repository could not be opened",
                {{"reason", describe(found.error())}});
            return;
        }
        prompts = std::move(*found);
    });
}

void Engine::Impl::openTelemetry()
{
    store::TelemetryStoreOptions storeOptions;
    storeOptions.folder = workspace->path("telemetry");
    auto found = store::TelemetryStore::openSqlite(storeOptions, clock);
    if (found) {
        telemetryStore = std::move(*found);
    } else {
        log(LogLevel::Error, "control",
            "the telemetry store could not be opened: nothing is recorded",
            {{"reason", describe(found.error())}});
    }
    telemetry::PipelineOptions pipelineOptions;
    pipelineOptions.threads = threadsOf(options);
    telemetry::BatchSink& sink =
        telemetryStore ? static_cast<telemetry::BatchSink&>(*telemetryStore) : noSink;
    pipeline = std::make_unique<telemetry::Pipeline>(pipelineOptions, clock, sink);
    pipeline->start();
    alarms = std::make_unique<Alarms>(events, *pipeline, telemetryStore.get());
}

void Engine::Impl::makeServices(std::string hmacKey)
{
    services.telemetry = telemetryStore.get();
    services.pipeline = pipeline.get();
    services.store = opened.store.get();
    services.prompts = prompts.get();
    services.startedAt = toMicros(clock.now()) / 1'000'000;
    services.keyHmac = [hmacKey = std::move(hmacKey)](std::string_view key) {
        const Sha256 hash = hmacSha256(hmacKey, key);
        std::array<unsigned char, 16> shown{};
        std::copy_n(hash.begin(), shown.size(), shown.begin());
        return shown;
    };
    services.flagLooks = [this] { return flags ? flags->looks() : Json::object(); };
    services.fetchFlags = [this](const Json& arguments, std::function<void(Result<Json>)> done) {
        flags->fetch(arguments, std::move(done));
    };
    services.fleet = [this] {
        const auto state = controller->state();
        const FleetParts parts{*gateway, *pipeline, telemetryStore.get(), controller->health(),
                               *state,   services};
        FleetIdentity identity{options.embedded, options.demo, options.version,   options.workspace,
                               listenUrl,        adminUrl,     threadsOf(options)};
        return fleetStatus(parts, identity);
    };
}

void Engine::Impl::makeController()
{
    Controller::Parts parts{clock,
                            *dataPlane,
                            events,
                            replies,
                            storeThread,
                            opened.store.get(),
                            opened.problem,
                            journal.get(),
                            builder,
                            *table.find("routing.kill"),
                            workspace->path("routing.snapshot"),
                            [this] {
                                alarms->tick();
                                if (AdminPort* port = ticking.load(std::memory_order_acquire);
                                    port != nullptr) {
                                    port->tick();
                                }
                                if (FlagFetcher* fetcher = fetching.load(std::memory_order_acquire);
                                    fetcher != nullptr) {
                                    fetcher->tick();
                                }
                            }};
    controller = std::make_unique<Controller>(std::move(parts), std::move(opened.state));
    if (journal) {
        controller->replay(journal->records());
    }
    plane = std::make_unique<InProcessPlane>(InProcessPlane::Parts{
        table, services, *controller, events, replies, readers, storeThread, gitThread});
}

void Engine::Impl::makeFetcher()
{
    FlagFetcher::Parts parts{
        clock, workspace->folder(), [this] { return controller->state(); },
        [this](const std::string& source, Json arguments, std::function<void(Status)> done) {
            plane->execute(
                {"flags.import", std::move(arguments), {}, "source " + source, api::Role::Approver},
                [done = std::move(done)](const Result<api::CommandReply>& reply) {
                    done(reply ? Status() : Status(reply.error()));
                });
        }};
    flags = std::make_unique<FlagFetcher>(std::move(parts));
    fetching.store(flags.get(), std::memory_order_release);
}

Status Engine::Impl::publishFirst()
{
    // Shared: the thread that sets it may still be inside it when this one goes on.
    const auto adopted = std::make_shared<std::promise<void>>();
    if (auto status = controller->publishFirst([adopted] { adopted->set_value(); }); !status) {
        return status;
    }
    adopted->get_future().wait();
    return {};
}

Status Engine::Impl::tellPast(std::string hmacKey)
{
    if (!telemetryStore) {
        return fail(ErrorCode::Unavailable, "the demo needs its telemetry store",
                    workspace->path("telemetry"));
    }
    demo::Stage stage{*plane,
                      demo.clock(),
                      *telemetryStore,
                      [this] { return dataPlane->latest(); },
                      {gateway::GatewayOptions{}.id, std::move(hmacKey)}};
    return demo::tellPast(std::move(stage));
}

Status Engine::Impl::applyFile()
{
    const std::string own = workspace->path("sluice.json");
    if (!options.applyFile && !std::filesystem::exists(own)) {
        return {};
    }
    return applyAtStart(*plane, *controller->state(), options.applyFile.value_or(own));
}

Status Engine::Impl::listen()
{
    if (auto status = checkExposure(options, !controller->state()->keys.empty()); !status) {
        return status;
    }
    if (auto status = gateway->start(); !status) {
        return status;
    }
    listenUrl = urlOf(options, options.listen, gateway->port());
    admin = std::make_unique<AdminPort>(serverOptions(options, options.admin),
                                        AdminPort::Parts{*plane, events, clock,
                                                         [this] { return controller->state(); },
                                                         options.version});
    if (auto status = admin->start(); !status) {
        return status;
    }
    adminUrl = urlOf(options, options.admin, admin->port());
    ticking.store(admin.get(), std::memory_order_release);
    return workspace->announce(adminUrl);
}

Status Engine::Impl::start()
{
    if (auto status = openWorkspace(); !status) {
        return status;
    }
    auto hmacKey = workspace->key("hmac.key");
    if (!hmacKey) {
        return std::move(hmacKey).error();
    }
    openJournal();
    openPrompts();
    openTelemetry();
    gateway::GatewayOptions gatewayOptions;
    gatewayOptions.listen = serverOptions(options, options.listen);
    gatewayOptions.threads = threadsOf(options);
    gatewayOptions.hmacKey = *hmacKey;
    gatewayOptions.requireKeys = !isLoopback(options.listen.host);
    gatewayOptions.metricsText = [this] { return pipeline->prometheus(); };
    std::vector<telemetry::Recorder*> recorders;
    for (std::size_t i = 0; i < gatewayOptions.threads; ++i) {
        recorders.push_back(&pipeline->recorder(i));
    }
    gateway = std::make_unique<gateway::Gateway>(std::move(gatewayOptions), std::move(recorders),
                                                 clock, nullptr);
    dataPlane = std::make_unique<GatewayPlane>(*gateway);
    makeServices(*hmacKey);
    makeController();
    makeFetcher();
    if (auto status = publishFirst(); !status) {
        return status;
    }
    controller->start();
    if (auto status = options.demo ? tellPast(std::move(*hmacKey)) : applyFile(); !status) {
        return status;
    }
    if (auto status = listen(); !status) {
        return status;
    }
    return options.demo ? demo.play(listenUrl) : Status();
}

void Engine::Impl::stop()
{
    demo.stop();
    // Nothing new comes in; what is queued is answered; then what they used goes, last what it was
    // written to.
    if (controller) {
        controller->stop();
    }
    if (flags) {
        flags->stop();
    }
    if (admin) {
        admin->stop();
    }
    gateway.reset();
    if (pipeline) {
        pipeline->stop();
    }
    readers.stop();
    gitThread.post([this] { prompts.reset(); });
    gitThread.stop();
    storeThread.post([this] { opened.store.reset(); });
    storeThread.stop();
    replies.stop();
    telemetryStore.reset();
}

Engine::Engine(EngineOptions options)
    : m_impl(std::make_unique<Impl>(std::move(options)))
{
}

Engine::~Engine() = default;

Status Engine::start()
{
    return m_impl->start();
}

const std::string& Engine::listenUrl() const noexcept
{
    return m_impl->listenUrl;
}

const std::string& Engine::adminUrl() const noexcept
{
    return m_impl->adminUrl;
}

std::string Engine::tokenFile() const
{
    return m_impl->workspace ? m_impl->workspace->path("admin.token") : std::string();
}

api::ControlPlane& Engine::plane() noexcept
{
    return *m_impl->plane;
}

bool Engine::degraded() const noexcept
{
    return m_impl->opened.store == nullptr;
}

void Engine::drain(std::chrono::milliseconds deadline, std::function<void()> done)
{
    m_impl->demo.stop();
    m_impl->gateway->drain(deadline, std::move(done));
}

} // namespace sluice::control
