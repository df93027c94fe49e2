// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QFrame>

class QCheckBox;
class QLabel;

namespace sluice::ui {

class ChangeList;
class Plane;

/// What differs between two routing revisions, member by member: of one route, or of all. Hidden
/// until compare(). Controls: diff.title, diff.all, diff.swap, diff.close.
class RevisionDiff final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RevisionDiff)

public:
    RevisionDiff(const Theme& theme, Plane& plane, QWidget* parent = nullptr);

    void setRoute(const QString& route);
    void compare(qint64 from, qint64 to);
    void closeBox();

private:
    void ask();

    Plane& m_plane;
    QLabel* m_title;
    QLabel* m_note;
    QCheckBox* m_all;
    ChangeList* m_changes;
    QString m_route;
    qint64 m_from = 0;
    qint64 m_to = 0;
    quint64 m_question = 0;
};

} // namespace sluice::ui
