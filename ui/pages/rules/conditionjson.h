// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/rules/conditioneditor.h"

class QPushButton;

namespace sluice::ui {

class IconButton;
class JsonEdit;

/// JsonLogic that the form has no fields for, as text. Controls: PATH.json.text, PATH.form,
/// PATH.remove.
class ConditionJson final : public ConditionEditor
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConditionJson)

public:
    ConditionJson(const Theme& theme, const Json& logic, QWidget* parent = nullptr);

    /// The last text that was JSON; one that the form can express is still JSON here.
    [[nodiscard]] ConditionNode node() const override { return {m_logic}; }
    [[nodiscard]] QStringList problems() const override;
    void setPath(const QString& path) override;

Q_SIGNALS:
    /// What is typed has fields by now, and a person wants them.
    void formWanted();

private:
    void read();

    Json m_logic;
    JsonEdit* m_edit;
    QPushButton* m_form;
    IconButton* m_remove;
};

} // namespace sluice::ui
