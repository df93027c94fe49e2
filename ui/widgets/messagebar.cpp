// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/messagebar.h"

#include "ui/theme/variant.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace sluice::ui {

namespace {

const char* surfaceOf(ChipKind kind)
{
    switch (kind) {
    case ChipKind::Harm:
        return "alert";
    case ChipKind::Warning:
        return "warn";
    default:
        return "note";
    }
}

} // namespace

MessageBar::MessageBar(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_layout(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("messageBar"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(theme.grid(2));
    setVisible(false);
    connect(&theme, &Theme::changed, this, [this] {
        for (Entry& entry : m_entries) { // icons keep the tint they were made with
            QWidget* fresh = build(entry);
            delete m_layout->replaceWidget(entry.bar, fresh);
            entry.bar->deleteLater();
            entry.bar = fresh;
        }
    });
}

void MessageBar::show(Message message)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
        return entry.message.id == message.id;
    });
    if (found != m_entries.end()) {
        ++found->count;
        found->message = std::move(message);
        QWidget* fresh = build(*found);
        delete m_layout->replaceWidget(found->bar, fresh);
        found->bar->deleteLater();
        found->bar = fresh;
        return;
    }
    Entry entry{std::move(message), 1, nullptr};
    entry.bar = build(entry);
    m_layout->insertWidget(0, entry.bar);
    m_entries.insert(m_entries.begin(), std::move(entry));
    setVisible(true);
}

void MessageBar::dismiss(const QString& id)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const Entry& entry) { return entry.message.id == id; });
    if (found == m_entries.end()) {
        return;
    }
    found->bar->hide();
    found->bar->deleteLater();
    m_entries.erase(found);
    setVisible(!m_entries.empty());
    Q_EMIT dismissed(id);
}

bool MessageBar::has(const QString& id) const
{
    return count(id) > 0;
}

int MessageBar::count(const QString& id) const
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const Entry& entry) { return entry.message.id == id; });
    return found == m_entries.end() ? 0 : found->count;
}

QWidget* MessageBar::build(const Entry& entry)
{
    const Message& message = entry.message;
    auto* bar = new QFrame(this);
    bar->setObjectName(QStringLiteral("message.") + message.id);
    setVariant(*bar, "surface", surfaceOf(message.kind));
    bar->setAccessibleName(message.label);
    bar->setAccessibleDescription(message.text);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(m_theme.grid(3) + 2, m_theme.grid(2), m_theme.grid(3), m_theme.grid(2));
    row->setSpacing(m_theme.grid(3));
    if (!message.label.isEmpty()) {
        row->addWidget(new Chip(m_theme, message.kind, message.label, bar));
    }
    auto* text = new QLabel(bar);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text->setText(entry.count > 1 ? tr("%1 (%2 times)").arg(message.text).arg(entry.count)
                                  : message.text);
    row->addWidget(text, 1);
    fillEnd(entry, bar);
    return bar;
}

void MessageBar::fillEnd(const Entry& entry, QWidget* bar)
{
    auto* row = static_cast<QHBoxLayout*>(bar->layout());
    for (const Message::Action& action : entry.message.actions) {
        auto* button = new QPushButton(action.text, bar);
        button->setObjectName(QStringLiteral("messageAction"));
        if (action.primary) {
            setVariant(*button, "kind", "primary");
        }
        connect(button, &QPushButton::clicked, this, [run = action.run] { run(); });
        row->addWidget(button);
    }
    if (entry.message.closable) {
        auto* close = new QToolButton(bar);
        close->setObjectName(QStringLiteral("messageClose"));
        setVariant(*close, "kind", "quiet");
        close->setIcon(m_theme.icon(QStringLiteral("close")));
        close->setAccessibleName(tr("Dismiss"));
        close->setToolTip(tr("Dismiss"));
        connect(close, &QToolButton::clicked, this, [this, id = entry.message.id] { dismiss(id); });
        row->addWidget(close);
    }
}

} // namespace sluice::ui
