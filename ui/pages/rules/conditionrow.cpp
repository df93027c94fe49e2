// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/rules/conditionrow.h"

#include "ui/pages/common/labels.h"
#include "ui/widgets/iconbutton.h"
#include "ui/widgets/percentspin.h"
#include "ui/widgets/valuefield.h"

#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>

namespace sluice::ui {

namespace {

/// What every request has a name for (contracts.md, Gateway).
QStringList knownAttributes()
{
    return {QStringLiteral("user_id"), QStringLiteral("org_id"), QStringLiteral("session_id"),
            QStringLiteral("targetingKey"), QStringLiteral("$flagd.timestamp")};
}

} // namespace

ConditionRow::ConditionRow(const Theme& theme, const Condition& condition, QWidget* parent)
    : ConditionEditor(parent)
    , m_condition(condition)
    , m_attribute(new QLineEdit(QString::fromStdString(condition.attribute)))
    , m_comparison(new QComboBox)
    , m_value(new ValueField(theme))
    , m_percent(new PercentSpin)
    , m_saltCaption(makeLabel(tr("salt"), "small"))
    , m_salt(new QLineEdit(QString::fromStdString(condition.salt)))
    , m_remove(new IconButton(theme, QStringLiteral("close"), tr("Remove this condition")))
{
    m_attribute->setPlaceholderText(tr("attribute"));
    m_attribute->setAccessibleName(tr("Attribute"));
    auto* completer = new QCompleter(knownAttributes(), m_attribute);
    completer->setFilterMode(Qt::MatchContains);
    m_attribute->setCompleter(completer);
    m_comparison->setAccessibleName(tr("Comparison"));
    for (const Comparison one : comparisons()) {
        m_comparison->addItem(comparisonText(one), static_cast<int>(one));
    }
    m_comparison->setCurrentIndex(m_comparison->findData(static_cast<int>(condition.comparison)));
    m_comparison->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    constexpr int letters = 14;
    m_comparison->setMinimumContentsLength(letters); // the row shares its width, not the words
    m_percent->setAccessibleName(tr("Share in per cent"));
    m_salt->setAccessibleName(tr("Salt"));
    m_salt->setPlaceholderText(tr("none"));
    m_salt->setToolTip(tr("Hashed with the attribute: another salt chooses other people"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(theme.grid(2));
    row->addWidget(m_attribute, 3);
    row->addWidget(m_comparison, 3);
    row->addWidget(m_value, 6);
    row->addWidget(m_percent);
    row->addWidget(m_saltCaption);
    row->addWidget(m_salt, 3);
    row->addWidget(m_remove);
    showShape();
    const auto typed = [this](QWidget* control) { Q_EMIT edited(control->objectName()); };
    connect(m_attribute, &QLineEdit::textChanged, this, [this, typed] { typed(m_attribute); });
    connect(m_salt, &QLineEdit::textEdited, this, [this, typed] { typed(m_salt); });
    connect(m_value, &ValueField::edited, this, [this, typed] { typed(m_value); });
    connect(m_percent, &QDoubleSpinBox::valueChanged, this, [this, typed] { typed(m_percent); });
    connect(m_comparison, &QComboBox::activated, this, &ConditionRow::changeComparison);
    connect(m_remove, &QToolButton::clicked, this, &ConditionEditor::removeWanted);
}

void ConditionRow::setPath(const QString& path)
{
    setObjectName(path);
    m_attribute->setObjectName(path + QStringLiteral(".attribute"));
    m_comparison->setObjectName(path + QStringLiteral(".comparison"));
    m_value->setName(path + QStringLiteral(".value"));
    m_percent->setObjectName(path + QStringLiteral(".percent"));
    m_salt->setObjectName(path + QStringLiteral(".salt"));
    m_remove->setObjectName(path + QStringLiteral(".remove"));
}

Comparison ConditionRow::comparison() const
{
    return static_cast<Comparison>(m_comparison->currentData().toInt());
}

void ConditionRow::changeComparison()
{
    m_condition.value = valueForShape(m_condition.value, shapeOf(comparison()));
    showShape();
    Q_EMIT edited({});
}

void ConditionRow::showShape()
{
    const ValueShape shape = shapeOf(comparison());
    const bool share = shape == ValueShape::Percent;
    m_value->setVisible(!share && shape != ValueShape::None);
    for (QWidget* control : {static_cast<QWidget*>(m_percent), static_cast<QWidget*>(m_saltCaption),
                             static_cast<QWidget*>(m_salt)}) {
        control->setVisible(share);
    }
    const QSignalBlocker percentBlocker(m_percent);
    if (share) {
        m_percent->setValue(m_condition.value.get<double>());
        return;
    }
    m_value->setList(shape == ValueShape::List);
    switch (shape) {
    case ValueShape::Scalar:
        m_value->setKinds({ValueKind::Text, ValueKind::Number, ValueKind::Boolean});
        break;
    case ValueShape::List:
        m_value->setKinds({ValueKind::Text, ValueKind::Number, ValueKind::Structure});
        break;
    default:
        m_value->setKinds({shape == ValueShape::Number ? ValueKind::Number : ValueKind::Text});
        break;
    }
    m_value->setPlaceholderText(shape == ValueShape::List      ? tr("values, separated by commas")
                                : shape == ValueShape::Version ? tr("1.4.0")
                                                               : tr("value"));
    m_value->setValue(m_condition.value);
}

ConditionNode ConditionRow::node() const
{
    Condition condition = m_condition;
    condition.attribute = m_attribute->text().trimmed().toStdString();
    condition.comparison = comparison();
    condition.salt = m_salt->text().toStdString();
    switch (shapeOf(condition.comparison)) {
    case ValueShape::None:
        condition.value = nullptr;
        break;
    case ValueShape::Percent:
        // The widget shows two decimals: a finer share is kept until somebody moves it.
        if (std::abs(condition.value.get<double>() - m_percent->value()) > 0.005) {
            condition.value = m_percent->value();
        }
        break;
    default:
        condition.value = m_value->value();
        break;
    }
    return {std::move(condition)};
}

QStringList ConditionRow::problems() const
{
    const ValueShape shape = shapeOf(comparison());
    return shape == ValueShape::None || shape == ValueShape::Percent || m_value->problem().isEmpty()
               ? QStringList()
               : QStringList(m_value->problem());
}

} // namespace sluice::ui
