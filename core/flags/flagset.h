// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/flags/context.h"

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
    General
};

std::string_view reasonName(Reason reason) noexcept;
std::string_view evaluationErrorName(EvaluationError error) noexcept;

/// The answer for one flag. Views into the FlagSet: keep it alive.
struct Evaluation
{
    const Json* value = nullptr; ///< nullptr: the caller's own default applies
    std::string_view variant;    ///< empty where value is nullptr
    Reason reason = Reason::Error;
    EvaluationError error = EvaluationError::None;
    const Json* metadata = nullptr; ///< the flag's over the set's; nullptr for an unknown flag
};

/// How "flags" is written: as an object by name, or, as the flagd daemon takes it too, as an array
/// with "key".
enum class FlagForm : std::uint8_t
{
    Provider,
    Daemon
};

/// flagd's flag definitions (schema v0), compiled. Immutable; share as shared_ptr<const FlagSet>.
/// Any thread. Evaluation takes no lock and allocates nothing on scalars.
class FlagSet
{
public:
    /// Reads {"flags", "$evaluators"?, "metadata"?}. One bad flag refuses the whole set, so that
    /// the old one stays: InvalidArgument or TooLarge with the JSON pointer below `where`.
    static Result<std::shared_ptr<const FlagSet>>
    fromJson(const Json& document, std::string_view where = {}, FlagForm form = FlagForm::Provider);
    ~FlagSet();

    /// Evaluates; never fails otherwise than in the Evaluation's reason and error.
    [[nodiscard]] Evaluation evaluate(std::string_view key, const Context& context,
                                      SystemTime now) const noexcept;
    /// The flags' names, sorted. Valid for the life of the set.
    [[nodiscard]] const std::vector<std::string_view>& names() const noexcept;
    [[nodiscard]] bool contains(std::string_view key) const noexcept;

private:
    struct Impl;
    explicit FlagSet(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::flags
