// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace sluice {

/// What kind of failure an Error is. Maps to exit codes (exitCode) and, in control, to HTTP
/// statuses.
enum class ErrorCode
{
    InvalidArgument, ///< the caller's input is wrong; the message names the place and the remedy
    Unauthorized,    ///< no or unknown credentials
    Refused,         ///< known caller, but role or policy forbids it
    NotFound,
    Conflict, ///< the base that the change was made against has moved
    TooLarge, ///< a stated limit was exceeded
    Timeout,
    Cancelled,
    Unavailable, ///< a thing outside (store, provider, network) did not answer
    Io,          ///< file system or socket failure
    Corrupt,     ///< stored data that fails its checksum or schema
    Internal,    ///< a broken invariant of ours
};

/// Stable lower-case name of a code, as it appears on the wire ("invalid_argument").
std::string_view errorCodeName(ErrorCode code) noexcept;
/// The code of a wire name; Internal for a name that is not known.
ErrorCode errorCodeFromName(std::string_view name) noexcept;
/// Process exit status for a code (contracts.md, Programs): 1 failed, 2 usage, 3 refused, 4
/// conflict, 5 unreachable.
int exitCode(ErrorCode code) noexcept;

/// A failure as a value: a code, one English sentence that names the remedy, and the place it
/// speaks of.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    std::string message; ///< never holds a secret, a prompt or a completion
    std::string where; ///< JSON pointer, file:line or member name; empty when the message says all
    /// More than a sentence can say, an object for programs; null: there is none. Its form is the
    /// failing function's to document.
    std::shared_ptr<const nlohmann::json> details = {};
};

/// "message (at where)", for logs and terminals.
std::string describe(const Error& error);

/// A value or an Error. Any thread; plain value semantics. value() on an Error aborts: check first.
template <typename T>
class [[nodiscard]] Result
{
public:
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    [[nodiscard]] bool ok() const noexcept { return m_state.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    T& value() & { return std::get<0>(m_state); }
    const T& value() const& { return std::get<0>(m_state); }
    T&& value() && { return std::get<0>(std::move(m_state)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const& { return std::get<1>(m_state); }
    Error&& error() && { return std::get<1>(std::move(m_state)); }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error)
        : m_error(std::move(error))
    {
    }

    [[nodiscard]] bool ok() const noexcept { return !m_error; }
    explicit operator bool() const noexcept { return ok(); }
    const Error& error() const& { return *m_error; }
    Error&& error() && { return *std::move(m_error); }

private:
    std::optional<Error> m_error;
};

using Status = Result<void>;

/// Shorthand for `return fail(ErrorCode::NotFound, "…", "/routes/x");`
inline Error fail(ErrorCode code, std::string message, std::string where = {})
{
    return Error{code, std::move(message), std::move(where), {}};
}

} // namespace sluice
