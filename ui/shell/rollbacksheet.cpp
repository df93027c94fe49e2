// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/rollbacksheet.h"

#include "ui/models/format.h"
#include "ui/shell/redbutton.h"
#include "ui/shell/rollbacktext.h"
#include "ui/theme/variant.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/holdbutton.h"
#include "ui/widgets/numberlabel.h"

#include <QApplication>
#include <QGridLayout>
#include <QHash>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace sluice::ui {

namespace {

QFrame* makeRule(QWidget* parent)
{
    auto* rule = new QFrame(parent);
    setVariant(*rule, "surface", "line");
    return rule;
}

} // namespace

RollbackSheet::RollbackSheet(const Theme& theme, EngineWatch& watch, RedButton& red, QWidget* over)
    : QFrame(over)
    , m_theme(theme)
    , m_watch(watch)
    , m_red(red)
{
    setObjectName(QStringLiteral("rollbackSheet"));
    setVariant(*this, "surface", "sheet");
    setAccessibleName(tr("Roll back"));
    setFocusPolicy(Qt::StrongFocus);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(1, 1, 1, 1);
    hide();
    over->installEventFilter(this);
    connect(&red, &RedButton::changed, this, &RollbackSheet::rebuild);
    connect(&red, &RedButton::proofChanged, this, [this] {
        if (isVisible()) {
            m_view = View::Proof;
            rebuild();
        }
    });
    connect(&red, &RedButton::acknowledged, this, [this] { dismiss(); });
    connect(&theme, &Theme::changed, this, [this] {
        m_shown.clear();
        rebuild();
    });
}

void RollbackSheet::openList()
{
    open(View::List);
}

void RollbackSheet::openProof()
{
    if (!m_red.proof().is_null()) {
        open(View::Proof);
    }
}

void RollbackSheet::open(View view)
{
    if (!isVisible()) {
        m_before = QApplication::focusWidget();
    }
    m_view = view;
    m_shown.clear();
    show();
    rebuild();
    raise();
    if (auto* first = findChild<HoldButton*>()) {
        first->setFocus(Qt::PopupFocusReason);
    } else {
        setFocus(Qt::PopupFocusReason);
    }
}

void RollbackSheet::dismiss()
{
    hide();
    if (!m_before.isNull()) {
        m_before->setFocus(Qt::PopupFocusReason);
    }
}

QString RollbackSheet::signature() const
{
    QString text = m_red.blocked() + format::zoneName();
    if (m_view == View::Proof) {
        text += QStringLiteral("proof") + QString::fromStdString(m_red.proof().dump());
        for (const Json& one : read::child(m_red.proof(), "routes")) {
            const Json* route = m_watch.route(read::text(one, "route"));
            text += route != nullptr && !read::child(*route, "killed").empty() ? QLatin1Char('k')
                                                                               : QLatin1Char('-');
        }
        return text;
    }
    for (const Json* route : RollbackText::candidates(m_watch.routes())) {
        text += QString::fromStdString(route->dump());
    }
    return text;
}

void RollbackSheet::rebuild()
{
    if (!isVisible()) {
        return;
    }
    const auto buttons = findChildren<HoldButton*>();
    const bool held = std::any_of(buttons.begin(), buttons.end(),
                                  [](const HoldButton* one) { return one->held(); });
    const QString now = signature();
    if (now == m_shown || (held && m_view == View::List)) {
        return;
    }
    m_shown = now;
    QHash<QString, QString> typed; // a refresh must not take away what somebody writes
    QString focused;
    for (const QLineEdit* field : findChildren<QLineEdit*>()) {
        typed.insert(field->objectName(), field->text());
        focused = field->hasFocus() ? field->objectName() : focused;
    }
    delete m_body;
    m_body = new QWidget(this);
    m_rows = new QVBoxLayout(m_body);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(0);
    if (m_view == View::List) {
        buildList();
    } else {
        buildProof();
    }
    layout()->addWidget(m_body);
    m_body->show(); // now, not at the next turn of the loop: hangUp() needs its size
    for (QLineEdit* field : findChildren<QLineEdit*>()) {
        field->setText(typed.value(field->objectName()));
        if (field->objectName() == focused) {
            field->setFocus();
        }
    }
    hangUp();
}

void RollbackSheet::hangUp()
{
    const int margin = m_theme.grid(3);
    const int wide = std::min(m_theme.grid(150), parentWidget()->width() - 2 * margin);
    setFixedWidth(wide);
    layout()->activate();
    const int tall =
        layout()->hasHeightForWidth() ? layout()->heightForWidth(wide) : sizeHint().height();
    resize(wide, tall);
    move(parentWidget()->width() - width() - margin, margin / 2);
}

