// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/valuefield.h"

#include "ui/theme/variant.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>

#include <cmath>

namespace sluice::ui {

namespace {

QString dump(const Json& value)
{
    return QString::fromStdString(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// A list's items as typed, outer spaces dropped; quoted ones with their quotes.
Result<QStringList> itemsOf(const QString& text)
{
    QStringList items;
    QString item;
    bool quoted = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (quoted && c == QLatin1Char('\\') && i + 1 < text.size()) {
            item += c;
            item += text[++i];
            continue;
        }
        if (c == QLatin1Char('"')) {
            quoted = !quoted;
        }
        if (c == QLatin1Char(',') && !quoted) {
            items << item.trimmed();
            item.clear();
        } else {
            item += c;
        }
    }
    if (quoted) {
        return fail(ErrorCode::InvalidArgument,
                    ValueField::tr("a quote is not closed").toStdString());
    }
    if (!item.trimmed().isEmpty()) { // a comma at the end is being typed
        items << item.trimmed();
    }
    return items;
}

Result<Json> readItem(const QString& text, ValueKind kind)
{
    if (kind == ValueKind::Text && !(text.startsWith(QLatin1Char('"')) && text.size() > 1)) {
        return Json(text.toStdString());
    }
    auto parsed = parseJson(text.toStdString());
    if (kind == ValueKind::Number && (!parsed || !parsed->is_number())) {
        return fail(ErrorCode::InvalidArgument,
                    ValueField::tr("%1 is not a number").arg(text).toStdString());
    }
    return parsed;
}

QString writeItem(const Json& value)
{
    const QString text =
        value.is_string() ? QString::fromStdString(value.get<std::string>()) : dump(value);
    const bool plain = !text.isEmpty() && text == text.trimmed() &&
                       !text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) &&
                       !text.contains(QLatin1Char('\\')) && !text.contains(QLatin1Char('\n'));
    return value.is_string() && !plain ? dump(value) : text;
}

QString kindText(ValueKind kind)
{
    switch (kind) {
    case ValueKind::Text:
        return ValueField::tr("text");
    case ValueKind::Number:
        return ValueField::tr("number");
    case ValueKind::Boolean:
        return ValueField::tr("true or false");
    case ValueKind::Structure:
        return ValueField::tr("JSON");
    }
    return {};
}

} // namespace

namespace valuetext {

ValueKind kindOf(const Json& value)
{
    if (value.is_array() && !value.empty()) {
        const ValueKind first = kindOf(value[0]);
        const bool same = std::all_of(value.begin(), value.end(),
                                      [&](const Json& one) { return kindOf(one) == first; });
        return same && first != ValueKind::Boolean ? first : ValueKind::Structure;
    }
    if (value.is_number()) {
        return ValueKind::Number;
    }
    if (value.is_boolean()) {
        return ValueKind::Boolean;
    }
    return value.is_object() ? ValueKind::Structure : ValueKind::Text;
}

QString write(const Json& value, ValueKind kind, bool list)
{
    if (kind == ValueKind::Structure) {
        return dump(value);
    }
    if (list) {
        QStringList items;
        for (const Json& one : value.is_array() ? value : Json::array()) {
            items << writeItem(one);
        }
        return items.join(QStringLiteral(", "));
    }
    if (value.is_null()) {
        return {};
    }
    return value.is_string() ? QString::fromStdString(value.get<std::string>()) : dump(value);
}

Result<Json> read(const QString& text, ValueKind kind, bool list)
{
    if (kind == ValueKind::Structure) {
        auto value = parseJson(text.toStdString());
        return !value || !list || value->is_array()
                   ? value
                   : Result<Json>(fail(ErrorCode::InvalidArgument,
                                       ValueField::tr("a list stands in brackets").toStdString()));
    }
    if (!list) {
        return kind == ValueKind::Text ? Result<Json>(Json(text.toStdString()))
                                       : readItem(text.trimmed(), kind);
    }
    auto items = itemsOf(text);
    if (!items) {
        return std::move(items).error();
    }
    Json values = Json::array();
    for (const QString& item : *items) {
        auto value = readItem(item, kind);
        if (!value) {
            return value;
        }
        values.push_back(std::move(*value));
    }
    return values;
}

} // namespace valuetext

ValueField::ValueField(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_kind(new QComboBox)
    , m_text(new QLineEdit)
    , m_truth(new QComboBox)
{
    m_kind->setAccessibleName(tr("Type of the value"));
    m_text->setAccessibleName(tr("Value"));
    m_truth->setAccessibleName(tr("Value"));
    m_truth->addItem(QStringLiteral("true"), true);
    m_truth->addItem(QStringLiteral("false"), false);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(theme.grid(1));
    row->addWidget(m_kind);
    row->addWidget(m_text, 1);
    row->addWidget(m_truth, 1);
    setFocusProxy(m_text);
    setKinds({ValueKind::Text, ValueKind::Number, ValueKind::Boolean});
    connect(m_kind, &QComboBox::activated, this, &ValueField::changeKind);
    connect(m_text, &QLineEdit::textEdited, this, &ValueField::readText);
    connect(m_truth, &QComboBox::activated, this, [this] {
        m_value = m_truth->currentData().toBool();
        Q_EMIT edited();
    });
}

void ValueField::setName(const QString& name)
{
    setObjectName(name);
    m_kind->setObjectName(name + QStringLiteral(".kind"));
    m_text->setObjectName(name + QStringLiteral(".text"));
    m_truth->setObjectName(name + QStringLiteral(".truth"));
}

void ValueField::setKinds(const std::vector<ValueKind>& kinds)
{
    m_kind->clear();
    for (const ValueKind kind : kinds) {
        m_kind->addItem(kindText(kind), static_cast<int>(kind));
    }
    m_kind->setVisible(kinds.size() > 1);
    showKind();
}

void ValueField::setList(bool list)
{
    m_list = list;
}

ValueKind ValueField::kind() const
{
    return static_cast<ValueKind>(m_kind->currentData().toInt());
}

void ValueField::setValue(const Json& value)
{
    m_value = value;
    m_problem.clear();
    const int index = m_kind->findData(static_cast<int>(valuetext::kindOf(value)));
    if (index >= 0 && !value.is_null()) {
        m_kind->setCurrentIndex(index);
    }
    const QSignalBlocker blocker(m_text);
    m_text->setText(valuetext::write(value, kind(), m_list));
    m_text->setCursorPosition(0);
    m_truth->setCurrentIndex(value == Json(false) ? 1 : 0);
    showKind();
    setVariant(*m_text, "invalid", "false");
}

void ValueField::showKind()
{
    const bool truth = kind() == ValueKind::Boolean && !m_list;
    m_truth->setVisible(truth);
    m_text->setVisible(!truth);
    setFocusProxy(truth ? static_cast<QWidget*>(m_truth) : m_text);
}

/// What was typed is read as the new type where that is possible.
void ValueField::changeKind()
{
    showKind();
    if (kind() == ValueKind::Boolean && !m_list) {
        m_value = m_truth->currentData().toBool();
        m_problem.clear();
        Q_EMIT edited();
        return;
    }
    if (kind() == ValueKind::Structure) {
        m_text->setText(dump(m_value));
    }
    readText();
}

void ValueField::readText()
{
    auto value = valuetext::read(m_text->text(), kind(), m_list);
    m_problem = value ? QString() : QString::fromStdString(value.error().message);
    if (value) {
        m_value = std::move(*value);
    }
    setVariant(*m_text, "invalid", m_problem.isEmpty() ? "false" : "true");
    m_text->setToolTip(m_problem);
    Q_EMIT edited();
}

void ValueField::setPlaceholderText(const QString& text)
{
    m_text->setPlaceholderText(text);
}

} // namespace sluice::ui
