// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"
#include "ui/widgets/jsontext.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPlainTextEdit;

namespace sluice::ui {

/// JSON as text that can be edited: checked while it is typed, the line at fault marked, the fault
/// named below with its place. What is typed is never rewritten while it has the focus. GUI thread
/// only.
class JsonEdit final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JsonEdit)

public:
    /// Controls are NAME.text and NAME.problem.
    JsonEdit(const Theme& theme, const QString& name, QWidget* parent = nullptr);

    /// Shows a value, unless the text says the same already.
    void setJson(const Json& value);
    /// Shows text as it is, and checks it.
    void setText(const QString& text);
    [[nodiscard]] QString text() const;
    /// The value, if the text is one.
    [[nodiscard]] const std::optional<Json>& value() const noexcept { return m_value; }
    [[nodiscard]] bool empty() const { return text().trimmed().isEmpty(); }
    void setReadOnly(bool readOnly);
    void setPlaceholderText(const QString& text);
    /// Lines shown at least; by default six. With `most` it is as high as its text within that.
    void setLines(int least, int most = 0);
    void setName(const QString& name);
    /// A fault that somebody else has found, at a JSON pointer or "line L, column C"; empty: none.
    void showProblem(const QString& problem, const std::string& where = {});

Q_SIGNALS:
    /// A person has changed the text; value() says whether it is JSON.
    void edited();

private:
    void check();
    void fit();
    void mark(std::optional<jsontext::Place> place);

    const Theme& m_theme;
    QPlainTextEdit* m_edit;
    QLabel* m_problem;
    std::optional<Json> m_value;
    std::optional<jsontext::Place> m_marked;
    int m_least = 0;
    int m_most = 0;
};

} // namespace sluice::ui
