// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/targeting.h"
#include "ui/theme/theme.h"

#include <QStringList>
#include <QWidget>

class QComboBox;
class QGridLayout;
class QLineEdit;
class QPushButton;

namespace sluice::ui {

/// A fractional split: variants with weights and the percentages they come to, in the order in
/// which people enter. Controls: PATH.key, PATH.attribute, PATH.add, and a part's PATH.N.variant,
/// .weight, .up, .remove.
class SplitEditor final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SplitEditor)

public:
    SplitEditor(const Theme& theme, const QStringList& variants, QWidget* parent = nullptr);

    /// Begins with every variant, once, at the same weight.
    void setSplit(const Split& split);
    [[nodiscard]] const Split& split() const noexcept { return m_split; }
    void setPath(const QString& path);

Q_SIGNALS:
    void edited(const QString& typing);

private:
    QWidget* makeKeyRow();
    void build();
    void addRow(int index);
    void showPercents();
    void changeKey();

    const Theme& m_theme;
    QStringList m_variants;
    Split m_split;
    QString m_path;
    QComboBox* m_key = nullptr;
    QLineEdit* m_attribute = nullptr;
    QGridLayout* m_grid;
    QPushButton* m_add;
};

} // namespace sluice::ui
