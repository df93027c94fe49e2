// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/rules/conditioneditor.h"

class QComboBox;
class QLabel;
class QLineEdit;

namespace sluice::ui {

class IconButton;
class PercentSpin;
class ValueField;

/// One comparison: attribute, operator, typed value. Controls: PATH.attribute, PATH.comparison,
/// PATH.value.…, PATH.percent, PATH.salt, PATH.remove.
class ConditionRow final : public ConditionEditor
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConditionRow)

public:
    ConditionRow(const Theme& theme, const Condition& condition, QWidget* parent = nullptr);

    [[nodiscard]] ConditionNode node() const override;
    [[nodiscard]] QStringList problems() const override;
    void setPath(const QString& path) override;

private:
    void showShape();
    void changeComparison();
    [[nodiscard]] Comparison comparison() const;

    Condition m_condition;
    QLineEdit* m_attribute;
    QComboBox* m_comparison;
    ValueField* m_value;
    PercentSpin* m_percent;
    QLabel* m_saltCaption;
    QLineEdit* m_salt;
    IconButton* m_remove;
};

} // namespace sluice::ui
