// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QFrame>

class QCheckBox;
class QDateTimeEdit;
class QLabel;

namespace sluice::ui {

class ChangeList;
class ConfirmBox;
class Plane;
class RouteEditor;

/// Brings routes back to an earlier revision, or to how they were at a time: asks how much (this
/// route or all), shows first what would change. Hidden until ask…(). Controls: restore.when,
/// restore.all, restore.reason, restore.confirm, restore.cancel.
class RestoreBox final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RestoreBox)

public:
    RestoreBox(const Theme& theme, Plane& plane, RouteEditor& editor, QWidget* parent = nullptr);

    void setRoute(const QString& route);
    void askRevision(qint64 revision);
    /// Point in time; begins an hour back.
    void askTime();
    void closeBox();

Q_SIGNALS:
    void closed();

private:
    void ask();
    void askDryRun();
    void showDryRun(const Json& changes);
    /// routing.restore's arguments without the reason.
    [[nodiscard]] Json arguments() const;
    [[nodiscard]] QString target() const;

    Plane& m_plane;
    RouteEditor& m_editor;
    QLabel* m_title;
    QDateTimeEdit* m_when;
    QCheckBox* m_all;
    ChangeList* m_changes;
    ConfirmBox* m_confirm;
    QString m_route;
    qint64 m_revision = 0; ///< 0: point in time
    quint64 m_question = 0;
};

} // namespace sluice::ui
