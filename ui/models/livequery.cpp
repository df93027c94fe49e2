// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/livequery.h"

#include "ui/models/plane.h"

#include <QEvent>

#include <algorithm>

namespace sluice::ui {

namespace {
constexpr std::chrono::milliseconds kLongestPause{8000};
constexpr std::chrono::milliseconds kShortestRetry{1000};
} // namespace

LiveQuery::LiveQuery(Plane& plane, std::string command, std::chrono::milliseconds interval,
                     QObject* parent)
    : QObject(parent)
    , m_plane(plane)
    , m_command(std::move(command))
    , m_interval(interval)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &LiveQuery::ask);
}

void LiveQuery::setActive(bool active)
{
    if (m_active == active) {
        return;
    }
    m_active = active;
    if (active) {
        ask();
    } else {
        m_timer.stop();
    }
}

void LiveQuery::follow(QObject* widget)
{
    widget->installEventFilter(this);
    setActive(widget->property("visible").toBool());
}

bool LiveQuery::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Show) {
        setActive(true);
    } else if (event->type() == QEvent::Hide) {
        setActive(false);
    }
    return QObject::eventFilter(watched, event);
}

void LiveQuery::setArguments(Json arguments)
{
    if (arguments != m_arguments) {
        m_arguments = std::move(arguments);
        ++m_question; // an answer to the old question is of no use
        m_waiting = false;
        refresh();
    }
}

void LiveQuery::reset(Json arguments)
{
    m_arguments = std::move(arguments);
    m_value = nullptr;
    m_answeredAt.reset();
    m_failures = 0;
    ++m_question;
    m_waiting = false;
    m_state = State::Loading;
    Q_EMIT changed();
    refresh();
}

void LiveQuery::refresh()
{
    if (m_active) {
        ask();
    }
}

void LiveQuery::ask()
{
    m_timer.stop();
    if (m_waiting) {
        m_askAgain = true;
        return;
    }
    m_waiting = true;
    m_askAgain = false;
    m_askedAt = m_plane.clock().steady();
    const std::uint64_t question = ++m_question;
    m_plane.execute(m_command, m_arguments, this,
                    [this, question](const Result<api::CommandReply>& reply) {
                        if (reply.ok()) {
                            answered(question, Result<Json>(reply->result), reply->revision);
                        } else {
                            answered(question, Result<Json>(reply.error()), 0);
                        }
                    });
}

void LiveQuery::answered(std::uint64_t question, const Result<Json>& answer, std::uint64_t revision)
{
    if (question != m_question) {
        return;
    }
    m_waiting = false;
    m_roundTrip =
        std::chrono::duration_cast<std::chrono::microseconds>(m_plane.clock().steady() - m_askedAt);
    if (answer.ok()) {
        m_value = *answer;
        m_revision = revision;
        m_answeredAt = m_plane.clock().steady();
        m_failures = 0;
        m_state = State::Data;
    } else {
        m_error = answer.error();
        ++m_failures;
        m_state = m_answeredAt ? State::Stale : State::Error;
    }
    if (m_active && m_askAgain) {
        ask();
    } else if (m_active && (m_interval.count() > 0 || m_failures > 0)) {
        auto pause = m_interval;
        if (m_failures > 0) {
            pause =
                std::min(std::max(m_interval, kShortestRetry) * (1 << std::min(m_failures - 1, 3)),
                         kLongestPause);
        }
        m_timer.start(pause);
    }
    Q_EMIT changed(); // last: the receiver may delete this
}

std::optional<std::chrono::milliseconds> LiveQuery::retryIn() const
{
    if (m_failures == 0 || !m_timer.isActive()) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(m_timer.remainingTime());
}

std::optional<std::chrono::microseconds> LiveQuery::age() const
{
    if (!m_answeredAt) {
        return std::nullopt;
    }
    return std::chrono::duration_cast<std::chrono::microseconds>(m_plane.clock().steady() -
                                                                 *m_answeredAt);
}

} // namespace sluice::ui
