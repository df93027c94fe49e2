// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/listeners.h"

namespace sluice::api {

class Listeners::Ticket final : public Subscription
{
public:
    Ticket(std::shared_ptr<Shared> shared, int id)
        : m_shared(std::move(shared))
        , m_id(id)
    {
    }
    ~Ticket() override
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->listeners.erase(m_id);
    }

private:
    std::shared_ptr<Shared> m_shared;
    int m_id;
};

Listeners::Listeners()
    : m_shared(std::make_shared<Shared>())
{
}

std::unique_ptr<Subscription> Listeners::add(ControlPlane::OnEvent onEvent)
{
    const std::lock_guard lock(m_shared->mutex);
    const int id = m_shared->next++;
    m_shared->listeners.emplace(id, std::move(onEvent));
    return std::make_unique<Ticket>(m_shared, id);
}

void Listeners::tell(const Event& event) const
{
    const std::lock_guard lock(m_shared->mutex);
    for (const auto& [id, listener] : m_shared->listeners) {
        listener(event);
    }
}

} // namespace sluice::api