void RollbackSheet::buildHeader(const QString& title, const QString& subtitle)
{
    auto* header = new QWidget(m_body);
    header->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(m_theme.grid(4), m_theme.grid(2), m_theme.grid(2), m_theme.grid(2));
    row->setSpacing(m_theme.grid(2));
    auto* strong = new QLabel(title, header);
    setVariant(*strong, "type", "strong");
    auto* soft = new QLabel(subtitle, header);
    setVariant(*soft, "tone", "secondary");
    auto* close = new QToolButton(header);
    close->setObjectName(QStringLiteral("rollbackClose"));
    setVariant(*close, "kind", "quiet");
    close->setIcon(m_theme.icon(QStringLiteral("close")));
    close->setAccessibleName(tr("Close"));
    close->setToolTip(tr("Close (Esc)"));
    connect(close, &QToolButton::clicked, this, &RollbackSheet::dismiss);
    row->addWidget(strong);
    row->addWidget(soft);
    row->addStretch(1);
    row->addWidget(close);
    m_rows->addWidget(header);
    m_rows->addWidget(makeRule(m_body));
}

void RollbackSheet::buildList()
{
    const QList<const Json*> routes = RollbackText::candidates(m_watch.routes());
    buildHeader(tr("Roll back"), tr("newest change first"));
    if (routes.isEmpty()) {
        auto* none = new QLabel(
            tr("No route has candidate traffic. There is nothing to take back."), m_body);
        none->setObjectName(QStringLiteral("rollbackNone"));
        none->setContentsMargins(m_theme.grid(4), m_theme.grid(4), m_theme.grid(4),
                                 m_theme.grid(4));
        setVariant(*none, "tone", "secondary");
        m_rows->addWidget(none);
        return;
    }
    for (const Json* route : routes) {
        const QString name = read::text(*route, "name");
        buildRow(name, RollbackText::consequence(*route, m_watch.requestsPerMinute(name)));
        m_rows->addWidget(makeRule(m_body));
    }
    if (routes.size() > 1) {
        buildRow({}, tr("every route above returns to its known good unit"));
        m_rows->addWidget(makeRule(m_body));
    }
    auto* foot = new QWidget(m_body);
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(m_theme.grid(4), m_theme.grid(3), m_theme.grid(4), m_theme.grid(3));
    auto* label = new QLabel(tr("&Reason"), foot);
    setVariant(*label, "tone", "secondary");
    m_reason = new QLineEdit(foot);
    m_reason->setObjectName(QStringLiteral("rollbackReason"));
    m_reason->setPlaceholderText(tr("optional, goes to the audit log"));
    label->setBuddy(m_reason);
    row->addWidget(label);
    row->addWidget(m_reason, 1);
    m_rows->addWidget(foot);
}

void RollbackSheet::buildRow(const QString& route, const QString& consequence)
{
    const bool all = route.isEmpty();
    auto* box = new QWidget(m_body);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(m_theme.grid(4), m_theme.grid(2), m_theme.grid(4), m_theme.grid(2));
    row->setSpacing(m_theme.grid(3));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    auto* name = new QLabel(all ? tr("All of them") : route, box);
    setVariant(*name, "type", "strong");
    auto* what = new NumberLabel(m_theme, TextStyle::Secondary, Role::Secondary, box);
    what->setText(consequence);
    words->addWidget(name);
    words->addWidget(what);
    row->addLayout(words, 1);
    auto* hold = new HoldButton(m_theme, m_watch.plane().clock(), HoldButton::Look::Outlined, box);
    hold->setObjectName(all ? QStringLiteral("rollbackAll") : QStringLiteral("rollback.") + route);
    hold->setText(all ? tr("Roll back all") : tr("Roll back"));
    hold->setHint(tr("hold 1.2 s"));
    hold->setConsequence(all ? consequence
                             : route + QStringLiteral(": ") + consequence + QLatin1Char('.'));
    hold->setBlocked(m_red.blocked());
    connect(hold, &HoldButton::confirmed, this, [this, route] { press(route); });
    row->addWidget(hold);
    auto* type = new QToolButton(box);
    type->setObjectName(QStringLiteral("rollbackType.") + route);
    setVariant(*type, "kind", "quiet");
    type->setIcon(m_theme.icon(QStringLiteral("edit")));
    type->setAccessibleName(tr("Type the name instead of holding"));
    type->setToolTip(type->accessibleName());
    type->setEnabled(m_red.blocked().isEmpty());
    row->addWidget(type);
    m_rows->addWidget(box);
    connect(type, &QToolButton::clicked, this, [this, box, route] { askForName(box, route); });
    connect(hold, &HoldButton::alternativeAsked, this,
            [this, box, route] { askForName(box, route); });
}

