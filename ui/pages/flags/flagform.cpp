// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/flags/flagform.h"

#include "ui/models/format.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/flags/namedvalues.h"
#include "ui/pages/rules/rulebuilder.h"
#include "ui/widgets/jsonedit.h"

#include <QCheckBox>
#include <QLabel>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QVBoxLayout>

namespace sluice::ui {

FlagForm::FlagForm(const Theme& theme, QObject* parent)
    : QObject(parent)
    , m_theme(theme)
    , m_enabled(new QCheckBox(tr("Enabled")))
    , m_variants(
          new NamedValues(theme, NamedValues::Holds::Variants, QStringLiteral("flag.variants")))
    , m_rules(new RuleBuilder(theme, RuleBuilder::Subject::Flag, QStringLiteral("flag.rules")))
    , m_metadata(
          new NamedValues(theme, NamedValues::Holds::Metadata, QStringLiteral("flag.metadata")))
    , m_text(new JsonEdit(theme, QStringLiteral("flag.json")))
{
    m_form = makeForm();
    m_text->setPlaceholderText(tr("The flag's definition, as flagd takes it"));
    connect(m_enabled, &QCheckBox::toggled, this, &FlagForm::readForm);
    connect(m_variants, &NamedValues::edited, this, [this] {
        updateChoices();
        readForm();
    });
    connect(m_rules, &RuleBuilder::edited, this, &FlagForm::readForm);
    connect(m_metadata, &NamedValues::edited, this, &FlagForm::readForm);
    connect(m_text, &JsonEdit::edited, this, &FlagForm::readText);
}

QWidget* FlagForm::text() const noexcept
{
    return m_text;
}

QWidget* FlagForm::makeForm()
{
    m_enabled->setObjectName(QStringLiteral("flag.enabled"));
    m_enabled->setToolTip(tr("A disabled flag gives no value: applications use their own default"));
    auto* inner = new QWidget;
    auto* column = new QVBoxLayout(inner);
    column->setContentsMargins(m_theme.grid(3) + 2, m_theme.grid(3), m_theme.grid(3),
                               m_theme.grid(3));
    column->setSpacing(m_theme.grid(2));
    const auto section = [&](const QString& title, QWidget* widget) {
        column->addWidget(makeLabel(title, "strong"));
        column->addWidget(widget);
        column->addSpacing(m_theme.grid(3));
    };
    column->addWidget(m_enabled);
    column->addSpacing(m_theme.grid(2));
    section(tr("Variants"), m_variants);
    section(tr("Targeting"), m_rules);
    section(tr("Metadata"), m_metadata);
    column->addStretch(1);
    QScrollArea* scroll = makeScroll(inner);
    scroll->setObjectName(QStringLiteral("flag.scroll"));
    return scroll;
}

void FlagForm::setDefinition(const Json& definition)
{
    m_given = definition;
    m_definition = definition;
    load();
    m_text->setJson(definition);
}

bool FlagForm::changed() const
{
    return m_definition != m_given || !m_text->value();
}

/// The form from the definition.
void FlagForm::load()
{
    const QScopedValueRollback loading(m_loading, true);
    m_enabled->setChecked(read::text(m_definition, "state") == QLatin1String("ENABLED"));
    m_variants->setValues(read::child(m_definition, "variants"),
                          read::text(m_definition, "defaultVariant"));
    m_metadata->setValues(read::child(m_definition, "metadata"));
    updateChoices();
    m_rules->setLogic(m_definition.is_object() ? m_definition.value("targeting", Json::object())
                                               : Json::object());
}

void FlagForm::updateChoices()
{
    m_rules->setChoices({m_variants->names(), true, m_variants->defaultName()});
}

void FlagForm::put(const char* member, const Json& value, const Json& absent)
{
    const Json now = m_definition.value(member, absent);
    if (now != value) {
        m_definition[member] = value;
    }
}

void FlagForm::readForm()
{
    if (m_loading) {
        return;
    }
    if (!m_definition.is_object()) {
        m_definition = Json::object();
    }
    const QString chosen = m_variants->defaultName();
    put("state", m_enabled->isChecked() ? "ENABLED" : "DISABLED", nullptr);
    put("variants", m_variants->values(), nullptr);
    put("defaultVariant", chosen.isEmpty() ? Json() : Json(chosen.toStdString()), nullptr);
    put("targeting", m_rules->logic(), Json::object());
    put("metadata", m_metadata->values(), Json::object());
    m_text->setJson(m_definition);
    Q_EMIT edited();
}

void FlagForm::readText()
{
    if (m_text->value() && m_text->value()->is_object()) {
        m_definition = *m_text->value();
        load();
    } else if (m_text->value()) {
        m_text->showProblem(tr("a flag's definition is an object"));
    }
    Q_EMIT edited();
}

QStringList FlagForm::problems() const
{
    if (!m_text->value() || !m_text->value()->is_object()) {
        return {tr("The JSON cannot be read yet.")};
    }
    return m_variants->problems() + m_rules->problems() + m_metadata->problems();
}

void FlagForm::setReadOnly(bool readOnly)
{
    for (QWidget* part : {static_cast<QWidget*>(m_enabled), static_cast<QWidget*>(m_variants),
                          static_cast<QWidget*>(m_rules), static_cast<QWidget*>(m_metadata)}) {
        part->setEnabled(!readOnly);
    }
    m_text->setReadOnly(readOnly);
}

void FlagForm::showProblem(const QString& problem, const std::string& pointer)
{
    m_text->showProblem(problem, pointer);
}

} // namespace sluice::ui
