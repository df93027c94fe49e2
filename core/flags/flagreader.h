// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/flag.h"
#include "core/flags/flagset.h"

#include <memory>
#include <string>
#include <vector>

namespace sluice::flags {

/// Reads a flagd document, checks it against flagd's schema (v0, flags.json and flagd.json) and
/// compiles its rules. Private to core/flags; one use, one thread.
class FlagReader
{
public:
    /// `where` is the JSON pointer of the document.
    FlagReader(const Json& document, std::string_view where, FlagForm form)
        : m_document(document)
        , m_base(where)
        , m_form(form)
    {
    }
    /// The first thing that is wrong, or success: then the rest is there to be taken.
    Status read();

    std::vector<std::unique_ptr<Flag>> flags; ///< sorted by name
    Json metadata = Json::object();
    Json evaluators = Json::object();
    Generation generation = Generation::V2;
    std::vector<Error> warnings;

private:
    Status readMetadata();
    Status readEvaluators();
    Status readFlag(const Json& json, const std::string& where, Flag& flag);
    Status readVariants(const Json& json, const std::string& where, Flag& flag);
    Status readTargeting(const Json& json, const std::string& where, Flag& flag);
    Status insertReferences(Json& value, const std::string& where);
    Status spend(std::size_t steps, const std::string& where);

    const Json& m_document;
    std::string m_base;
    FlagForm m_form;
    std::size_t m_steps = 0;  ///< of all rules, shared ones counted where they are used
    std::size_t m_copied = 0; ///< bytes of shared rules put into variants
};

} // namespace sluice::flags
