// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/jsonedit.h"

#include "ui/theme/variant.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QTextBlock>
#include <QVBoxLayout>

#include <algorithm>

namespace sluice::ui {

JsonEdit::JsonEdit(const Theme& theme, const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_edit(new QPlainTextEdit)
    , m_problem(new QLabel)
{
    setVariant(*m_edit, "mono", "true");
    m_edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_edit->setTabChangesFocus(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    setVariant(*m_problem, "tone", "harm");
    m_problem->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(theme.grid(1));
    column->addWidget(m_edit, 1);
    column->addWidget(m_problem);
    setFocusProxy(m_edit);
    setName(name);
    constexpr int lines = 6;
    setLines(lines);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        check();
        Q_EMIT edited();
    });
    connect(&theme, &Theme::changed, this, [this] { mark(m_marked); });
}

void JsonEdit::setName(const QString& name)
{
    setObjectName(name);
    m_edit->setObjectName(name + QStringLiteral(".text"));
    m_problem->setObjectName(name + QStringLiteral(".problem"));
}

void JsonEdit::setLines(int least, int most)
{
    m_least = least;
    m_most = most;
    fit();
}

void JsonEdit::fit()
{
    const int line = QFontMetrics(m_theme.font(TextStyle::Mono)).lineSpacing();
    const int frame = m_theme.grid(6);
    m_edit->setMinimumHeight(line * m_least + frame);
    if (m_most > 0) {
        m_edit->setFixedHeight(
            line * std::clamp(m_edit->document()->blockCount(), m_least, m_most) + frame);
    }
}

void JsonEdit::setJson(const Json& value)
{
    if (m_value && m_value->dump() == value.dump() && !empty()) {
        return;
    }
    setText(jsontext::pretty(value));
}

void JsonEdit::setText(const QString& text)
{
    if (text != m_edit->toPlainText()) {
        const QSignalBlocker blocker(m_edit);
        m_edit->setPlainText(text);
    }
    check();
}

QString JsonEdit::text() const
{
    return m_edit->toPlainText();
}

void JsonEdit::setReadOnly(bool readOnly)
{
    m_edit->setReadOnly(readOnly);
}

void JsonEdit::setPlaceholderText(const QString& text)
{
    m_edit->setPlaceholderText(text);
    m_edit->setAccessibleName(text);
}

void JsonEdit::check()
{
    m_value.reset();
    if (m_most > 0) {
        fit();
    }
    if (empty()) {
        showProblem({});
        return;
    }
    auto parsed = parseJson(text().toStdString());
    if (!parsed.ok()) {
        showProblem(QString::fromStdString(parsed.error().message), parsed.error().where);
        return;
    }
    m_value = std::move(*parsed);
    showProblem({});
}

void JsonEdit::showProblem(const QString& problem, const std::string& where)
{
    m_problem->setVisible(!problem.isEmpty());
    if (problem.isEmpty()) {
        m_problem->clear();
        mark({});
        return;
    }
    auto place = jsontext::parsePlace(where);
    if (!place && m_value) {
        place = jsontext::placeOf(text(), where);
    }
    m_problem->setText(
        place ? tr("Line %1, column %2: %3")
                    .arg(QString::number(place->line), QString::number(place->column), problem)
              : problem);
    mark(place);
}

void JsonEdit::mark(std::optional<jsontext::Place> place)
{
    m_marked = place;
    QList<QTextEdit::ExtraSelection> marks;
    if (place) {
        QTextEdit::ExtraSelection line;
        line.cursor = QTextCursor(m_edit->document()->findBlockByNumber(place->line - 1));
        line.format.setBackground(m_theme.color(Role::HarmTint));
        line.format.setProperty(QTextFormat::FullWidthSelection, true);
        marks << line;
    }
    m_edit->setExtraSelections(marks);
}

} // namespace sluice::ui
