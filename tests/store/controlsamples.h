// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/controlstore.h"

namespace sluice::tests {

/// A change as a command makes it: two documents, revision n, one row of audit.
inline store::ControlChange changeNumber(std::uint64_t n)
{
    store::ControlChange change;
    change.documents = {{"unit", "u_" + std::to_string(n % 50), {{"model", "m-1"}, {"n", n}}},
                        {"meta", "last", {{"n", n}}}};
    change.revision = store::RevisionRow{
        n,
        static_cast<std::int64_t>(n) * 1000,
        "ada",
        "raise to " + std::to_string(n % 100) + " %",
        "routes.put",
        {{"support-assistant", {{"percent", n % 100}}}},
        Json::array({{{"route", "support-assistant"}, {"pointer", "/percent"}}})};
    store::AuditRow row;
    row.atMicros = static_cast<std::int64_t>(n) * 1000;
    row.actor = "ada";
    row.role = "operator";
    row.command = "routes.put";
    row.arguments = {{"route", "support-assistant"}, {"percent", n % 100}};
    row.outcome = "ok";
    row.revision = n;
    change.audit = {row};
    return change;
}

} // namespace sluice::tests
