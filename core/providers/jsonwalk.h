// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::providers {

/// Walks one JSON document with simdjson's On-Demand parser, reusing parser and padded buffer from
/// document to document. On Demand checks only what it is asked for, so everything that is not read
/// is walked with skip(): a document that was walked to its end is JSON to its last byte. Private
/// to providers; one thread.
class JsonWalk
{
public:
    using Value = simdjson::ondemand::value;

    explicit JsonWalk(int depthLimit = 64)
        : m_depthLimit(depthLimit)
    {
    }

    /// Walks `text`, which must be an object: visit(key, value) for each member, where key is what
    /// stands between the quotes. visit reads or skips the value and returns false to stop. False:
    /// not JSON, too deep, or stopped by visit. Views that visit gets are into the walk's own copy
    /// (see inSource()).
    template <typename Visit>
    bool document(std::string_view text, Visit&& visit)
    {
        simdjson::ondemand::document parsed;
        simdjson::ondemand::object object;
        if (!open(text, parsed) || parsed.get_object().get(object) != simdjson::SUCCESS) {
            return false;
        }
        m_depth = 1;
        // Past its last brace a document has no location.
        return members(object, visit) &&
               parsed.current_location().error() == simdjson::OUT_OF_BOUNDS;
    }

    /// visit(key, value) for each member of an object; false if it is none.
    template <typename Visit>
    bool object(Value& value, Visit&& visit)
    {
        simdjson::ondemand::object inner;
        if (!enter() || value.get_object().get(inner) != simdjson::SUCCESS) {
            return false;
        }
        const bool done = members(inner, visit);
        --m_depth;
        return done;
    }

    /// visit(element) for each element of an array; false if it is none.
    template <typename Visit>
    bool array(Value& value, Visit&& visit)
    {
        simdjson::ondemand::array inner;
        if (!enter() || value.get_array().get(inner) != simdjson::SUCCESS) {
            return false;
        }
        for (auto item : inner) {
            Value element;
            if (std::move(item).get(element) != simdjson::SUCCESS || !visit(element)) {
                return false;
            }
        }
        --m_depth;
        return true;
    }

    /// Checks a value of any kind and passes over it.
    bool skip(Value& value);
    /// skip(), and where the value stands.
    bool skip(Value& value, std::string_view& raw);
    /// The value's text up to the next token: what kind it is shows in the first character.
    static std::string_view token(Value& value) { return value.raw_json_token(); }
    /// For a value that was walked with object() or array(), begun at token(): all of its text.
    std::string_view rawFrom(const char* begin, Value& value);

    [[nodiscard]] std::string_view source() const noexcept { return m_source; }
    /// The same bytes in the text that was given to document().
    [[nodiscard]] std::string_view inSource(std::string_view view) const noexcept
    {
        return m_source.substr(static_cast<std::size_t>(view.data() - m_copy.data()), view.size());
    }
    [[nodiscard]] bool tooDeep() const noexcept { return m_tooDeep; }
    /// Gives the memory of an unusually large document back.
    void shrink(std::size_t keepBytes);

private:
    bool open(std::string_view text, simdjson::ondemand::document& out);
    bool enter();
    static std::optional<std::string_view> keyText(const char* begin, const char* end) noexcept;

    template <typename Visit>
    bool members(simdjson::ondemand::object& object, Visit& visit)
    {
        for (auto field : object) {
            simdjson::ondemand::raw_json_string raw;
            Value value;
            if (field.key().get(raw) != simdjson::SUCCESS ||
                field.value().get(value) != simdjson::SUCCESS) {
                return false;
            }
            const auto key = keyText(raw.raw(), m_copy.data() + m_source.size());
            if (!key || !visit(*key, value)) {
                return false;
            }
        }
        return true;
    }

    int m_depthLimit;
    int m_depth = 0;
    bool m_tooDeep = false;
    std::string_view m_source;
    std::vector<char> m_copy; ///< the source, with the padding that simdjson reads beyond it
    simdjson::ondemand::parser m_parser;
};

} // namespace sluice::providers
