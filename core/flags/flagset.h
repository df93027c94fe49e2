// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/flags/context.h"
#include "core/flags/explainstep.h"
#include "core/flags/fractional.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace sluice::flags {

/// Why a value was chosen; names as on the wire ("TARGETING_MATCH").
enum class Reason : std::uint8_t
{
    Static,
    Default,
    TargetingMatch,
    Disabled,
    Error
};

/// What went wrong; None unless the reason is Error. Names as on the wire ("FLAG_NOT_FOUND").
enum class EvaluationError : std::uint8_t
{
    None,
    FlagNotFound,
    ParseError,   ///< targeting refers to a shared rule that is not there
    TypeMismatch, ///< the caller asked for another type
    General       ///< targeting failed, or chose what is not a variant
};

std::string_view reasonName(Reason reason) noexcept;
std::string_view evaluationErrorName(EvaluationError error) noexcept;

/// What a caller wants to have. Integers and floats are both numbers: 10.0 is an integer too, 3.14
/// is not (flagd's draft on numeric coercion).
enum class ValueType : std::uint8_t
{
    Boolean,
    String,
    Integer,
    Float,
    Object
};

/// The answer for one flag. Views into the FlagSet: keep it alive.
struct Evaluation
{
    const Json* value = nullptr; ///< nullptr: the caller's own default applies
    std::string_view variant;    ///< empty where value is nullptr
    Reason reason = Reason::Error;
    EvaluationError error = EvaluationError::None;
    std::string_view details;       ///< of the error, for people
    const Json* metadata = nullptr; ///< the flag's over the set's; of an unknown flag the set's
};

/// How "flags" is written: as an object by name, or, as the flagd daemon takes it too, as an array
/// with "key".
enum class FlagForm : std::uint8_t
{
    Provider,
    Daemon
};

/// flagd's flag definitions (schema v0), compiled. Immutable; share as shared_ptr<const FlagSet>.
/// Any thread. Evaluation takes no lock and allocates nothing.
class FlagSet
{
public:
    /// Reads {"flags", "$evaluators"?, "metadata"?}, which must pass flagd's schema. One bad flag
    /// refuses the whole set, so that the old one stays: InvalidArgument or TooLarge with the JSON
    /// pointer below `where`.
    static Result<std::shared_ptr<const FlagSet>>
    fromJson(const Json& document, std::string_view where = {}, FlagForm form = FlagForm::Provider);
    /// The same of a document's text, at most 8 MiB and 64 levels deep, UTF-8. The Error's `where`
    /// is "/flags/a/state, line 3, column 14"; of text that is not JSON "line 3, column 14".
    static Result<std::shared_ptr<const FlagSet>> fromText(std::string_view text,
                                                           FlagForm form = FlagForm::Provider);
    ~FlagSet();

    /// Evaluates; never fails otherwise than in the Evaluation's reason and error.
    [[nodiscard]] Evaluation evaluate(std::string_view key, const Context& context,
                                      SystemTime now) const noexcept;
    /// The same for a caller that names the type it wants: another one is TYPE_MISMATCH.
    [[nodiscard]] Evaluation evaluate(std::string_view key, const Context& context, SystemTime now,
                                      ValueType wanted) const noexcept;
    /// evaluate(), step by step, for people: state, conditions, each `fractional` with what it
    /// hashed, the bucket and the weights, what targeting gave, the variant and the result.
    [[nodiscard]] std::vector<ExplainStep> explain(std::string_view key, const Context& context,
                                                   SystemTime now) const;

    /// The flags' names, sorted. Valid for the life of the set.
    [[nodiscard]] const std::vector<std::string_view>& names() const noexcept;
    [[nodiscard]] bool contains(std::string_view key) const noexcept;
    /// The set's own metadata, an object.
    [[nodiscard]] const Json& metadata() const noexcept;
    /// metadata.fractionalVersion; 2 without it.
    [[nodiscard]] Generation generation() const noexcept;
    /// What was let in although some flag can only answer PARSE_ERROR, with its JSON pointer.
    [[nodiscard]] const std::vector<Error>& warnings() const noexcept;

private:
    struct Impl;
    explicit FlagSet(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::flags
