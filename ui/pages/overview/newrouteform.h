// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/livequery.h"
#include "ui/theme/theme.h"

#include <QFrame>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace sluice::ui {

class Plane;

/// Makes a route, in the page: name, stable unit, perhaps a candidate (at 0 %), what users are told
/// apart by. Problems stand under the field that they speak of. Hidden until open(); Esc closes it.
/// GUI thread only; theme and plane must outlive it.
class NewRouteForm final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(NewRouteForm)

public:
    NewRouteForm(const Theme& theme, Plane& plane, QWidget* parent = nullptr);

    void open();
    /// The routes that are there, and the revision at which they were read: a name is not taken
    /// over from another route.
    void setRoutes(const QStringList& names, std::uint64_t revision);

Q_SIGNALS:
    void created(const QString& route);
    /// There is no unit to choose, and somebody wants to see why.
    void unitsWanted();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void addField(QGridLayout& grid, int column, const QString& caption, QWidget& field,
                  QLabel*& problem);
    void showUnits();
    void check();
    void create();
    void answered(const QString& name, const Result<Json>& answer);
    void dismiss();
    [[nodiscard]] QString nameProblem() const;

    Plane& m_plane;
    LiveQuery m_units;
    QStringList m_names;
    std::uint64_t m_revision = 0;
    QLineEdit* m_name;
    QComboBox* m_stable;
    QComboBox* m_candidate;
    QComboBox* m_bucketBy;
    QLineEdit* m_reason;
    QLabel* m_nameProblem = nullptr;
    QLabel* m_stableProblem = nullptr;
    QLabel* m_candidateProblem = nullptr;
    QLabel* m_bucketByProblem = nullptr;
    QLabel* m_problem;
    QPushButton* m_create;
    QPushButton* m_seeUnits;
    bool m_busy = false;
};

} // namespace sluice::ui
