// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QStringList>

#include <optional>
#include <utility>
#include <vector>

namespace sluice::ui {

/// One arm's numbers over a window (telemetry.summary). Nothing means "no data", never zero.
struct ArmNumbers
{
    QString arm;
    QString unitName;
    double requests = 0;
    double errors = 0;
    double clientErrors = 0; ///< refused as such, by the gateway or by every provider asked
    double fallbacks = 0;
    double refusals = 0;
    double unpriced = 0;
    std::optional<double> p50, p95, p99;    ///< ms
    std::optional<double> ttftP50, ttftP95; ///< ms
    std::optional<double> costMicros; ///< a request; nothing without a price, or in currencies
    std::optional<double> tokens;           ///< a request
    QString currency; ///< of costMicros
    std::vector<std::pair<QString, double>> costs; ///< a request, by currency, where several occur
    std::vector<double> sparkT;              ///< Unix seconds
    std::vector<double> sparkP95, sparkCost; ///< NaN where there is no data

    /// Share of requests in per cent, or nothing without requests.
    [[nodiscard]] std::optional<double> share(double part) const;
    /// Cost a request; each currency by itself, since nobody knows a rate.
    [[nodiscard]] QString costText() const;
};

/// Below this many requests shares and quantiles say more about chance than about the arm.
constexpr double kEnoughRequests = 100;

/// candidate, control, stable: the order in which pages show them.
const QStringList& armNames();
/// One arm of a telemetry.summary reply.
ArmNumbers armNumbersOf(const Json& arm);
/// The arms of one route in a telemetry.summary reply, candidate, control, stable in this order.
std::vector<ArmNumbers> armNumbers(const Json& summaryRoute);
const ArmNumbers* findArm(const std::vector<ArmNumbers>& arms, const QString& arm);

/// The currency in which all arms' costs are, or "" where they differ.
QString commonCurrency(const std::vector<ArmNumbers>& arms);

/// What the numbers alone can say of a candidate until a rollout plan gathers evidence.
struct PlainVerdict
{
    enum class Kind
    {
        Nothing,
        TooFew,
        Numbers
    };
    Kind kind = Kind::Nothing;
    QString text;
    QString toolTip;
};
PlainVerdict plainVerdict(const std::vector<ArmNumbers>& arms);

} // namespace sluice::ui
