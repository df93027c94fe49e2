// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QCoreApplication>
#include <QList>
#include <QString>

#include <optional>

namespace sluice::ui {

/// The red button's words, as pure functions of the control plane's JSON (routes.list,
/// routing.kill).
class RollbackText
{
    Q_DECLARE_TR_FUNCTIONS(RollbackText)

public:
    /// Whether anything reaches the route's candidate: percentage, allow list, a rule or shadow
    /// copies.
    static bool hasCandidateTraffic(const Json& route);
    /// Routes with candidate traffic, newest change first; pointers into `routes`.
    static QList<const Json*> candidates(const Json& routes);
    /// Before: "5 % → 0 %, back to support-v1 (u_3f9c…), 1,240 req/min".
    static QString consequence(const Json& route, std::optional<double> requestsPerMinute);
    /// What is about to happen by itself: the "next:" line of the top bar, plain text in two parts.
    struct Next
    {
        QString strong;
        QString rest;
    };
    static Next next(const Json& routes);

    /// After: what the proof consists of, as label and value.
    struct Line
    {
        QString label;
        QString value;
    };
    static QList<Line> proof(const Json& kill);
    /// "support-assistant is back on support-v1" or "3 routes are back on their stable units".
    static QString outcome(const Json& kill);
    static bool finished(const Json& kill);
};

} // namespace sluice::ui
