// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"

#include <QObject>

#include <functional>
#include <memory>

namespace sluice::ui {

/// The control plane on the GUI thread: replies and events arrive as ordinary calls there. All pages share one.
/// GUI thread only; the ControlPlane must outlive it.
class Plane final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Plane)

public:
    using Done = std::function<void(const Result<api::CommandReply>&)>;

    explicit Plane(api::ControlPlane& plane, QObject* parent = nullptr);
    ~Plane() override;

    /// Runs a command. `done` runs on the GUI thread, and only while `context` lives.
    void execute(const std::string& command, Json arguments, QObject* context, Done done,
                 std::optional<std::uint64_t> base = {});
    /// Keeps changes from being sent; execute() then answers Refused for commands that change something.
    void setReadOnly(bool readOnly);
    [[nodiscard]] bool readOnly() const noexcept;

Q_SIGNALS:
    void event(const sluice::api::Event& event);
    void readOnlyChanged(bool readOnly);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::ui
