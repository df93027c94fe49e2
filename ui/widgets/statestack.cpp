// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/statestack.h"

#include "ui/theme/variant.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace sluice::ui {

StateStack::StateStack(const Theme& theme, QWidget* content, QWidget* parent)
    : QStackedWidget(parent)
    , m_theme(theme)
    , m_data(content)
{
    m_notice = makeNotice(); // after the members that it fills have been initialised
    addWidget(m_data);
    addWidget(m_notice);
    connect(&theme, &Theme::changed, this, &StateStack::tint);
    showLoading();
}

QWidget* StateStack::makeNotice()
{
    auto* notice = new QWidget(this);
    notice->setObjectName(QStringLiteral("notice"));
    auto* column = new QVBoxLayout(notice);
    column->setContentsMargins(m_theme.grid(6), m_theme.grid(6), m_theme.grid(6), m_theme.grid(6));
    column->setSpacing(m_theme.grid(3));
    m_icon = new QLabel(notice);
    m_icon->setAlignment(Qt::AlignCenter);
    m_sentence = new QLabel(notice);
    m_sentence->setObjectName(QStringLiteral("noticeText"));
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setWordWrap(true);
    setVariant(*m_sentence, "tone", "secondary");
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_button = new QPushButton(notice);
    m_button->setObjectName(QStringLiteral("noticeAction"));
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_view == View::Error) {
            Q_EMIT retry();
        } else {
            Q_EMIT nextStep();
        }
    });
    column->addStretch(1);
    column->addWidget(m_icon);
    column->addWidget(m_sentence);
    column->addWidget(m_button, 0, Qt::AlignHCenter);
    column->addStretch(1);
    return notice;
}

void StateStack::showLoading(const QString& what)
{
    showNotice(View::Loading, QStringLiteral("clock"), Role::Tertiary,
               what.isEmpty() ? tr("Loading…") : what, {});
}

void StateStack::showEmpty(const QString& iconName, const QString& sentence, const QString& action)
{
    showNotice(View::Empty, iconName, Role::Tertiary, sentence, action);
}

void StateStack::showError(const QString& sentence)
{
    showNotice(View::Error, QStringLiteral("alert"), Role::Harm, sentence, tr("Try again"));
}

void StateStack::showData()
{
    m_view = View::Data;
    setCurrentWidget(m_data);
}

void StateStack::showNotice(View view, const QString& icon, Role role, const QString& sentence,
                            const QString& action)
{
    m_view = view;
    m_iconName = icon;
    m_iconRole = role;
    m_sentence->setText(sentence);
    m_button->setText(action);
    m_button->setVisible(!action.isEmpty());
    tint();
    setCurrentWidget(m_notice);
}

void StateStack::tint()
{
    const int side = m_theme.grid(7);
    m_icon->setPixmap(
        m_theme.icon(m_iconName, m_iconRole).pixmap(QSize(side, side), devicePixelRatioF()));
}

} // namespace sluice::ui