void RollbackSheet::askForName(QWidget* row, const QString& route)
{
    if (row->findChild<QLineEdit*>() != nullptr) {
        return;
    }
    const QString wanted =
        route.isEmpty() ? tr("all", "typed to confirm rolling back all routes") : route;
    auto* field = new QLineEdit(row);
    field->setObjectName(QStringLiteral("rollbackName"));
    field->setPlaceholderText(tr("type \"%1\" and press Enter").arg(wanted));
    field->setAccessibleName(tr("Type %1 and press Enter to roll back").arg(wanted));
    field->setMinimumWidth(m_theme.grid(52));
    static_cast<QHBoxLayout*>(row->layout())->insertWidget(1, field);
    for (auto* hold : row->findChildren<HoldButton*>()) {
        hold->hide();
    }
    field->setFocus();
    connect(field, &QLineEdit::returnPressed, this, [this, field, wanted, route] {
        if (field->text().trimmed() == wanted) {
            press(route);
        } else {
            field->selectAll();
        }
    });
}

void RollbackSheet::press(const QString& route)
{
    const QString typed = m_reason.isNull() ? QString() : m_reason->text().trimmed();
    const QString reason = typed.isEmpty() ? tr("red button") : typed;
    if (route.isEmpty()) {
        m_red.rollBackAll(reason);
    } else {
        m_red.rollBack(route, reason);
    }
}

void RollbackSheet::buildProof()
{
    const Json& proof = m_red.proof();
    const bool finished = RollbackText::finished(proof);
    buildHeader(RollbackText::outcome(proof),
                read::flag(proof, "already") ? tr("was so already") : QString());
    auto* box = new QWidget(m_body);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(m_theme.grid(4), m_theme.grid(3), m_theme.grid(4), m_theme.grid(3));
    grid->setHorizontalSpacing(m_theme.grid(6));
    grid->setVerticalSpacing(m_theme.grid(2));
    grid->addWidget(new Chip(m_theme, finished ? ChipKind::Good : ChipKind::Warning,
                             finished ? tr("no candidate request is running")
                                      : tr("the last candidate requests are finishing"),
                             box),
                    0, 0, 1, 2, Qt::AlignLeft);
    int line = 1;
    for (const RollbackText::Line& one : RollbackText::proof(proof)) {
        auto* label = new QLabel(one.label, box);
        setVariant(*label, "tone", "secondary");
        auto* value = new NumberLabel(m_theme, TextStyle::Strong, Role::Text, box);
        value->setObjectName(QStringLiteral("proof%1").arg(line));
        value->setText(one.value);
        grid->addWidget(label, line, 0);
        grid->addWidget(value, line, 1);
        ++line;
    }
    grid->setColumnStretch(1, 1);
    m_rows->addWidget(box);
    for (const Json& one : read::child(proof, "routes")) {
        const QString name = read::text(one, "route");
        if (const Json* route = m_watch.route(name);
            route != nullptr && !read::child(*route, "killed").empty()) {
            buildAcknowledge(name);
        }
    }
}

void RollbackSheet::buildAcknowledge(const QString& route)
{
    m_rows->addWidget(makeRule(m_body));
    auto* box = new QWidget(m_body);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(m_theme.grid(4), m_theme.grid(3), m_theme.grid(4), m_theme.grid(3));
    column->setSpacing(m_theme.grid(2));
    auto* why = new QLabel(
        tr("%1 moves forward again only after somebody says why it may.").arg(route), box);
    setVariant(*why, "tone", "secondary");
    why->setWordWrap(true);
    column->addWidget(why);
    auto* row = new QHBoxLayout;
    auto* reason = new QLineEdit(box);
    reason->setObjectName(QStringLiteral("acknowledgeReason.") + route);
    reason->setPlaceholderText(tr("reason"));
    reason->setAccessibleName(tr("Reason for the acknowledgement of %1").arg(route));
    auto* button = new QPushButton(tr("Acknowledge"), box);
    button->setObjectName(QStringLiteral("acknowledge.") + route);
    button->setEnabled(false);
    button->setToolTip(tr("Write a reason first."));
    connect(reason, &QLineEdit::textChanged, button, [this, button](const QString& text) {
        const QString locked = m_watch.plane().whyNot("routing.acknowledge");
        button->setEnabled(!text.trimmed().isEmpty() && locked.isEmpty());
        button->setToolTip(text.trimmed().isEmpty() ? tr("Write a reason first.") : locked);
    });
    const auto send = [this, reason, route] { m_red.acknowledge(route, reason->text().trimmed()); };
    connect(button, &QPushButton::clicked, this, send);
    row->addWidget(reason, 1);
    row->addWidget(button);
    column->addLayout(row);
    m_rows->addWidget(box);
}

void RollbackSheet::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::LocaleChange) {
        rebuild();
    }
}

void RollbackSheet::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        dismiss();
        event->accept();
        return;
    }
    QFrame::keyPressEvent(event);
}

bool RollbackSheet::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible()) {
        hangUp();
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace sluice::ui
