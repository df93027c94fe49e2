// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"

#include <QObject>

#include <functional>
#include <memory>

namespace sluice::ui {

/// The control plane on the GUI thread: replies and events arrive as ordinary calls there. All
/// pages share one. Whatever arrives between two turns of the event loop is delivered together. GUI
/// thread only; the ControlPlane and the clock must outlive it.
class Plane final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Plane)

public:
    using Done = std::function<void(const Result<api::CommandReply>&)>;

    /// With the machine's clock.
    explicit Plane(api::ControlPlane& plane, QObject* parent = nullptr);
    Plane(api::ControlPlane& plane, const Clock& clock, QObject* parent = nullptr);
    ~Plane() override;

    /// Runs a command. `done` runs on the GUI thread, never inside this call, and only while
    /// `context` lives.
    void execute(const std::string& command, Json arguments, QObject* context, Done done,
                 std::optional<std::uint64_t> base = {});
    /// In whose name commands run (audit) and what that person may do; set once by app/console.
    void setIdentity(std::string actor, api::Role role);
    [[nodiscard]] api::Role role() const noexcept;
    /// Keeps changes from being sent; execute() then answers Refused for commands that change
    /// something.
    void setReadOnly(bool readOnly);
    [[nodiscard]] bool readOnly() const noexcept;
    /// Whether the command exists there and may be run now; otherwise the reason, as a sentence for
    /// a tooltip.
    [[nodiscard]] QString whyNot(const std::string& command) const;

    /// What "now" is for ages and time axes.
    [[nodiscard]] const Clock& clock() const noexcept;

Q_SIGNALS:
    void event(const sluice::api::Event& event);
    /// Events were lost (a gap in their sequence): views reload.
    void resyncNeeded();
    void readOnlyChanged(bool readOnly);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::ui
