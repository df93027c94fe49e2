// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QObject>

class QCheckBox;
class QWidget;

namespace sluice::ui {

class JsonEdit;
class NamedValues;
class RuleBuilder;

/// One flag's definition, as a form and as JSON, both of the same: what is changed in one is seen
/// in the other, and members that the form does not know stay. The owner lays out both widgets.
/// Controls: flag.enabled,
/// flag.variants.…, flag.rules.…, flag.metadata.…, flag.json.text.
class FlagForm final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlagForm)

public:
    FlagForm(const Theme& theme, QObject* parent);

    /// Shows a definition and forgets what was edited.
    void setDefinition(const Json& definition);
    /// What form or text say now.
    [[nodiscard]] const Json& definition() const noexcept { return m_definition; }
    /// Whether it differs from what setDefinition() gave.
    [[nodiscard]] bool changed() const;
    [[nodiscard]] QStringList problems() const;
    void setReadOnly(bool readOnly);
    /// A fault that the engine found, below the definition.
    void showProblem(const QString& problem, const std::string& pointer);

    [[nodiscard]] QWidget* form() const noexcept { return m_form; }
    [[nodiscard]] QWidget* text() const noexcept;

Q_SIGNALS:
    void edited();

private:
    QWidget* makeForm();
    void load();
    void readForm();
    void readText();
    void updateChoices();
    /// Puts `value` into the definition, if it says something else.
    void put(const char* member, const Json& value, const Json& absent);

    const Theme& m_theme;
    Json m_given;
    Json m_definition;
    QWidget* m_form;
    QCheckBox* m_enabled;
    NamedValues* m_variants;
    RuleBuilder* m_rules;
    NamedValues* m_metadata;
    JsonEdit* m_text;
    bool m_loading = false;
};

} // namespace sluice::ui
