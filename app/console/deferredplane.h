// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"

#include <memory>

namespace sluice::console {

/// A control plane that is there before its engine: commands wait until resolve() or fail(), so
/// that the window opens at once and shows its loading state meanwhile. Safe from any thread.
class DeferredPlane final : public api::ControlPlane
{
public:
    DeferredPlane();
    /// Answers what still waits with Cancelled.
    ~DeferredPlane() override;

    /// The engine is there: what waited is sent to it, in order. `plane` must stay until release().
    void resolve(api::ControlPlane& plane);
    /// It did not start: everything is answered with this error.
    void fail(Error error);
    /// The engine goes: from now on everything is answered Unavailable, and no event comes any
    /// more.
    void release();

    void execute(api::CommandRequest request, Done done) override;
    [[nodiscard]] std::unique_ptr<api::Subscription> subscribe(OnEvent onEvent) override;
    /// Empty until resolve().
    [[nodiscard]] const std::vector<api::CommandDescriptor>& commands() const override;

private:
    struct Impl;
    std::shared_ptr<Impl> m_impl;
};

} // namespace sluice::console
