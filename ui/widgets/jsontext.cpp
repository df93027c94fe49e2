// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/jsontext.h"

#include <QRegularExpression>
#include <QStringList>

namespace sluice::ui::jsontext {

namespace {

QString compact(const Json& value)
{
    const auto dump = [](const Json& one) {
        return QString::fromStdString(one.dump(-1, ' ', false, Json::error_handler_t::replace));
    };
    if (!value.is_structured() || value.empty()) {
        return dump(value);
    }
    QStringList parts;
    for (const auto& [key, one] : value.items()) {
        parts << (value.is_object() ? dump(key) + QStringLiteral(": ") : QString()) + compact(one);
    }
    const QString inner = parts.join(QStringLiteral(", "));
    return value.is_object() ? QLatin1Char('{') + inner + QLatin1Char('}')
                             : QLatin1Char('[') + inner + QLatin1Char(']');
}

QString write(const Json& value, int indent, int used, int width)
{
    const QString whole = compact(value);
    if (!value.is_structured() || value.empty() || used + whole.size() <= width) {
        return whole;
    }
    const QString inside(indent + 2, QLatin1Char(' '));
    QStringList lines;
    for (const auto& [key, one] : value.items()) {
        const QString name =
            value.is_object() ? compact(Json(key)) + QStringLiteral(": ") : QString();
        lines << inside + name +
                     write(one, indent + 2, static_cast<int>(inside.size() + name.size()), width);
    }
    const QString inner = lines.join(QStringLiteral(",\n"));
    const QString close = QLatin1Char('\n') + QString(indent, QLatin1Char(' '));
    return value.is_object() ? QStringLiteral("{\n") + inner + close + QLatin1Char('}')
                             : QStringLiteral("[\n") + inner + close + QLatin1Char(']');
}

/// Walks a JSON text that is known to be valid.
class Walk
{
public:
    explicit Walk(const QString& text)
        : m_text(text)
    {
        skipSpace();
    }

    [[nodiscard]] qsizetype at() const { return m_at; }

    /// Goes to the value of the member or element; false, and stays, if there is none.
    bool enter(const QString& token)
    {
        const qsizetype begin = m_at;
        const bool object = m_text[m_at] == QLatin1Char('{');
        if (!object && m_text[m_at] != QLatin1Char('[')) {
            return false;
        }
        ++m_at;
        skipSpace();
        for (int index = 0; m_text[m_at] != QLatin1Char('}') && m_text[m_at] != QLatin1Char(']');
             ++index) {
            QString name = QString::number(index);
            if (object) {
                const qsizetype from = m_at;
                skipString();
                name = unquoted(m_text.mid(from, m_at - from));
                skipSpace();
                ++m_at; // the colon
                skipSpace();
            }
            if (name == token) {
                return true;
            }
            skipValue();
            skipSpace();
            if (m_text[m_at] == QLatin1Char(',')) {
                ++m_at;
                skipSpace();
            }
        }
        m_at = begin;
        return false;
    }

private:
    static QString unquoted(const QString& literal)
    {
        const Json value = Json::parse(literal.toStdString(), nullptr, false);
        return value.is_string() ? QString::fromStdString(value.get<std::string>()) : QString();
    }
    void skipSpace()
    {
        while (m_at < m_text.size() && m_text[m_at].isSpace()) {
            ++m_at;
        }
    }
    void skipString()
    {
        for (++m_at; m_text[m_at] != QLatin1Char('"'); ++m_at) {
            m_at += m_text[m_at] == QLatin1Char('\\') ? 1 : 0;
        }
        ++m_at;
    }
    void skipValue()
    {
        int depth = 0;
        do {
            const QChar c = m_text[m_at];
            if (c == QLatin1Char('"')) {
                skipString();
            } else {
                depth += c == QLatin1Char('{') || c == QLatin1Char('[') ? 1 : 0;
                depth -= c == QLatin1Char('}') || c == QLatin1Char(']') ? 1 : 0;
                ++m_at;
            }
        } while (depth > 0 || !atEndOfValue());
    }
    [[nodiscard]] bool atEndOfValue() const
    {
        static const QString kEnds = QStringLiteral(",}] \t\r\n");
        return m_at >= m_text.size() || kEnds.contains(m_text[m_at]);
    }

    const QString& m_text;
    qsizetype m_at = 0;
};

} // namespace

QString pretty(const Json& value, int width)
{
    return write(value, 0, 0, width);
}

Place placeOf(const QString& text, const std::string& pointer)
{
    if (text.trimmed().isEmpty()) {
        return {};
    }
    Walk walk(text);
    const QStringList tokens = QString::fromStdString(pointer).split(QLatin1Char('/')).mid(1);
    for (QString token : tokens) {
        token.replace(QLatin1String("~1"), QLatin1String("/"))
            .replace(QLatin1String("~0"), QLatin1String("~"));
        if (!walk.enter(token)) {
            break;
        }
    }
    const QStringView before = QStringView(text).left(walk.at());
    return {static_cast<int>(before.count(QLatin1Char('\n'))) + 1,
            static_cast<int>(before.size() - before.lastIndexOf(QLatin1Char('\n')))};
}

std::optional<Place> parsePlace(const std::string& where)
{
    static const QRegularExpression kPlace(QStringLiteral("line (\\d+), column (\\d+)"));
    const auto match = kPlace.match(QString::fromStdString(where));
    return match.hasMatch()
               ? std::optional(Place{match.captured(1).toInt(), match.captured(2).toInt()})
               : std::nullopt;
}

} // namespace sluice::ui::jsontext
