// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"
#include "ui/widgets/chip.h"

#include <QWidget>

#include <functional>
#include <vector>

class QVBoxLayout;

namespace sluice::ui {

/// A message of a page. `id` tells messages apart: the same id again replaces the text and counts
/// up.
struct Message
{
    struct Action
    {
        QString text;
        std::function<void()> run;
        bool primary = false;
    };

    QString id;
    ChipKind kind = ChipKind::Plain; ///< Good, Warning, Harm or Plain
    QString label;                   ///< in the chip: "rolled back"; empty = none
    QString text;                    ///< plain text
    std::vector<Action> actions;
    bool closable = true;
};

/// Messages inside a page instead of dialogs: newest first, de-duplicated by id, counted, each with
/// its actions. Takes no room while empty. Never steals the focus.
class MessageBar final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MessageBar)

public:
    explicit MessageBar(const Theme& theme, QWidget* parent = nullptr);

    void show(Message message);
    void dismiss(const QString& id);
    [[nodiscard]] bool has(const QString& id) const;
    /// How often `id` was shown since it was last dismissed.
    [[nodiscard]] int count(const QString& id) const;

Q_SIGNALS:
    void dismissed(const QString& id);

private:
    struct Entry
    {
        Message message;
        int count = 1;
        QWidget* bar = nullptr;
    };
    QWidget* build(const Entry& entry);
    void fillEnd(const Entry& entry, QWidget* bar);

    const Theme& m_theme;
    QVBoxLayout* m_layout;
    std::vector<Entry> m_entries;
};

} // namespace sluice::ui
