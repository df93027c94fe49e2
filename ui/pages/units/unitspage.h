// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/livequery.h"
#include "ui/widgets/page.h"

class QComboBox;
class QLabel;

namespace sluice::ui {

class JsonTableModel;
class Panel;
class Plane;
class SearchField;
class SortedModel;
class StateStack;
class TableView;
class Theme;

/// The registry of inference units, and two of them member by member. GUI thread only; theme and
/// plane must outlive the page.
class UnitsPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(UnitsPage)

public:
    UnitsPage(const Theme& theme, Plane& plane, QWidget* parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("units"); }
    [[nodiscard]] QString title() const override { return tr("Units"); }
    [[nodiscard]] QString iconName() const override { return QStringLiteral("units"); }
    [[nodiscard]] Section section() const override { return Section::Parts; }
    /// details: "left" and "right", ids of two units to compare.
    void activate(const Place& place) override;
    [[nodiscard]] QList<KeyHint> keys() const override;
    [[nodiscard]] QWidget* filterField() override;

private:
    QWidget* makeHeader();
    QWidget* makeTable();
    QWidget* makeCompare();
    void update();
    void fillChoices();
    void select();
    void compare();
    [[nodiscard]] const Json* unit(const QString& id) const;

    const Theme& m_theme;
    LiveQuery m_units;
    JsonTableModel* m_model = nullptr;
    SortedModel* m_sorted = nullptr;
    TableView* m_table = nullptr;
    StateStack* m_stack = nullptr;
    SearchField* m_search = nullptr;
    QLabel* m_count = nullptr;
    Panel* m_comparePanel = nullptr;
    QComboBox* m_left = nullptr;
    QComboBox* m_right = nullptr;
    JsonTableModel* m_members = nullptr;
    TableView* m_memberTable = nullptr;
    QString m_wantedLeft;
    QString m_wantedRight;
};

} // namespace sluice::ui
