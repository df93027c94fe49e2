// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/allowlistedit.h"

#include "ui/models/format.h"
#include "ui/pages/common/labels.h"
#include "ui/theme/variant.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <set>

namespace sluice::ui {

namespace {
constexpr qsizetype kLongest = 256; ///< bytes of a key, as the engine takes them
}

AllowListEdit::AllowListEdit(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_keys(new QPlainTextEdit)
    , m_note(makeLabel({}, "", "secondary"))
{
    m_keys->setObjectName(QStringLiteral("allow.keys"));
    m_keys->setAccessibleName(tr("Allow list, one key a line"));
    m_keys->setPlaceholderText(tr("One key a line: who is on the list gets the candidate"));
    m_keys->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_keys->setTabChangesFocus(true);
    m_keys->setMinimumHeight(theme.grid(24));
    setVariant(*m_keys, "mono", "true");
    m_note->setObjectName(QStringLiteral("allow.note"));
    m_note->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(theme.grid(1));
    column->addWidget(m_keys, 1);
    column->addWidget(m_note);
    connect(m_keys, &QPlainTextEdit::textChanged, this, [this] {
        check();
        Q_EMIT edited();
    });
}

void AllowListEdit::setAllow(const Json& allow)
{
    QStringList lines;
    for (const Json& key : allow) {
        lines << (key.is_string() ? QString::fromStdString(key.get<std::string>())
                                  : QString::fromStdString(key.dump()));
    }
    const QSignalBlocker blocker(m_keys);
    m_keys->setPlainText(lines.join(QLatin1Char('\n')));
    check();
}

Json AllowListEdit::allow() const
{
    Json keys = Json::array();
    std::set<std::string> seen;
    for (const QString& line : m_keys->toPlainText().split(QLatin1Char('\n'))) {
        std::string key = line.trimmed().toStdString();
        if (!key.empty() && seen.insert(key).second) {
            keys.push_back(std::move(key));
        }
    }
    return keys;
}

QString AllowListEdit::problem() const
{
    int number = 0;
    for (const QString& line : m_keys->toPlainText().split(QLatin1Char('\n'))) {
        ++number;
        if (line.trimmed().toUtf8().size() > kLongest) {
            return tr("Allow list, line %1: a key has at most %2 bytes.").arg(number).arg(kLongest);
        }
    }
    return {};
}

void AllowListEdit::check()
{
    const QString wrong = problem();
    const int count = static_cast<int>(allow().size());
    m_note->setText(wrong.isEmpty() ? tr("%Ln on the list", nullptr, count) : wrong);
    setVariant(*m_note, "tone", wrong.isEmpty() ? "secondary" : "harm");
}

} // namespace sluice::ui
