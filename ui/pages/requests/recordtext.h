// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QString>

namespace sluice::ui {

/// A request record (telemetry.records) in words. Pure functions of the record and the locale.
namespace recordtext {

/// By what it was assigned: "bucket 312", "rule", "no key".
QString assignedBy(const Json& record);
/// "candidate by bucket 312".
QString assignment(const Json& record);
/// "ok", "refused", "provider error: upstream 503", "timeout" …
QString outcome(const Json& record);
/// Not good: an error, a time-out, or shed.
bool failed(const Json& record);
/// "$0.38", "unpriced", "price missing"; never a zero for what is not known.
QString cost(const Json& record);
/// "402 → 131", "~" before estimated ones, "unknown" if the provider said nothing.
QString tokens(const Json& record);
/// The reason of a fallback, or a dash.
QString fallback(const Json& record);
/// A command line that asks the same route again as a user of the reader's choice. The question
/// itself is not kept, so that it holds a place for it. `listen` is the gateway's address.
QString curl(const Json& record, const QString& listen);
/// `text` as one word of a POSIX shell.
QString shellQuoted(const QString& text);

} // namespace recordtext

} // namespace sluice::ui
