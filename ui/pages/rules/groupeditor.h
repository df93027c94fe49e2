// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/rules/conditioneditor.h"

class QComboBox;
class QPushButton;
class QVBoxLayout;

namespace sluice::ui {

class IconButton;

/// Conditions that hold together, groups within groups. Controls: PATH.join, PATH.add,
/// PATH.addGroup, PATH.addJson, PATH.remove (not of the outermost one), PATH.N of the parts.
class GroupEditor final : public ConditionEditor
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(GroupEditor)

public:
    GroupEditor(const Theme& theme, const ConditionGroup& group, bool outermost,
                QWidget* parent = nullptr);

    [[nodiscard]] ConditionNode node() const override { return {group()}; }
    [[nodiscard]] ConditionGroup group() const;
    [[nodiscard]] QStringList problems() const override;
    void setPath(const QString& path) override;

private:
    QWidget* makeButtons();
    void add(const ConditionNode& node);
    void insert(int index, const ConditionNode& node);
    void remove(ConditionEditor* part);
    void showForm(ConditionEditor* part);
    void updateJoin();

    const Theme& m_theme;
    bool m_implied;
    bool m_bare;
    QComboBox* m_join;
    QVBoxLayout* m_rows;
    QPushButton* m_add = nullptr;
    QPushButton* m_addGroup = nullptr;
    QPushButton* m_addJson = nullptr;
    IconButton* m_remove = nullptr;
    std::vector<ConditionEditor*> m_parts;
};

} // namespace sluice::ui
