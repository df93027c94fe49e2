// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace sluice::net {

/// What has to happen at the end of the current turn of the loop: a turn is one completion handler
/// of this room. Gathers the writes of one turn into one system call, and lets an object call back
/// later without a round through the queue of the io_context. One thread.
class Turns
{
public:
    class Deferred
    {
    public:
        virtual void afterTurn() = 0;

    protected:
        ~Deferred() = default;
    };

    /// Stands first in every completion handler.
    class Scope
    {
    public:
        explicit Scope(Turns& turns) noexcept
            : m_turns(turns)
        {
            ++m_turns.m_depth;
        }
        ~Scope()
        {
            if (m_turns.m_depth == 1) {
                m_turns.run();
            }
            --m_turns.m_depth;
        }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        Turns& m_turns;
    };

    explicit Turns(boost::asio::io_context& context)
        : m_context(context)
    {
    }

    /// Runs `work` when the turn ends; outside of a turn, in one of its own.
    void later(std::shared_ptr<Deferred> work)
    {
        if (m_closed) {
            return;
        }
        m_queue.push_back(std::move(work));
        if (m_depth == 0) {
            boost::asio::post(m_context, [this] { const Scope turn(*this); });
        }
    }

    /// The loop has ended; nothing is accepted any more.
    void close()
    {
        m_closed = true;
        m_queue.clear();
    }
    [[nodiscard]] bool closed() const noexcept { return m_closed; }

private:
    void run()
    {
        for (std::size_t i = 0; i < m_queue.size(); ++i) { // grows while it runs
            const std::shared_ptr<Deferred> work = std::move(m_queue[i]);
            work->afterTurn();
        }
        m_queue.clear();
    }

    boost::asio::io_context& m_context;
    std::vector<std::shared_ptr<Deferred>> m_queue;
    unsigned m_depth = 0;
    bool m_closed = false;
};

} // namespace sluice::net
