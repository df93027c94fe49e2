// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/rules/groupeditor.h"

#include "ui/pages/common/labels.h"
#include "ui/pages/rules/conditionjson.h"
#include "ui/pages/rules/conditionrow.h"
#include "ui/theme/variant.h"
#include "ui/widgets/iconbutton.h"

#include <QComboBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace sluice::ui {

ConditionEditor* makeConditionEditor(const Theme& theme, const ConditionNode& node)
{
    if (const auto* condition = std::get_if<Condition>(&node.content)) {
        return new ConditionRow(theme, *condition);
    }
    if (const auto* group = std::get_if<ConditionGroup>(&node.content)) {
        return new GroupEditor(theme, *group, false);
    }
    return new ConditionJson(theme, std::get<Json>(node.content));
}

GroupEditor::GroupEditor(const Theme& theme, const ConditionGroup& group, bool outermost,
                         QWidget* parent)
    : ConditionEditor(parent)
    , m_theme(theme)
    , m_implied(group.implied)
    , m_bare(group.bare)
    , m_join(new QComboBox)
    , m_rows(new QVBoxLayout)
{
    m_join->addItem(tr("all of these hold"), static_cast<int>(ConditionGroup::Join::All));
    m_join->addItem(tr("any of these holds"), static_cast<int>(ConditionGroup::Join::Any));
    m_join->addItem(tr("none of these holds"), static_cast<int>(ConditionGroup::Join::None));
    m_join->setCurrentIndex(m_join->findData(static_cast<int>(group.join)));
    m_join->setAccessibleName(tr("How the conditions hold together"));
    m_rows->setSpacing(theme.grid(2));
    auto* body = new QVBoxLayout;
    body->setSpacing(theme.grid(2));
    body->addLayout(m_rows);
    body->addWidget(makeButtons());
    auto* head = new QHBoxLayout;
    head->setSpacing(theme.grid(2));
    head->addWidget(m_join);
    head->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(theme.grid(2));
    column->addLayout(head);
    if (outermost) {
        column->addLayout(body);
    } else {
        // A line at the left holds the nested ones together.
        auto* line = new QFrame;
        setVariant(*line, "surface", "vline");
        auto* nested = new QHBoxLayout;
        nested->setContentsMargins(theme.grid(2), 0, 0, 0);
        nested->setSpacing(theme.grid(3));
        nested->addWidget(line);
        nested->addLayout(body, 1);
        column->addLayout(nested);
        m_remove = new IconButton(theme, QStringLiteral("close"), tr("Remove this group"));
        head->addWidget(m_remove);
        connect(m_remove, &QToolButton::clicked, this, &ConditionEditor::removeWanted);
    }
    for (const ConditionNode& part : group.parts) {
        insert(static_cast<int>(m_parts.size()), part);
    }
    updateJoin();
    connect(m_join, &QComboBox::activated, this, [this] { Q_EMIT edited({}); });
}

QWidget* GroupEditor::makeButtons()
{
    auto* buttons = new QWidget;
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(3));
    const auto button = [&](const QString& text, const QString& does) {
        auto* made = new QPushButton(text);
        made->setToolTip(does);
        setVariant(*made, "kind", "link");
        row->addWidget(made);
        return made;
    };
    m_add = button(tr("Add condition"), tr("Compare one more attribute"));
    m_addGroup = button(tr("Add group"), tr("Conditions of their own all, any or none"));
    m_addJson = button(tr("Add JSON"), tr("A condition that has no fields here, as JsonLogic"));
    row->addStretch(1);
    connect(m_add, &QPushButton::clicked, this, [this] { add({Condition{}}); });
    connect(m_addGroup, &QPushButton::clicked, this, [this] {
        ConditionGroup group;
        group.join = ConditionGroup::Join::Any;
        group.parts.push_back({Condition{}});
        add({std::move(group)});
    });
    connect(m_addJson, &QPushButton::clicked, this,
            [this] { add({Json{{"==", Json::array({1, 1})}}}); });
    return buttons;
}

void GroupEditor::add(const ConditionNode& node)
{
    insert(static_cast<int>(m_parts.size()), node);
    setPath(objectName());
    updateJoin();
    Q_EMIT edited({});
    QWidget* first = m_parts.back();
    while (first != nullptr && first->focusPolicy() == Qt::NoFocus) {
        first = first->nextInFocusChain();
    }
    if (first != nullptr) {
        first->setFocus(Qt::OtherFocusReason);
    }
}

void GroupEditor::insert(int index, const ConditionNode& node)
{
    ConditionEditor* part = makeConditionEditor(m_theme, node);
    m_rows->insertWidget(index, part);
    m_parts.insert(m_parts.begin() + index, part);
    connect(part, &ConditionEditor::edited, this, &ConditionEditor::edited);
    connect(part, &ConditionEditor::removeWanted, this, [this, part] { remove(part); });
    if (auto* json = qobject_cast<ConditionJson*>(part)) {
        connect(json, &ConditionJson::formWanted, this, [this, part] { showForm(part); });
    }
}

void GroupEditor::remove(ConditionEditor* part)
{
    std::erase(m_parts, part);
    part->hide();
    part->deleteLater();
    setPath(objectName());
    updateJoin();
    m_add->setFocus(Qt::OtherFocusReason);
    Q_EMIT edited({});
}

void GroupEditor::showForm(ConditionEditor* part)
{
    const auto at = std::find(m_parts.begin(), m_parts.end(), part) - m_parts.begin();
    const ConditionGroup read = readCondition(std::get<Json>(part->node().content));
    m_parts.erase(m_parts.begin() + at);
    part->hide();
    part->deleteLater();
    insert(static_cast<int>(at),
           read.implied && read.parts.size() == 1 ? read.parts.front() : ConditionNode{read});
    setPath(objectName());
    Q_EMIT edited({});
}

void GroupEditor::updateJoin()
{
    m_join->setVisible(!m_parts.empty());
}

ConditionGroup GroupEditor::group() const
{
    ConditionGroup group;
    group.join = static_cast<ConditionGroup::Join>(m_join->currentData().toInt());
    group.implied = m_implied;
    group.bare = m_bare;
    for (const ConditionEditor* part : m_parts) {
        group.parts.push_back(part->node());
    }
    return group;
}

QStringList GroupEditor::problems() const
{
    QStringList problems;
    for (const ConditionEditor* part : m_parts) {
        problems << part->problems();
    }
    return problems;
}

void GroupEditor::setPath(const QString& path)
{
    setObjectName(path);
    m_join->setObjectName(path + QStringLiteral(".join"));
    m_add->setObjectName(path + QStringLiteral(".add"));
    m_addGroup->setObjectName(path + QStringLiteral(".addGroup"));
    m_addJson->setObjectName(path + QStringLiteral(".addJson"));
    if (m_remove != nullptr) {
        m_remove->setObjectName(path + QStringLiteral(".remove"));
    }
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        m_parts[i]->setPath(path + QLatin1Char('.') + QString::number(i));
    }
}

} // namespace sluice::ui
