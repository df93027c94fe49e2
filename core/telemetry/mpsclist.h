// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace sluice::telemetry {

/// Lock-free hand-over of owned nodes from many threads to one. Node has a member
/// `std::unique_ptr<Node> next`. The consumer takes all at once, so there is no ABA problem.
template <typename Node>
class MpscList
{
public:
    MpscList() = default;
    MpscList(const MpscList&) = delete;
    MpscList& operator=(const MpscList&) = delete;
    ~MpscList() { static_cast<void>(takeAll()); }

    /// Any thread.
    void push(std::unique_ptr<Node> node)
    {
        Node* const raw = node.release();
        Node* newest = m_newest.load(std::memory_order_relaxed);
        do {
            // `next` is an owner only while no other thread can reach it: release what a failed try
            // wrote.
            static_cast<void>(raw->next.release());
            raw->next.reset(newest);
        } while (!m_newest.compare_exchange_weak(newest, raw, std::memory_order_release,
                                                 std::memory_order_relaxed));
    }

    /// Everything pushed so far, oldest first, as a chain through `next`. The consumer's thread.
    [[nodiscard]] std::unique_ptr<Node> takeAll()
    {
        std::unique_ptr<Node> rest(m_newest.exchange(nullptr, std::memory_order_acquire));
        std::unique_ptr<Node> chain;
        while (rest) {
            std::unique_ptr<Node> following = std::move(rest->next);
            rest->next = std::move(chain);
            chain = std::move(rest);
            rest = std::move(following);
        }
        return chain;
    }

private:
    std::atomic<Node*> m_newest{nullptr};
};

} // namespace sluice::telemetry
