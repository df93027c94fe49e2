// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/flags/namedvalues.h"

#include "ui/theme/variant.h"
#include "ui/widgets/iconbutton.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>

#include <algorithm>
#include <set>

namespace sluice::ui {

namespace {

Json emptyValue(const Json& like)
{
    if (like.is_boolean()) {
        return false;
    }
    if (like.is_number()) {
        return 0;
    }
    return like.is_object() ? Json::object() : Json("");
}

} // namespace

NamedValues::NamedValues(const Theme& theme, Holds holds, const QString& path, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_holds(holds)
    , m_path(path)
    , m_list(new QVBoxLayout)
    , m_defaults(new QButtonGroup(this))
    , m_none(new QRadioButton(tr("no default: applications use their own")))
    , m_add(new QPushButton(holds == Holds::Variants ? tr("Add variant") : tr("Add entry")))
{
    setObjectName(path);
    m_add->setObjectName(path + QStringLiteral(".add"));
    setVariant(*m_add, "kind", "link");
    m_none->setObjectName(path + QStringLiteral(".none"));
    if (holds != Holds::Variants) {
        m_none->hide();
    }
    m_defaults->addButton(m_none);
    m_list->setSpacing(theme.grid(1));
    auto* foot = new QHBoxLayout;
    foot->setSpacing(theme.grid(4));
    foot->addWidget(m_add);
    foot->addWidget(m_none);
    foot->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(theme.grid(2));
    column->addLayout(m_list);
    column->addLayout(foot);
    connect(m_add, &QPushButton::clicked, this, &NamedValues::add);
    connect(m_defaults, &QButtonGroup::buttonClicked, this, &NamedValues::edited);
}

void NamedValues::setValues(const Json& values, const QString& defaultName)
{
    clear();
    m_none->setChecked(true);
    for (const auto& [name, value] : values.items()) {
        m_rows.push_back(makeRow(QString::fromStdString(name), value));
        if (!defaultName.isEmpty() && QString::fromStdString(name) == defaultName) {
            m_rows.back().isDefault->setChecked(true);
        }
    }
    nameRows();
}

void NamedValues::clear()
{
    for (const Row& row : m_rows) {
        m_defaults->removeButton(row.isDefault);
        row.host->hide();
        row.host->deleteLater();
        for (QWidget* control : row.host->findChildren<QWidget*>()) {
            control->setObjectName({}); // nobody finds what is about to go
        }
    }
    m_rows.clear();
}

NamedValues::Row NamedValues::makeRow(const QString& name, const Json& value)
{
    Row row{new QWidget, new QRadioButton, new QLineEdit(name), new ValueField(m_theme)};
    auto* remove = new IconButton(m_theme, QStringLiteral("close"), tr("Remove"));
    row.isDefault->setText(tr("default"));
    row.isDefault->setToolTip(tr("Who matches no rule gets this variant"));
    if (m_holds != Holds::Variants) {
        row.isDefault->hide();
    }
    m_defaults->addButton(row.isDefault);
    row.name->setPlaceholderText(tr("name"));
    row.name->setAccessibleName(tr("Name"));
    std::vector<ValueKind> kinds{ValueKind::Boolean, ValueKind::Text, ValueKind::Number};
    if (m_holds == Holds::Variants) {
        kinds.push_back(ValueKind::Structure);
    }
    row.value->setKinds(kinds);
    row.value->setValue(value);
    auto* line = new QHBoxLayout(row.host);
    line->setContentsMargins({});
    line->setSpacing(m_theme.grid(2));
    line->addWidget(row.name, 3);
    line->addWidget(row.value, 7);
    line->addWidget(row.isDefault);
    line->addWidget(remove);
    m_list->addWidget(row.host);
    connect(row.name, &QLineEdit::textEdited, this, &NamedValues::edited);
    connect(row.value, &ValueField::edited, this, &NamedValues::edited);
    connect(remove, &QToolButton::clicked, this, [this, host = row.host] { removeRow(host); });
    return row;
}

void NamedValues::add()
{
    const Json like = m_rows.empty() ? Json("") : m_rows.back().value->value();
    m_rows.push_back(makeRow({}, emptyValue(like)));
    nameRows();
    m_rows.back().name->setFocus(Qt::OtherFocusReason);
    Q_EMIT edited();
}

void NamedValues::removeRow(QWidget* host)
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const Row& row) { return row.host == host; });
    if (found->isDefault->isChecked()) {
        m_none->setChecked(true);
    }
    m_defaults->removeButton(found->isDefault);
    m_rows.erase(found);
    host->hide();
    host->deleteLater();
    for (QWidget* control : host->findChildren<QWidget*>()) {
        control->setObjectName({});
    }
    nameRows();
    m_add->setFocus(Qt::OtherFocusReason);
    Q_EMIT edited();
}

void NamedValues::nameRows()
{
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const QString path = m_path + QLatin1Char('.') + QString::number(i);
        m_rows[i].name->setObjectName(path + QStringLiteral(".name"));
        m_rows[i].value->setName(path + QStringLiteral(".value"));
        m_rows[i].isDefault->setObjectName(path + QStringLiteral(".default"));
        m_rows[i].host->findChild<IconButton*>()->setObjectName(path + QStringLiteral(".remove"));
    }
}

Json NamedValues::values() const
{
    Json values = Json::object();
    for (const Row& row : m_rows) {
        values[row.name->text().trimmed().toStdString()] = row.value->value();
    }
    return values;
}

QStringList NamedValues::names() const
{
    QStringList names;
    for (const Row& row : m_rows) {
        names << row.name->text().trimmed();
    }
    return names;
}

QString NamedValues::defaultName() const
{
    for (const Row& row : m_rows) {
        if (row.isDefault->isChecked()) {
            return row.name->text().trimmed();
        }
    }
    return {};
}

QStringList NamedValues::problems() const
{
    const QString what = m_holds == Holds::Variants ? tr("Variant") : tr("Metadata");
    QStringList problems;
    std::set<QString> seen;
    std::set<ValueKind> kinds;
    for (const Row& row : m_rows) {
        const QString name = row.name->text().trimmed();
        if (name.isEmpty()) {
            problems << tr("%1 without a name.").arg(what);
        } else if (!seen.insert(name).second) {
            problems << tr("%1 %2 stands there twice.").arg(what, name);
        }
        if (!row.value->problem().isEmpty()) {
            problems << tr("%1 %2: %3.").arg(what, name, row.value->problem());
        }
        kinds.insert(valuetext::kindOf(row.value->value()));
    }
    if (m_holds == Holds::Variants) {
        if (m_rows.empty()) {
            problems << tr("A flag needs at least one variant.");
        } else if (kinds.size() > 1) {
            problems << tr("All variants must be of one type.");
        }
    }
    return problems;
}

} // namespace sluice::ui
