// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QFrame>
#include <QPointer>

#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;
class QSettings;

namespace sluice::ui {

/// One thing the palette can do.
struct PaletteEntry
{
    QString id; ///< stable, for "recent first"
    QString group;
    QString text;
    QString shortcut; ///< as shown
    QIcon icon;
    QString blocked; ///< why it cannot be done now; empty if it can
    std::function<void()> run;
};

/// Ctrl+K: everything the console can do or go to, found by a few letters, recent first. Not modal;
/// Esc closes.
class CommandPalette final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CommandPalette)

public:
    CommandPalette(const Theme& theme, QSettings& settings, QWidget* over);
    /// Shows these entries at `left`, aligned with the command field.
    void open(std::vector<PaletteEntry> entries, int left, int wide);
    void dismiss();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void search(const QString& typed);
    void choose();
    [[nodiscard]] int recency(const QString& id) const;
    void remember(const QString& id);

    const Theme& m_theme;
    QSettings& m_settings;
    QLineEdit* m_field;
    QListWidget* m_list;
    std::vector<PaletteEntry> m_entries;
    QStringList m_recent;
    QPointer<QWidget> m_before;
};

} // namespace sluice::ui
