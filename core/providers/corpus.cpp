// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/corpus.h"

#include "core/base/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice::providers {

namespace {

constexpr std::size_t kFileLimit = std::size_t{16} << 20U;
constexpr std::size_t kQuestionWords = 256;
constexpr std::size_t kTopicBytes = 2'000;
constexpr std::size_t kTopicWord = 60; ///< longer ones are no words
/// An entry fits if this share of its question was asked, or two of its words.
constexpr float kFits = 0.3F;
constexpr int kWordsThatFit = 2;
constexpr float kMatchShare = 0.2F;

constexpr std::array<std::string_view, 58> kCommon = {
    "a",     "about", "an",   "and",  "any",    "are",    "as",   "at",   "be",    "been",
    "by",    "can",   "do",   "does", "for",    "from",   "get",  "has",  "have",  "how",
    "i",     "if",    "in",   "is",   "it",     "its",    "me",   "my",   "not",   "of",
    "on",    "one",   "or",   "our",  "please", "should", "so",   "that", "the",   "their",
    "there", "they",  "this", "to",   "was",    "we",     "what", "when", "where", "which",
    "who",   "why",   "will", "with", "would",  "you",    "your", "s"};

bool isWordByte(char c) noexcept
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool isCommon(std::string_view word) noexcept
{
    return std::find(kCommon.begin(), kCommon.end(), word) != kCommon.end();
}

/// Lower case (ASCII), and a plural as its singular.
void normalize(std::string_view word, std::string& out)
{
    out.assign(word);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c | 0x20);
        }
    }
    if (out.size() > 3 && out.back() == 's' && out[out.size() - 2] != 's') {
        out.pop_back();
    }
}

/// visit(word as written, normalized word) for each word that is not common.
template <typename Visit>
void forEachWord(std::string_view text, Visit&& visit)
{
    std::string word;
    std::size_t at = 0;
    while (at < text.size()) {
        if (!isWordByte(text[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && isWordByte(text[end])) {
            ++end;
        }
        normalize(text.substr(at, end - at), word);
        if (!isCommon(word)) {
            visit(text.substr(at, end - at), word);
        }
        at = end;
    }
}

} // namespace

Result<Corpus> Corpus::load(const std::string& path)
{
    auto text = readFile(path, kFileLimit);
    if (!text) {
        return std::move(text).error();
    }
    auto json = parseJson(*text, {kFileLimit, 16});
    if (!json) {
        Error error = std::move(json).error();
        error.where = path + ": " + error.where;
        return error;
    }
    return fromJson(*json);
}

Result<Corpus> Corpus::fromJson(const Json& json)
{
    if (!json.is_object() || !json.contains("entries") || !json.at("entries").is_array()) {
        return fail(ErrorCode::InvalidArgument, "a corpus is an object with an array \"entries\"",
                    "/entries");
    }
    Corpus corpus = builtIn();
    corpus.m_composes = false;
    for (std::size_t i = 0; i < json.at("entries").size(); ++i) {
        if (Status status = corpus.addEntry(json.at("entries")[i], fmt::format("/entries/{}", i));
            !status) {
            return std::move(status).error();
        }
    }
    for (const auto& [name, into] :
         {std::pair("fallback", &corpus.m_fallback), std::pair("refusal", &corpus.m_refusal)}) {
        if (json.contains(name)) {
            auto read = sentences(json.at(name), name);
            if (!read) {
                return std::move(read).error();
            }
            *into = std::move(read).value();
        }
    }
    corpus.weigh();
    return corpus;
}

Corpus Corpus::builtIn()
{
    Corpus corpus;
    corpus.m_composes = true;
    corpus.m_fallback = {
        {"v1",
         {"In short, {topic} depends on what you want to do with it.",
          "Start from the simplest case and measure.",
          "Most questions about {topic} come down to two or three settings.",
          "Change one of them at a time and note what happens.",
          "If the result surprises you, go back one step."}},
        {"v2",
         {"Good question: {topic} is easier to understand with an example in front of you.",
          "Imagine the usual case first, then the one that went wrong.",
          "What the two have in common tells you more about {topic} than either of them alone.",
          "From there, write down what you expect before you try anything.",
          "You will find that the difference explains most of it.",
          "Tell me what you have tried so far and I can be more precise."}}};
    corpus.m_refusal = {{"v1", {"I cannot help with {topic}."}},
                        {"v2", {"I am sorry, but I cannot help with {topic}."}}};
    return corpus;
}

Result<Corpus::Sentences> Corpus::sentences(const Json& json, std::string_view name)
{
    const std::string where = pointerTo("", name);
    const auto isText = [](const Json& value) { return value.is_string(); };
    Sentences result;
    if (!json.is_object() || json.empty()) {
        return fail(ErrorCode::InvalidArgument, "must be an object of styles", where);
    }
    for (const auto& [style, list] : json.items()) {
        if (!list.is_array() || list.empty() || !std::all_of(list.begin(), list.end(), isText)) {
            return fail(ErrorCode::InvalidArgument, "must be an array of sentences",
                        pointerTo(where, style));
        }
        result[style] = list.get<std::vector<std::string>>();
    }
    return result;
}

Status Corpus::addEntry(const Json& json, const std::string& where)
{
    auto question = member<std::string>(json, "question", where);
    if (!question) {
        return std::move(question).error();
    }
    const auto answers = json.find("answers");
    if (answers == json.end() || !answers->is_object() || answers->empty()) {
        return fail(ErrorCode::InvalidArgument, "must be an object of styles", where + "/answers");
    }
    Entry entry;
    for (const auto& [style, text] : answers->items()) {
        if (!text.is_string()) {
            return fail(ErrorCode::InvalidArgument, "must be a string",
                        where + "/answers/" + style);
        }
        entry.answers[style] = text.get<std::string>();
    }
    const auto index = static_cast<std::uint32_t>(m_entries.size());
    post(*question, index, true);
    if (const auto match = json.find("match"); match != json.end() && match->is_array()) {
        for (const Json& word : *match) {
            if (!word.is_string()) {
                return fail(ErrorCode::InvalidArgument, "must be an array of words",
                            where + "/match");
            }
            post(word.get<std::string>(), index, false);
        }
    }
    m_entries.push_back(std::move(entry));
    return {};
}

void Corpus::post(const std::string& text, std::uint32_t entry, bool question)
{
    forEachWord(text, [&](std::string_view, const std::string& word) {
        std::vector<Posting>& postings = m_index[word];
        if (postings.empty() || postings.back().entry != entry) {
            postings.push_back({entry, false, false});
        }
        (question ? postings.back().question : postings.back().match) = true;
    });
}

float Corpus::weight(const std::vector<Posting>& postings) const
{
    return std::log(1.0F +
                    static_cast<float>(m_entries.size()) / static_cast<float>(postings.size()));
}

void Corpus::weigh()
{
    for (const auto& [word, postings] : m_index) {
        for (const Posting& posting : postings) {
            if (posting.question) {
                m_entries[posting.entry].total += weight(postings);
            }
        }
    }
}

const std::string* Corpus::answer(std::string_view question, std::string_view style) const
{
    struct Score
    {
        float question = 0;
        float match = 0;
        int words = 0;
    };
    if (m_entries.empty()) {
        return nullptr;
    }
    std::vector<Score> scores(m_entries.size());
    std::vector<const std::vector<Posting>*> counted;
    float asked = 0;
    forEachWord(question, [&](std::string_view, const std::string& word) {
        const auto found = m_index.find(word);
        if (found == m_index.end() || counted.size() == kQuestionWords ||
            std::find(counted.begin(), counted.end(), &found->second) != counted.end()) {
            return;
        }
        counted.push_back(&found->second);
        const float value = weight(found->second);
        asked += value;
        for (const Posting& posting : found->second) {
            Score& score = scores[posting.entry];
            score.question += posting.question ? value : 0.0F;
            score.match += posting.match ? value : 0.0F;
            score.words += posting.match ? 1 : 0;
        }
    });
    const Entry* best = nullptr;
    float highest = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const Score& score = scores[i];
        if (score.words < kWordsThatFit && score.question < kFits * m_entries[i].total) {
            continue;
        }
        // What both questions say, of all that either says; the entry's other words settle what is
        // close.
        const float value = score.question / (asked + m_entries[i].total - score.question) +
                            kMatchShare * score.match / asked;
        if (asked > 0 && value > highest) {
            highest = value;
            best = &m_entries[i];
        }
    }
    if (best == nullptr) {
        return nullptr;
    }
    const auto exact = best->answers.find(style);
    return exact != best->answers.end() ? &exact->second : &best->answers.begin()->second;
}

