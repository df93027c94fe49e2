// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QTabWidget;

namespace sluice::ui {

class ChangeList;
class Chip;
class ConfirmBox;
class FlagForm;
class FlagTester;
class MessageBar;
class Plane;

/// One flag: its definition as form and as JSON, a tester, and saving, which says first what would
/// change. A route's own flag and one that a source brings are shown only. Controls: flag.key,
/// flag.tabs, flag.save, flag.revert, flag.remove, flag.toRoute, flag.apply.… of the confirmation.
class FlagDetail final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlagDetail)

public:
    FlagDetail(const Theme& theme, Plane& plane, QWidget* parent = nullptr);

    /// A row of flagRows(). The flag that is being edited keeps its edit; what somebody else made
    /// of it meanwhile is told.
    void setFlag(const Json& row);
    /// A flag that is not there yet.
    void begin(const Json& rows);
    /// The flag that is shown has gone.
    void showGone();
    [[nodiscard]] const QString& key() const noexcept { return m_key; }
    [[nodiscard]] bool editing() const;
    [[nodiscard]] bool isNew() const noexcept { return m_new; }
    /// Drops an edit.
    void revert();

Q_SIGNALS:
    /// Saved or removed: ask for the list again, and show this flag (empty: none).
    void saved(const QString& key);
    void routeWanted(const QString& route);

private:
    QWidget* makeHeader();
    void updateButtons();
    void askSave();
    void askRemove();
    void showChanges(const Json& changes);
    void apply();
    void failed(const Error& error);
    void tellConflict(const Json& theirs);

    enum class Asking
    {
        Nothing,
        Save,
        Remove
    };

    const Theme& m_theme;
    Plane& m_plane;
    QString m_key;
    QString m_route;  ///< whose own flag it is
    QString m_source; ///< where it is imported from again and again
    Json m_rows = Json::array();
    Json m_base;   ///< the definition that the edit began with
    Json m_theirs; ///< what somebody else made of it meanwhile
    bool m_new = false;
    Asking m_asking = Asking::Nothing;
    quint64 m_question = 0;
    QLabel* m_title;
    QLineEdit* m_name;
    Chip* m_chip;
    QPushButton* m_toRoute;
    QPushButton* m_remove;
    QPushButton* m_revert;
    QPushButton* m_save;
    MessageBar* m_messages;
    FlagForm* m_form;
    FlagTester* m_tester;
    QTabWidget* m_tabs;
    ChangeList* m_changes;
    ConfirmBox* m_confirm;
    QLabel* m_problems;
};

} // namespace sluice::ui
