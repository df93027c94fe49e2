// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;

namespace sluice::ui {

/// The allow list as text: one bucketing key a line, as people paste them. Controls: allow.keys,
/// allow.note.
class AllowListEdit final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AllowListEdit)

public:
    explicit AllowListEdit(const Theme& theme, QWidget* parent = nullptr);

    void setAllow(const Json& allow);
    /// Keys in their order, each once, without empty lines.
    [[nodiscard]] Json allow() const;
    /// Why it cannot be saved; empty if it can.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void edited();

private:
    void check();

    QPlainTextEdit* m_keys;
    QLabel* m_note;
};

} // namespace sluice::ui
