// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/plane.h"

#include <QPointer>

#include <mutex>
#include <unordered_map>
#include <variant>

namespace sluice::ui {

namespace {

struct Reply
{
    std::uint64_t ticket;
    Result<api::CommandReply> result;
};

using Arrival = std::variant<Reply, api::Event>;

/// What the control plane's threads may touch. It outlives the Plane for as long as a reply is
/// under way.
struct Inbox
{
    std::mutex mutex;
    std::vector<Arrival> arrivals; ///< guarded
    QObject* receiver = nullptr;   ///< guarded; null once the Plane is gone
    std::function<void()> drain;   ///< GUI thread only

    static void put(const std::shared_ptr<Inbox>& inbox, Arrival arrival)
    {
        const std::lock_guard lock(inbox->mutex);
        if (inbox->receiver == nullptr) {
            return;
        }
        inbox->arrivals.push_back(std::move(arrival));
        if (inbox->arrivals.size() == 1) { // one wake-up for all that comes until then
            QMetaObject::invokeMethod(
                inbox->receiver, [inbox] { inbox->drain(); }, Qt::QueuedConnection);
        }
    }
};

struct Pending
{
    QPointer<QObject> context;
    Plane::Done done;
};

const SystemClock& systemClock()
{
    static const SystemClock kClock;
    return kClock;
}

} // namespace

struct Plane::Impl
{
    Impl(Plane& own, api::ControlPlane& control, const Clock& time)
        : self(own)
        , plane(control)
        , clock(time)
    {
    }

    void drain();
    void deliver(Reply reply);
    void deliver(const api::Event& event);
    void put(std::uint64_t ticket, Result<api::CommandReply> result) const
    {
        Inbox::put(inbox, Reply{ticket, std::move(result)});
    }

    Plane& self;
    api::ControlPlane& plane;
    const Clock& clock;
    std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>();
    std::unordered_map<std::uint64_t, Pending> pending;
    std::uint64_t nextTicket = 1;
    std::uint64_t lastSequence = 0;
    std::string actor = "console";
    api::Role role = api::Role::Admin;
    bool readOnly = false;
    std::unique_ptr<api::Subscription> subscription;
};

void Plane::Impl::drain()
{
    std::vector<Arrival> arrivals;
    {
        const std::lock_guard lock(inbox->mutex);
        arrivals.swap(inbox->arrivals);
    }
    const QPointer<Plane> alive(&self); // a callback may close the window, and with it this object
    for (Arrival& arrival : arrivals) {
        if (alive.isNull()) {
            return;
        }
        if (auto* reply = std::get_if<Reply>(&arrival)) {
            deliver(std::move(*reply));
        } else {
            deliver(std::get<api::Event>(arrival));
        }
    }
}

void Plane::Impl::deliver(Reply reply)
{
    auto node = pending.extract(reply.ticket);
    if (!node.empty() && !node.mapped().context.isNull() && node.mapped().done) {
        node.mapped().done(reply.result);
    }
}

void Plane::Impl::deliver(const api::Event& event)
{
    const bool gap = lastSequence != 0 && event.sequence > lastSequence + 1;
    lastSequence = event.sequence;
    const QPointer<Plane> alive(&self);
    Q_EMIT self.event(event);
    if (gap && !alive.isNull()) {
        Q_EMIT self.resyncNeeded();
    }
}

Plane::Plane(api::ControlPlane& plane, QObject* parent)
    : Plane(plane, systemClock(), parent)
{
}

Plane::Plane(api::ControlPlane& plane, const Clock& clock, QObject* parent)
    : QObject(parent)
    , m_impl(std::make_unique<Impl>(*this, plane, clock))
{
    m_impl->inbox->receiver = this;
    m_impl->inbox->drain = [impl = m_impl.get()] { impl->drain(); };
    m_impl->subscription = plane.subscribe(
        [inbox = m_impl->inbox](const api::Event& event) { Inbox::put(inbox, event); });
}

Plane::~Plane()
{
    m_impl->subscription.reset();
    const std::lock_guard lock(m_impl->inbox->mutex);
    m_impl->inbox->receiver = nullptr;
}

void Plane::execute(const std::string& command, Json arguments, QObject* context, Done done,
                    std::optional<std::uint64_t> base)
{
    const std::uint64_t ticket = m_impl->nextTicket++;
    m_impl->pending.emplace(ticket, Pending{context, std::move(done)});
    if (const QString why = whyNot(command); readOnly() && !why.isEmpty()) {
        m_impl->put(ticket, fail(ErrorCode::Refused, why.toStdString()));
        return;
    }
    api::CommandRequest request;
    request.name = command;
    request.arguments = std::move(arguments);
    request.base = base;
    request.actor = m_impl->actor;
    request.role = m_impl->role;
    m_impl->plane.execute(std::move(request),
                          [inbox = m_impl->inbox, ticket](Result<api::CommandReply> result) {
                              Inbox::put(inbox, Reply{ticket, std::move(result)});
                          });
}

void Plane::setIdentity(std::string actor, api::Role role)
{
    m_impl->actor = std::move(actor);
    m_impl->role = role;
}

api::Role Plane::role() const noexcept
{
    return m_impl->role;
}

void Plane::setReadOnly(bool readOnly)
{
    if (m_impl->readOnly != readOnly) {
        m_impl->readOnly = readOnly;
        Q_EMIT readOnlyChanged(readOnly);
    }
}

bool Plane::readOnly() const noexcept
{
    return m_impl->readOnly;
}

QString Plane::whyNot(const std::string& command) const
{
    const auto& commands = m_impl->plane.commands();
    const auto found =
        std::find_if(commands.begin(), commands.end(),
                     [&](const api::CommandDescriptor& row) { return row.name == command; });
    if (commands.empty()) {
        return tr("The engine is still starting.");
    }
    if (found == commands.end()) {
        return tr("The engine does not know \"%1\".").arg(QString::fromStdString(command));
    }
    if (m_impl->readOnly && found->changes) {
        return tr("The console is locked read-only. Ctrl+L unlocks it.");
    }
    if (m_impl->role < found->role) {
        const std::string_view needed = api::roleName(found->role);
        return tr("Needs the role %1.")
            .arg(QString::fromLatin1(needed.data(), static_cast<qsizetype>(needed.size())));
    }
    return {};
}

const Clock& Plane::clock() const noexcept
{
    return m_impl->clock;
}

} // namespace sluice::ui
