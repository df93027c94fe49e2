// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "ui/theme/theme.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QLineEdit;

namespace sluice::ui {

/// The type that a person gives a value; 42 and "42" are different things to a rule.
enum class ValueKind
{
    Text,
    Number,
    Boolean,
    Structure ///< any JSON, as text
};

/// Values as one line of text. Pure functions.
namespace valuetext {

ValueKind kindOf(const Json& value);
/// Lists are separated by commas; an item with a comma, a quote or outer spaces stands in double
/// quotes, as in JSON.
QString write(const Json& value, ValueKind kind, bool list);
/// write()'s inverse; InvalidArgument with a sentence for the person who typed it.
Result<Json> read(const QString& text, ValueKind kind, bool list);

} // namespace valuetext

/// One typed value, or a list of them: a chooser of the type and a line (or true and false). GUI
/// thread only.
class ValueField final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ValueField)

public:
    explicit ValueField(const Theme& theme, QWidget* parent = nullptr);

    /// Controls are NAME.kind, NAME.text and NAME.truth.
    void setName(const QString& name);
    /// The types to choose from; a single one hides the chooser.
    void setKinds(const std::vector<ValueKind>& kinds);
    void setList(bool list);
    void setValue(const Json& value);
    /// What is typed, or the last value that could be read.
    [[nodiscard]] const Json& value() const noexcept { return m_value; }
    /// Why what is typed is no value; empty if it is one.
    [[nodiscard]] const QString& problem() const noexcept { return m_problem; }
    void setPlaceholderText(const QString& text);

Q_SIGNALS:
    void edited();

private:
    [[nodiscard]] ValueKind kind() const;
    void changeKind();
    void readText();
    void showKind();

    QComboBox* m_kind;
    QLineEdit* m_text;
    QComboBox* m_truth;
    Json m_value = "";
    QString m_problem;
    bool m_list = false;
};

} // namespace sluice::ui
