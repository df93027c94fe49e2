// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/flag.h"

#include <algorithm>

namespace sluice::flags {

namespace {

constexpr std::size_t kFew = 8;

}

const Variant* Flag::find(std::string_view wanted) const noexcept
{
    if (variants.size() <= kFew) { // by size first, which mostly settles it
        const auto is = [wanted](const Variant& variant) { return variant.name == wanted; };
        const auto found = std::find_if(variants.begin(), variants.end(), is);
        return found != variants.end() ? &*found : nullptr;
    }
    const auto at = std::lower_bound(
        variants.begin(), variants.end(), wanted,
        [](const Variant& variant, std::string_view name_) { return variant.name < name_; });
    return at != variants.end() && at->name == wanted ? &*at : nullptr;
}

const Variant* Flag::find(const Value& value) const noexcept
{
    char digits[32];
    switch (value.kind()) {
    case Value::Kind::Text:
        return find(value.text());
    case Value::Kind::Bool:
        return find(value.boolean() ? std::string_view("true") : std::string_view("false"));
    case Value::Kind::Number:
        return find(formatNumber(value.number(), digits));
    case Value::Kind::Null:
    case Value::Kind::Tree:
    case Value::Kind::List:
    case Value::Kind::Object:
        break;
    }
    return nullptr;
}

} // namespace sluice::flags
