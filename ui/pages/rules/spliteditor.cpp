// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/rules/spliteditor.h"

#include "ui/models/format.h"
#include "ui/pages/common/labels.h"
#include "ui/theme/variant.h"
#include "ui/widgets/iconbutton.h"
#include "ui/widgets/numberlabel.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include <limits>

namespace sluice::ui {

namespace {

enum Column
{
    Variant,
    Weight,
    Percent,
    Up,
    Remove,
    Stretch
};

} // namespace

SplitEditor::SplitEditor(const Theme& theme, const QStringList& variants, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_variants(variants)
    , m_grid(new QGridLayout)
    , m_add(new QPushButton(tr("Add variant")))
{
    for (const QString& name : variants) {
        m_split.parts.push_back({name.toStdString(), 1, false});
    }
    setVariant(*m_add, "kind", "link");
    m_grid->setHorizontalSpacing(theme.grid(2));
    m_grid->setVerticalSpacing(theme.grid(1));
    m_grid->setColumnStretch(Stretch, 1);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_add);
    foot->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(theme.grid(2));
    column->addWidget(makeKeyRow());
    column->addLayout(m_grid);
    column->addLayout(foot);
    column->addWidget(makeParagraph(
        tr("People enter in this order: while the first weight grows, nobody leaves the first "
           "variant. Put the one you roll out first.")
            .toHtmlEscaped(),
        "secondary"));
    connect(m_add, &QPushButton::clicked, this, [this] {
        m_split.parts.push_back(
            {m_variants.isEmpty() ? std::string() : m_variants.constFirst().toStdString(), 0,
             false});
        build();
        Q_EMIT edited({});
    });
    build();
}

QWidget* SplitEditor::makeKeyRow()
{
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(2));
    m_key = new QComboBox;
    m_key->setAccessibleName(tr("What decides who gets which"));
    m_key->addItem(tr("flag and targetingKey"), static_cast<int>(Split::Key::Targeting));
    m_key->addItem(tr("flag and the attribute"), static_cast<int>(Split::Key::FlagAndAttribute));
    m_key->addItem(tr("the attribute alone"), static_cast<int>(Split::Key::Attribute));
    m_attribute = new QLineEdit;
    m_attribute->setPlaceholderText(tr("attribute"));
    m_attribute->setAccessibleName(tr("Attribute"));
    row->addWidget(makeLabel(tr("by"), "", "secondary"));
    row->addWidget(m_key);
    row->addWidget(m_attribute);
    row->addStretch(1);
    connect(m_key, &QComboBox::activated, this, &SplitEditor::changeKey);
    connect(m_attribute, &QLineEdit::textEdited, this, [this](const QString& text) {
        m_split.attribute = text.trimmed().toStdString();
        Q_EMIT edited(m_attribute->objectName());
    });
    return line;
}

void SplitEditor::changeKey()
{
    m_split.key = static_cast<Split::Key>(m_key->currentData().toInt());
    m_attribute->setVisible(m_split.key != Split::Key::Targeting);
    Q_EMIT edited({});
}

void SplitEditor::setSplit(const Split& split)
{
    m_split = split;
    build();
}

void SplitEditor::build()
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // its own button may have asked for this
        delete item;
    }
    m_key->setCurrentIndex(m_key->findData(static_cast<int>(m_split.key)));
    m_attribute->setText(QString::fromStdString(m_split.attribute));
    m_attribute->setVisible(m_split.key != Split::Key::Targeting);
    for (std::size_t i = 0; i < m_split.parts.size(); ++i) {
        addRow(static_cast<int>(i));
    }
    showPercents();
    setPath(m_path);
}

void SplitEditor::addRow(int index)
{
    const auto at = static_cast<std::size_t>(index);
    const QString own = QString::fromStdString(m_split.parts[at].variant);
    auto* variant = new QComboBox;
    variant->addItems(m_variants);
    if (!m_variants.contains(own)) {
        variant->addItem(own);
    }
    variant->setCurrentText(own);
    variant->setAccessibleName(tr("Variant"));
    auto* weight = new QSpinBox;
    weight->setRange(0, std::numeric_limits<int>::max());
    weight->setValue(static_cast<int>(
        std::min<std::int64_t>(m_split.parts[at].weight, std::numeric_limits<int>::max())));
    weight->setAccessibleName(tr("Weight"));
    weight->setGroupSeparatorShown(true);
    weight->setMinimumWidth(m_theme.grid(30));
    auto* percent = new NumberLabel(m_theme);
    percent->setMinimumWidth(m_theme.grid(16));
    auto* up = new IconButton(m_theme, QStringLiteral("chevron-up"), tr("Enter earlier"));
    up->setEnabled(index > 0);
    auto* remove = new IconButton(m_theme, QStringLiteral("close"), tr("Remove this variant"));
    m_grid->addWidget(variant, index, Variant);
    m_grid->addWidget(weight, index, Weight);
    m_grid->addWidget(percent, index, Percent);
    m_grid->addWidget(up, index, Up);
    m_grid->addWidget(remove, index, Remove);
    connect(variant, &QComboBox::textActivated, this, [this, at](const QString& text) {
        m_split.parts[at].variant = text.toStdString();
        Q_EMIT edited({});
    });
    connect(weight, &QSpinBox::valueChanged, this, [this, at, weight](int value) {
        m_split.parts[at].weight = value;
        showPercents();
        Q_EMIT edited(weight->objectName());
    });
    connect(up, &QToolButton::clicked, this, [this, at] {
        std::swap(m_split.parts[at], m_split.parts[at - 1]);
        build();
        Q_EMIT edited({});
    });
    connect(remove, &QToolButton::clicked, this, [this, at] {
        m_split.parts.erase(m_split.parts.begin() + static_cast<std::ptrdiff_t>(at));
        build();
        Q_EMIT edited({});
    });
}

void SplitEditor::showPercents()
{
    const auto total = static_cast<double>(m_split.total());
    for (std::size_t i = 0; i < m_split.parts.size(); ++i) {
        auto* item = m_grid->itemAtPosition(static_cast<int>(i), Percent);
        if (item != nullptr) {
            static_cast<NumberLabel*>(item->widget())
                ->setText(total > 0 ? format::percent(static_cast<double>(m_split.parts[i].weight) *
                                                      100 / total)
                                    : format::dash());
        }
    }
}

void SplitEditor::setPath(const QString& path)
{
    m_path = path;
    setObjectName(path);
    m_key->setObjectName(path + QStringLiteral(".key"));
    m_attribute->setObjectName(path + QStringLiteral(".attribute"));
    m_add->setObjectName(path + QStringLiteral(".add"));
    static constexpr std::pair<Column, const char*> kNames[] = {{Variant, ".variant"},
                                                                {Weight, ".weight"},
                                                                {Percent, ".share"},
                                                                {Up, ".up"},
                                                                {Remove, ".remove"}};
    for (int row = 0; row < static_cast<int>(m_split.parts.size()); ++row) {
        for (const auto& [column, name] : kNames) {
            if (auto* item = m_grid->itemAtPosition(row, column)) {
                item->widget()->setObjectName(path + QLatin1Char('.') + QString::number(row) +
                                              QLatin1String(name));
            }
        }
    }
}

} // namespace sluice::ui
