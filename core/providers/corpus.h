// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::providers {

/// What the simulator knows to say. File: {"entries":[{"question", "match":[words],
/// "answers":{style: text}}], "fallback":{style:[sentences]}, "refusal":{style:[sentences]}}; other
/// members are for people. "{topic}" in a sentence becomes the question's most telling words.
/// Immutable; any thread.
class Corpus
{
public:
    static Result<Corpus> load(const std::string& path);
    static Result<Corpus> fromJson(const Json& json);
    /// A few sentences of our own, and no entries.
    static Corpus builtIn();

    /// The answer in `style` (or the entry's first style) of the entry whose question and words fit
    /// best, each word weighing more the fewer entries have it; nullptr if none fits.
    [[nodiscard]] const std::string* answer(std::string_view question,
                                            std::string_view style) const;
    [[nodiscard]] const std::vector<std::string>& fallback(std::string_view style) const;
    [[nodiscard]] const std::vector<std::string>& refusal(std::string_view style) const;
    /// Whether answers are composed to a drawn length (built in) or are as long as they are.
    [[nodiscard]] bool composes() const noexcept { return m_composes; }

    /// Up to three telling words of a question, as they stand in it.
    static std::string topic(std::string_view question);

private:
    using Sentences = std::map<std::string, std::vector<std::string>, std::less<>>;
    struct Entry
    {
        std::map<std::string, std::string, std::less<>> answers;
        float total = 0; ///< weight of its question's words
    };
    struct Posting
    {
        std::uint32_t entry = 0;
        bool question = false;
        bool match = false;
    };
    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept
        {
            return std::hash<std::string_view>{}(text);
        }
    };

    Status addEntry(const Json& json, const std::string& where);
    static Result<Sentences> sentences(const Json& json, std::string_view name);
    static const std::vector<std::string>& ofStyle(const Sentences& sentences,
                                                   std::string_view style);
    void post(const std::string& text, std::uint32_t entry, bool question);
    void weigh();
    [[nodiscard]] float weight(const std::vector<Posting>& postings) const;

    std::vector<Entry> m_entries;
    std::unordered_map<std::string, std::vector<Posting>, Hash, std::equal_to<>> m_index;
    Sentences m_fallback;
    Sentences m_refusal;
    bool m_composes = false;
};

} // namespace sluice::providers