const std::vector<std::string>& Corpus::ofStyle(const Sentences& sentences, std::string_view style)
{
    const auto exact = sentences.find(style);
    return exact != sentences.end() ? exact->second : sentences.begin()->second;
}

const std::vector<std::string>& Corpus::fallback(std::string_view style) const
{
    return ofStyle(m_fallback, style);
}

const std::vector<std::string>& Corpus::refusal(std::string_view style) const
{
    return ofStyle(m_refusal, style);
}

std::string Corpus::topic(std::string_view question)
{
    struct Word
    {
        std::string_view text;
        std::size_t at;
    };
    std::vector<Word> words;
    std::size_t end = std::min(question.size(), kTopicBytes);
    while (end > 0 && end < question.size() &&
           (static_cast<unsigned char>(question[end]) & 0xC0U) == 0x80U) {
        --end; // not through the middle of a character
    }
    forEachWord(question.substr(0, end), [&](std::string_view text, const std::string&) {
        if (words.size() < kQuestionWords && text.size() <= kTopicWord) {
            words.push_back({text, words.size()});
        }
    });
    if (words.empty()) {
        return "this";
    }
    // Longer words tell more; they keep the order in which they were asked.
    std::stable_sort(words.begin(), words.end(),
                     [](const Word& a, const Word& b) { return a.text.size() > b.text.size(); });
    words.resize(std::min<std::size_t>(words.size(), 3));
    std::sort(words.begin(), words.end(), [](const Word& a, const Word& b) { return a.at < b.at; });
    std::string result;
    for (const Word& word : words) {
        result += result.empty() ? "" : " ";
        result += word.text;
    }
    return result;
}

} // namespace sluice::providers
