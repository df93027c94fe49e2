// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/confirmbox.h"

#include "ui/pages/common/labels.h"
#include "ui/theme/variant.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace sluice::ui {

ConfirmBox::ConfirmBox(const Theme& theme, const QString& name, QWidget* parent)
    : QFrame(parent)
    , m_effect(makeParagraph({}))
    , m_reason(new QLineEdit)
    , m_confirm(new QPushButton)
    , m_cancel(new QPushButton(tr("Cancel")))
{
    setObjectName(name);
    setVariant(*this, "surface", "note");
    m_effect->setObjectName(name + QStringLiteral(".effect"));
    m_reason->setObjectName(name + QStringLiteral(".reason"));
    m_reason->setAccessibleName(tr("Reason"));
    m_reason->setMaxLength(500);
    m_confirm->setObjectName(name + QStringLiteral(".confirm"));
    setVariant(*m_confirm, "kind", "primary");
    m_cancel->setObjectName(name + QStringLiteral(".cancel"));
    auto* row = new QHBoxLayout;
    row->setSpacing(theme.grid(2));
    row->addWidget(m_reason, 1);
    row->addStretch(0);
    row->addWidget(m_cancel);
    row->addWidget(m_confirm);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme.grid(3), theme.grid(2), theme.grid(3), theme.grid(3));
    layout->setSpacing(theme.grid(2));
    layout->addWidget(m_effect);
    layout->addLayout(row);
    connect(m_reason, &QLineEdit::textChanged, this, &ConfirmBox::updateButton);
    connect(m_reason, &QLineEdit::returnPressed, this, &ConfirmBox::confirm);
    connect(m_confirm, &QPushButton::clicked, this, &ConfirmBox::confirm);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        closeBox();
        Q_EMIT cancelled();
    });
    hide();
}

void ConfirmBox::ask(const QString& effectHtml, const QString& action, bool reasonNeeded)
{
    m_reasonNeeded = reasonNeeded && m_reasonAsked;
    m_busy = false;
    m_effect->setText(effectHtml);
    m_confirm->setText(action);
    m_reason->setPlaceholderText(reasonNeeded ? tr("Reason, kept in the audit")
                                              : tr("Reason (optional), kept in the audit"));
    updateButton();
    if (isHidden()) {
        m_reason->clear();
        show();
        (m_reasonAsked ? static_cast<QWidget*>(m_reason) : m_confirm)
            ->setFocus(Qt::OtherFocusReason);
    }
}

void ConfirmBox::setReasonAsked(bool asked)
{
    m_reasonAsked = asked;
    m_reason->setVisible(asked);
}

void ConfirmBox::setEffect(const QString& effectHtml)
{
    m_effect->setText(effectHtml);
}

void ConfirmBox::setBusy(bool busy)
{
    m_busy = busy;
    updateButton();
}

void ConfirmBox::closeBox()
{
    m_busy = false;
    hide();
    m_reason->clear();
}

void ConfirmBox::updateButton()
{
    const bool missing = m_reasonNeeded && m_reason->text().trimmed().isEmpty();
    m_confirm->setEnabled(!missing && !m_busy);
    m_confirm->setToolTip(missing ? tr("Say why first: the reason is kept in the audit.")
                                  : QString());
}

void ConfirmBox::confirm()
{
    if (m_confirm->isEnabled()) {
        Q_EMIT confirmed(m_reason->text().trimmed());
    }
}

void ConfirmBox::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        m_cancel->click();
        return;
    }
    QFrame::keyPressEvent(event);
}

} // namespace sluice::ui
