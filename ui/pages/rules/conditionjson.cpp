// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/rules/conditionjson.h"

#include "ui/theme/variant.h"
#include "ui/widgets/iconbutton.h"
#include "ui/widgets/jsonedit.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace sluice::ui {

namespace {

/// Whether the form has fields for it (a part that stays JSON is shown as such again).
bool expressible(const Json& logic)
{
    const ConditionGroup group = readCondition(logic);
    return group.parts.empty() || group.parts.size() > 1 ||
           !std::holds_alternative<Json>(group.parts.front().content);
}

} // namespace

ConditionJson::ConditionJson(const Theme& theme, const Json& logic, QWidget* parent)
    : ConditionEditor(parent)
    , m_logic(logic)
    , m_edit(new JsonEdit(theme, QStringLiteral("json")))
    , m_form(new QPushButton(tr("Show as form")))
    , m_remove(new IconButton(theme, QStringLiteral("close"), tr("Remove this condition")))
{
    constexpr int least = 2;
    constexpr int most = 12;
    m_edit->setLines(least, most);
    m_edit->setPlaceholderText(tr("JsonLogic"));
    m_edit->setJson(logic);
    m_form->setToolTip(tr("This condition has fields"));
    setVariant(*m_form, "kind", "link");
    auto* side = new QVBoxLayout;
    side->setSpacing(theme.grid(1));
    side->addWidget(m_remove, 0, Qt::AlignRight);
    side->addStretch(1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(theme.grid(2));
    row->addWidget(m_edit, 1);
    row->addWidget(m_form);
    row->addLayout(side);
    m_form->setVisible(expressible(logic));
    connect(m_edit, &JsonEdit::edited, this, &ConditionJson::read);
    connect(m_form, &QPushButton::clicked, this, &ConditionJson::formWanted);
    connect(m_remove, &QToolButton::clicked, this, &ConditionEditor::removeWanted);
}

void ConditionJson::setPath(const QString& path)
{
    setObjectName(path);
    m_edit->setName(path + QStringLiteral(".json"));
    m_form->setObjectName(path + QStringLiteral(".form"));
    m_remove->setObjectName(path + QStringLiteral(".remove"));
}

void ConditionJson::read()
{
    if (m_edit->value()) {
        m_logic = *m_edit->value();
    }
    m_form->setVisible(m_edit->value() && expressible(m_logic));
    Q_EMIT edited(m_edit->objectName());
}

QStringList ConditionJson::problems() const
{
    return m_edit->value() ? QStringList() : QStringList(tr("this is not JSON yet"));
}

} // namespace sluice::ui
