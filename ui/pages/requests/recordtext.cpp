// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/requests/recordtext.h"

#include "ui/models/format.h"

#include <QCoreApplication>

namespace sluice::ui::recordtext {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("sluice::ui::recordtext", text);
}

QString words(QString code)
{
    return code.replace(QLatin1Char('_'), QLatin1Char(' '));
}

QString number(const Json& object, const char* member)
{
    return format::count(read::number(object, member).value_or(0));
}

} // namespace

QString assignedBy(const Json& record)
{
    const QString by = read::text(record, "assigned_by");
    const auto bucket = read::integer(record, "bucket");
    if (by == QLatin1String("bucket") && bucket) {
        return tr("bucket %1").arg(format::count(static_cast<double>(*bucket)));
    }
    return by == QLatin1String("none") ? tr("no key") : words(by);
}

QString assignment(const Json& record)
{
    const QString arm = read::text(record, "arm");
    if (read::text(record, "assigned_by") == QLatin1String("none")) {
        return tr("%1, without a bucketing key").arg(arm);
    }
    return tr("%1 by %2").arg(arm, assignedBy(record));
}

bool failed(const Json& record)
{
    const QString outcome = read::text(record, "outcome");
    return outcome == QLatin1String("provider_error") || outcome == QLatin1String("timeout") ||
           outcome == QLatin1String("shed");
}

QString outcome(const Json& record)
{
    const QString code = read::text(record, "outcome");
    if (code == QLatin1String("ok")) {
        return read::flag(record, "refusal") ? tr("refused") : tr("ok");
    }
    const QString error = read::text(record, "error");
    return error.isEmpty() ? words(code) : tr("%1: %2").arg(words(code), error);
}

QString cost(const Json& record)
{
    const Json& cost = read::child(record, "cost");
    const QString state = read::text(cost, "state");
    if (state == QLatin1String("exact")) {
        return format::money(read::number(cost, "micros"), read::text(cost, "currency"));
    }
    return state == QLatin1String("missing") ? tr("price missing") : tr("unpriced");
}

QString tokens(const Json& record)
{
    if (!read::flag(record, "usage_known")) {
        return tr("unknown");
    }
    const Json& tokens = read::child(record, "tokens");
    const QString text = number(tokens, "input") + QStringLiteral(" → ") + number(tokens, "output");
    return read::flag(record, "usage_estimated") ? QString(QLatin1Char('~') + text) : text;
}

QString fallback(const Json& record)
{
    const QString why = read::text(record, "fallback");
    return why.isEmpty() || why == QLatin1String("none") ? format::dash() : words(why);
}

QString shellQuoted(const QString& text)
{
    QString inside = text;
    inside.replace(QLatin1Char('\''), QStringLiteral("'\\''"));
    return QLatin1Char('\'') + inside + QLatin1Char('\'');
}

QString curl(const Json& record, const QString& listen)
{
    Json body{{"model", read::text(record, "route").toStdString()},
              {"messages", Json::array({{{"role", "user"}, {"content", "QUESTION"}}})}};
    if (read::flag(record, "streamed")) {
        body["stream"] = true;
    }
    QStringList parts{QStringLiteral("curl -sS ") +
                          shellQuoted(listen + QStringLiteral("/v1/chat/completions")),
                      QStringLiteral("  -H 'content-type: application/json'"),
                      QStringLiteral("  -H 'x-sluice-user: USER'")};
    const Json& attributes = read::child(record, "attributes");
    if (!attributes.empty()) {
        parts << QStringLiteral("  -H ") + shellQuoted(QStringLiteral("x-sluice-attributes: ") +
                                                       QString::fromStdString(attributes.dump()));
    }
    if (!read::text(record, "api_key").isEmpty()) {
        parts << QStringLiteral("  -H \"authorization: Bearer $SLUICE_KEY\"");
    }
    parts << QStringLiteral("  -d ") + shellQuoted(QString::fromStdString(body.dump()));
    return parts.join(QStringLiteral(" \\\n"));
}

} // namespace sluice::ui::recordtext
