// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/changelist.h"

#include "ui/models/format.h"
#include "ui/pages/common/changewords.h"
#include "ui/pages/common/labels.h"
#include "ui/theme/variant.h"

#include <QGridLayout>
#include <QLabel>

namespace sluice::ui {

namespace {

constexpr int kMost = 100; ///< more is not read by anybody, and a label each costs

QString subjectOf(const Json& change)
{
    const QString route = read::text(change, "route");
    return route.isEmpty() ? read::text(change, "flag") : route;
}

const Json& side(const Json& change, const char* member)
{
    static const Json kNone;
    return change.is_object() && change.contains(member) ? change[member] : kNone;
}

const Json* changeAt(const Json& changes, const std::string& pointer)
{
    for (const Json& change : changes) {
        if (change.value("pointer", "") == pointer) {
            return &change;
        }
    }
    return nullptr;
}

} // namespace

ChangeList::ChangeList(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins({});
    m_grid->setHorizontalSpacing(theme.grid(2));
    m_grid->setVerticalSpacing(theme.grid(1));
}

void ChangeList::clear()
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    for (int column = 0; column < m_grid->columnCount(); ++column) {
        m_grid->setColumnStretch(column, 0);
    }
    m_row = 0;
    m_rows = 0;
}

void ChangeList::heading(const QStringList& titles)
{
    for (int column = 0; column < titles.size(); ++column) {
        m_grid->addWidget(makeLabel(titles[column], "small"), m_row, column);
    }
    ++m_row;
}

void ChangeList::cell(int column, const QString& text, const char* ground)
{
    QLabel* label = makeLabel(text, *ground == '\0' ? "strong" : "");
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    if (*ground != '\0') {
        setVariant(*label, "diff", ground);
        label->setContentsMargins(m_theme.grid(2), m_theme.grid(1), m_theme.grid(2),
                                  m_theme.grid(1));
    } else {
        label->setContentsMargins(0, m_theme.grid(1), m_theme.grid(2), m_theme.grid(1));
    }
    m_grid->addWidget(label, m_row, column);
}

void ChangeList::setChanges(const Json& changes, bool named)
{
    clear();
    if (changes.empty()) {
        return;
    }
    const int first = named ? 1 : 0;
    QStringList titles{tr("What"), tr("Was"), tr("Becomes")};
    if (named) {
        titles.prepend(tr("Name"));
    }
    heading(titles);
    for (const Json& change : changes) {
        if (++m_rows > kMost) {
            continue;
        }
        const QString pointer = read::text(change, "pointer");
        if (named) {
            cell(0, subjectOf(change), "");
        }
        cell(first, changedMember(pointer), "");
        cell(first + 1, changedValue(pointer, side(change, "from")), "removed");
        cell(first + 2, changedValue(pointer, side(change, "to")), "added");
        ++m_row;
    }
    if (m_rows > kMost) {
        m_grid->addWidget(makeLabel(tr("and %Ln more", nullptr, m_rows - kMost), "", "secondary"),
                          m_row, 0, 1, first + 3);
    }
    m_grid->setColumnStretch(first + 1, 1);
    m_grid->setColumnStretch(first + 2, 1);
}

void ChangeList::setThreeWay(const Json& theirs, const Json& yours)
{
    clear();
    heading({tr("What"), tr("It was"), tr("Theirs"), tr("Yours")});
    const auto row = [&](const std::string& pointer, const Json* their, const Json* your) {
        ++m_rows;
        const QString at = QString::fromStdString(pointer);
        const Json& before = side(their != nullptr ? *their : *your, "from");
        cell(0,
             their != nullptr && your != nullptr ? tr("%1 (both)").arg(changedMember(at))
                                                 : changedMember(at),
             "");
        cell(1, changedValue(at, before), "same");
        cell(2, their != nullptr ? changedValue(at, side(*their, "to")) : tr("as it was"),
             their != nullptr ? "theirs" : "same");
        cell(3, your != nullptr ? changedValue(at, side(*your, "to")) : tr("as it was"),
             your != nullptr ? "added" : "same");
        ++m_row;
    };
    for (const Json& change : theirs) {
        const std::string pointer = change.value("pointer", "");
        row(pointer, &change, changeAt(yours, pointer));
    }
    for (const Json& change : yours) {
        const std::string pointer = change.value("pointer", "");
        if (changeAt(theirs, pointer) == nullptr) {
            row(pointer, nullptr, &change);
        }
    }
    for (int column = 1; column <= 3; ++column) {
        m_grid->setColumnStretch(column, 1);
    }
}

} // namespace sluice::ui
