// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/result.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <optional>
#include <string>

namespace sluice::ui {

class Plane;

/// One command asked again and again while somebody looks at the answer. Keeps the last good value
/// when the engine stops answering, with its age. One question is under way at a time; after
/// failures it asks less often, up to every 8 s. GUI thread only; the Plane must outlive it.
class LiveQuery final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LiveQuery)

public:
    enum class State
    {
        Loading, ///< nothing known yet
        Error,   ///< nothing known, and asking failed
        Data,    ///< value() is what the engine said last
        Stale,   ///< value() is the last good one; asking has failed since
    };
    Q_ENUM(State)

    /// `interval` zero: asks once when activated and on refresh() only.
    LiveQuery(Plane& plane, std::string command, std::chrono::milliseconds interval,
              QObject* parent = nullptr);

    /// Asks while active. Starts inactive.
    void setActive(bool active);
    /// Active for as long as `widget` is visible.
    void follow(QObject* widget);
    /// New arguments are asked at once; until the answer is there the old value stays.
    void setArguments(Json arguments);
    /// Forgets the value (another subject): Loading until the answer.
    void reset(Json arguments);
    /// Asks now, e.g. after an event or for Retry.
    void refresh();

    [[nodiscard]] State state() const noexcept { return m_state; }
    /// Null until the first answer.
    [[nodiscard]] const Json& value() const noexcept { return m_value; }
    /// The routing revision at which value() was answered.
    [[nodiscard]] std::uint64_t revision() const noexcept { return m_revision; }
    /// Why the last question failed; meaningful in Error and Stale.
    [[nodiscard]] const Error& error() const noexcept { return m_error; }
    /// How long the latest answer took.
    [[nodiscard]] std::chrono::microseconds roundTrip() const noexcept { return m_roundTrip; }
    /// Time until the next attempt after a failure; nothing if none is scheduled.
    [[nodiscard]] std::optional<std::chrono::milliseconds> retryIn() const;
    /// How old value() is by the Plane's clock; nothing without a value.
    [[nodiscard]] std::optional<std::chrono::microseconds> age() const;

Q_SIGNALS:
    /// A new value, or another state.
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void ask();
    void answered(std::uint64_t question, const Result<Json>& answer, std::uint64_t revision);

    Plane& m_plane;
    std::string m_command;
    std::chrono::milliseconds m_interval;
    Json m_arguments = Json::object();
    Json m_value;
    Error m_error;
    State m_state = State::Loading;
    std::uint64_t m_revision = 0;
    std::uint64_t m_question = 0; ///< number of the latest; answers to earlier ones are dropped
    int m_failures = 0;
    bool m_active = false;
    bool m_waiting = false;
    bool m_askAgain = false;
    SteadyTime m_askedAt;
    std::chrono::microseconds m_roundTrip{0};
    std::optional<SteadyTime> m_answeredAt;
    QTimer m_timer;
};

} // namespace sluice::ui
