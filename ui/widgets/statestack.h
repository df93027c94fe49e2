// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QStackedWidget>

class QLabel;
class QPushButton;

namespace sluice::ui {

/// The four states of a view: loading, empty (one sentence and the next step), error (with retry),
/// data. Starts loading.
class StateStack final : public QStackedWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StateStack)

public:
    enum class View
    {
        Loading,
        Empty,
        Error,
        Data
    };

    /// Takes the widget that shows the data.
    StateStack(const Theme& theme, QWidget* content, QWidget* parent = nullptr);

    void showLoading(const QString& what = {});
    /// `action` empty: no button.
    void showEmpty(const QString& iconName, const QString& sentence, const QString& action = {});
    void showError(const QString& sentence);
    void showData();
    [[nodiscard]] View view() const noexcept { return m_view; }

Q_SIGNALS:
    void retry();
    /// The next step of the empty state was chosen.
    void nextStep();

private:
    QWidget* makeNotice();
    void showNotice(View view, const QString& icon, Role role, const QString& sentence,
                    const QString& action);
    void tint();

    const Theme& m_theme;
    QWidget* m_data;
    QWidget* m_notice = nullptr;
    QLabel* m_icon = nullptr;
    QLabel* m_sentence = nullptr;
    QPushButton* m_button = nullptr;
    QString m_iconName;
    Role m_iconRole = Role::Tertiary;
    View m_view = View::Data;
};

} // namespace sluice::ui
