// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace sluice::gateway {

/// Memory for objects that come and go with each request and are too large for the allocator's own
/// caches: freed places are kept for the next one. Must outlive its objects. One thread.
template <typename T>
class Slab
{
    struct Place
    {
        alignas(T) std::byte bytes[sizeof(T)];
    };

public:
    struct Return
    {
        Slab* slab = nullptr;
        void operator()(T* object) const noexcept
        {
            std::destroy_at(object);
            slab->keep(std::unique_ptr<Place>(std::launder(reinterpret_cast<Place*>(object))));
        }
    };
    using Pointer = std::unique_ptr<T, Return>;

    Slab() { m_places.reserve(kMost); }

    template <typename... Arguments>
    [[nodiscard]] Pointer make(Arguments&&... arguments)
    {
        std::unique_ptr<Place> place;
        if (m_places.empty()) {
            place = std::make_unique_for_overwrite<Place>();
        } else {
            place = std::move(m_places.back());
            m_places.pop_back();
        }
        T* const object = std::construct_at(reinterpret_cast<T*>(place->bytes),
                                            std::forward<Arguments>(arguments)...);
        static_cast<void>(place.release());
        return Pointer(object, Return{this});
    }

private:
    static constexpr std::size_t kMost = 256;

    void keep(std::unique_ptr<Place> place) noexcept
    {
        if (m_places.size() < kMost) {
            m_places.push_back(std::move(place)); // reserved: does not allocate
        }
    }

    std::vector<std::unique_ptr<Place>> m_places;
};

} // namespace sluice::gateway
