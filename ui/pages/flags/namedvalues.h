// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"
#include "ui/widgets/valuefield.h"

#include <QStringList>
#include <QWidget>

#include <vector>

class QButtonGroup;
class QLineEdit;
class QPushButton;
class QRadioButton;
class QVBoxLayout;

namespace sluice::ui {

/// Names with typed values: a flag's variants, or its metadata. Controls: PATH.add, and a row's
/// PATH.N.name, .value.…, .default, .remove; PATH.none chooses no default.
class NamedValues final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(NamedValues)

public:
    enum class Holds
    {
        Variants, ///< any type, with a default variant
        Metadata  ///< text, numbers, true and false
    };

    NamedValues(const Theme& theme, Holds holds, const QString& path, QWidget* parent = nullptr);

    void setValues(const Json& values, const QString& defaultName = {});
    /// The object that the rows make.
    [[nodiscard]] Json values() const;
    [[nodiscard]] QStringList names() const;
    /// Empty: no default.
    [[nodiscard]] QString defaultName() const;
    [[nodiscard]] QStringList problems() const;

Q_SIGNALS:
    void edited();

private:
    struct Row
    {
        QWidget* host;
        QRadioButton* isDefault;
        QLineEdit* name;
        ValueField* value;
    };
    Row makeRow(const QString& name, const Json& value);
    void add();
    void removeRow(QWidget* host);
    void clear();
    void nameRows();

    const Theme& m_theme;
    Holds m_holds;
    QString m_path;
    QVBoxLayout* m_list;
    QButtonGroup* m_defaults;
    QRadioButton* m_none;
    QPushButton* m_add;
    std::vector<Row> m_rows;
};

} // namespace sluice::ui
