// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/armnumbers.h"

#include "ui/models/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice::ui {

namespace {

std::vector<double> numbers(const Json& array)
{
    std::vector<double> out;
    for (const Json& value : array) {
        out.push_back(value.is_number() ? value.get<double>()
                                        : std::numeric_limits<double>::quiet_NaN());
    }
    return out;
}

QString tr(const char* text)
{
    return QCoreApplication::translate("sluice::ui", text);
}

int order(const QString& arm)
{
    static const QStringList kOrder{QStringLiteral("candidate"), QStringLiteral("control"),
                                    QStringLiteral("stable"), QStringLiteral("shadow")};
    const auto index = kOrder.indexOf(arm);
    return index < 0 ? static_cast<int>(kOrder.size()) : static_cast<int>(index);
}

} // namespace

const QStringList& armNames()
{
    static const QStringList kNames{QStringLiteral("candidate"), QStringLiteral("control"),
                                    QStringLiteral("stable")};
    return kNames;
}

ArmNumbers armNumbersOf(const Json& arm)
{
    ArmNumbers out;
    out.arm = read::text(arm, "arm");
    out.unitName = read::unitName(read::child(arm, "unit"));
    out.requests = read::number(arm, "requests").value_or(0);
    out.errors = read::number(arm, "errors").value_or(0);
    out.clientErrors = read::number(arm, "client_errors").value_or(0);
    out.fallbacks = read::number(arm, "fallbacks").value_or(0);
    out.refusals = read::number(arm, "refusals").value_or(0);
    out.unpriced = read::number(arm, "unpriced").value_or(0);
    if (out.requests > 0) {
        out.p50 = read::number(arm, "p50_ms");
        out.p95 = read::number(arm, "p95_ms");
        out.p99 = read::number(arm, "p99_ms");
        out.ttftP50 = read::number(arm, "ttft_p50_ms");
        out.ttftP95 = read::number(arm, "ttft_p95_ms");
        out.costMicros = read::number(arm, "cost_micros_per_request");
        out.tokens = read::number(arm, "tokens_per_request");
    }
    out.currency = read::text(arm, "currency");
    if (const Json& costs = read::child(arm, "costs"); costs.size() > 1) {
        for (const Json& cost : costs) {
            if (const auto mean = read::number(cost, "micros_per_request")) {
                out.costs.emplace_back(read::text(cost, "currency"), *mean);
            }
        }
    }
    const Json& spark = read::child(arm, "spark");
    out.sparkT = numbers(read::child(spark, "t"));
    out.sparkP95 = numbers(read::child(spark, "p95_ms"));
    out.sparkCost = numbers(read::child(spark, "cost_micros"));
    return out;
}

std::optional<double> ArmNumbers::share(double part) const
{
    return requests > 0 ? std::optional(100 * part / requests) : std::nullopt;
}

QString ArmNumbers::costText() const
{
    QStringList parts;
    for (const auto& [name, mean] : costs) {
        parts << format::money(mean, name);
    }
    return parts.isEmpty() ? format::money(costMicros, currency)
                           : parts.join(QStringLiteral(" + "));
}

std::vector<ArmNumbers> armNumbers(const Json& summaryRoute)
{
    std::vector<ArmNumbers> arms;
    for (const Json& arm : read::child(summaryRoute, "arms")) {
        arms.push_back(armNumbersOf(arm));
    }
    std::stable_sort(arms.begin(), arms.end(), [](const ArmNumbers& a, const ArmNumbers& b) {
        return order(a.arm) < order(b.arm);
    });
    return arms;
}

const ArmNumbers* findArm(const std::vector<ArmNumbers>& arms, const QString& arm)
{
    const auto found =
        std::find_if(arms.begin(), arms.end(), [&](const ArmNumbers& a) { return a.arm == arm; });
    return found == arms.end() ? nullptr : &*found;
}

QString commonCurrency(const std::vector<ArmNumbers>& arms)
{
    const bool same =
        !arms.empty() && std::all_of(arms.begin(), arms.end(), [&](const ArmNumbers& arm) {
            return arm.costs.empty() && arm.currency == arms.front().currency;
        });
    return same ? arms.front().currency : QString();
}

PlainVerdict plainVerdict(const std::vector<ArmNumbers>& arms)
{
    const ArmNumbers* candidate = findArm(arms, QStringLiteral("candidate"));
    const ArmNumbers* control = findArm(arms, QStringLiteral("control"));
    if (candidate == nullptr || candidate->requests <= 0) {
        return {};
    }
    PlainVerdict verdict;
    const double fewer = control == nullptr ? 0 : std::min(candidate->requests, control->requests);
    if (fewer < kEnoughRequests) {
        verdict.kind = PlainVerdict::Kind::TooFew;
        verdict.text = tr("too few: %1").arg(format::count(fewer));
        verdict.toolTip = tr("Cannot tell yet: the smaller of candidate and control has %1 "
                             "requests in this time; plain "
                             "shares begin to mean something at %2.")
                              .arg(format::count(fewer), format::count(kEnoughRequests));
        return verdict;
    }
    verdict.kind = PlainVerdict::Kind::Numbers;
    verdict.text =
        tr("errors %1 vs %2")
            .arg(format::count(*candidate->share(candidate->errors), 1) + QStringLiteral("\u00a0%"),
                 format::count(*control->share(control->errors), 1) + QStringLiteral("\u00a0%"));
    verdict.toolTip =
        tr("Plain shares of candidate and control, without a test. Evidence that may be looked at "
           "again and again comes with a rollout plan.");
    return verdict;
}

} // namespace sluice::ui
