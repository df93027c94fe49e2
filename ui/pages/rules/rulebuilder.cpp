// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/rules/rulebuilder.h"

#include "ui/pages/common/labels.h"
#include "ui/pages/rules/rulecard.h"
#include "ui/theme/variant.h"
#include "ui/widgets/iconbutton.h"
#include "ui/widgets/jsonedit.h"

#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QUndoStack>

#include <algorithm>

namespace sluice::ui {

/// One step back and forth: documents, since they are small and say everything. Typing in one
/// control is one step.
class RuleStep final : public QUndoCommand
{
public:
    RuleStep(RuleBuilder& builder, Json before, Json after, QString typing)
        : m_builder(builder)
        , m_before(std::move(before))
        , m_after(std::move(after))
        , m_typing(std::move(typing))
    {
    }

    void undo() override { m_builder.apply(m_before); }
    void redo() override
    {
        if (m_done) {
            m_builder.apply(m_after);
        }
        m_done = true; // the form has done it already when it is pushed
    }
    [[nodiscard]] int id() const override { return m_typing.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override
    {
        const auto* next = static_cast<const RuleStep*>(other);
        if (next->m_typing != m_typing) {
            return false;
        }
        m_after = next->m_after;
        return true;
    }

private:
    RuleBuilder& m_builder;
    Json m_before;
    Json m_after;
    QString m_typing;
    bool m_done = false;
};

RuleBuilder::RuleBuilder(const Theme& theme, Subject subject, const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_subject(subject)
    , m_name(name)
    , m_given(subject == Subject::Route ? Json::array() : Json::object())
    , m_current(m_given)
    , m_steps(new QUndoStack(this))
    , m_list(new QVBoxLayout)
    , m_listHost(new QWidget)
    , m_empty(makeParagraph({}, "secondary"))
    , m_problems(makeLabel({}, "", "harm"))
    , m_text(new JsonEdit(theme, name + QStringLiteral(".logic")))
    , m_add(new QPushButton(tr("Add rule")))
    , m_showText(new QPushButton(tr("JsonLogic")))
    , m_undo(new IconButton(theme, QStringLiteral("restore"), tr("Undo (Ctrl+Z)")))
    , m_redo(new IconButton(theme, QStringLiteral("refresh"), tr("Redo (Ctrl+Shift+Z)")))
{
    setObjectName(name);
    m_problems->setObjectName(name + QStringLiteral(".problems"));
    m_problems->setWordWrap(true);
    m_list->setContentsMargins({});
    m_list->setSpacing(theme.grid(2));
    m_listHost->setLayout(m_list);
    m_text->setPlaceholderText(tr("The JsonLogic that the form writes"));
    constexpr int least = 6;
    constexpr int most = 24;
    m_text->setLines(least, most);
    m_text->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(theme.grid(2));
    column->addWidget(m_empty);
    column->addWidget(m_listHost);
    column->addWidget(makeTools());
    column->addWidget(m_problems);
    column->addWidget(m_text);
    connect(m_text, &JsonEdit::edited, this, &RuleBuilder::readText);
    connect(m_steps, &QUndoStack::indexChanged, this, &RuleBuilder::updateTools);
    for (const auto& [keys, run] : {std::pair{QKeySequence::Undo, &QUndoStack::undo},
                                    std::pair{QKeySequence::Redo, &QUndoStack::redo}}) {
        auto* shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, m_steps, run);
    }
    showTargeting(read(m_current));
}

RuleBuilder::~RuleBuilder()
{
    m_steps->disconnect(this); // it tells of being emptied when it goes, after this has gone
}

QWidget* RuleBuilder::makeTools()
{
    auto* tools = new QWidget;
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(2));
    m_add->setObjectName(m_name + QStringLiteral(".add"));
    m_showText->setObjectName(m_name + QStringLiteral(".showLogic"));
    m_showText->setCheckable(true);
    m_showText->setToolTip(tr("What the form writes; can be edited as well"));
    m_undo->setObjectName(m_name + QStringLiteral(".undo"));
    m_redo->setObjectName(m_name + QStringLiteral(".redo"));
    row->addWidget(m_add);
    row->addWidget(m_undo);
    row->addWidget(m_redo);
    row->addStretch(1);
    row->addWidget(m_showText);
    connect(m_add, &QPushButton::clicked, this, &RuleBuilder::addRule);
    connect(m_undo, &QToolButton::clicked, m_steps, &QUndoStack::undo);
    connect(m_redo, &QToolButton::clicked, m_steps, &QUndoStack::redo);
    connect(m_showText, &QPushButton::toggled, m_text, &QWidget::setVisible);
    return tools;
}

Targeting RuleBuilder::read(const Json& logic) const
{
    return m_subject == Subject::Route ? readRouteRules(logic) : readTargeting(logic);
}

Json RuleBuilder::write(const Targeting& targeting) const
{
    return m_subject == Subject::Route ? writeRouteRules(targeting) : writeTargeting(targeting);
}

void RuleBuilder::setChoices(const OutcomeChoices& choices)
{
    if (m_choices == choices) {
        return;
    }
    m_choices = choices;
    showTargeting(read(m_current));
}

void RuleBuilder::setLogic(const Json& logic)
{
    m_steps->clear();
    m_textAtFault = false;
    m_given = logic;
    m_current = logic;
    showTargeting(read(logic));
    m_text->setJson(logic);
}

Json RuleBuilder::logic() const
{
    return m_current;
}

bool RuleBuilder::changed() const
{
    return m_current != m_given || m_textAtFault;
}

/// Builds the form anew; the control that had the focus has it again if there still is one.
void RuleBuilder::showTargeting(const Targeting& targeting)
{
    const QWidget* focus = QApplication::focusWidget();
    const QString before =
        focus != nullptr && isAncestorOf(focus) ? focus->objectName() : QString();
    for (RuleCard* card : m_cards) {
        card->hide();
        card->deleteLater();
        card->setObjectName({});
        for (QWidget* control : card->findChildren<QWidget*>()) {
            control->setObjectName({}); // nobody finds what is about to go
        }
    }
    m_cards.clear();
    m_foreign = targeting.foreign;
    for (std::size_t i = 0; i < targeting.rules.size(); ++i) {
        addCard(static_cast<int>(i), targeting.rules[i]);
    }
    addOtherwise(targeting);
    numberCards();
    updateTools();
    if (auto* again = before.isEmpty() ? nullptr : findChild<QWidget*>(before)) {
        again->setFocus(Qt::OtherFocusReason);
    }
}

void RuleBuilder::addCard(int index, const TargetingRule& rule)
{
    auto* card = new RuleCard(m_theme, m_choices, rule, m_listHost);
    m_cards.insert(m_cards.begin() + index, card);
    m_list->insertWidget(index, card);
    connect(card, &RuleCard::edited, this, &RuleBuilder::note);
    connect(card, &RuleCard::removeWanted, this, [this, card] { remove(card); });
    connect(card, &RuleCard::duplicateWanted, this, [this, card] { duplicate(card); });
    connect(card, &RuleCard::moveWanted, this,
            [this, card](int by) { moveCard(card, indexOf(card) + by); });
    connect(card, &RuleCard::dragged, this, [this, card](int y) { drag(card, y); });
}

void RuleBuilder::addOtherwise(const Targeting& targeting)
{
    if (m_otherwiseHost != nullptr) {
        m_otherwiseHost->hide();
        m_otherwiseHost->deleteLater();
        for (QWidget* control : m_otherwiseHost->findChildren<QWidget*>()) {
            control->setObjectName({});
        }
        m_otherwiseHost = nullptr;
        m_otherwise = nullptr;
    }
    if (m_subject != Subject::Flag || m_foreign) {
        return;
    }
    auto* host = new QFrame;
    setVariant(*host, "surface", "note");
    m_otherwise = new OutcomeEditor(m_theme, m_choices, targeting.otherwise, true, host);
    auto* head = new QHBoxLayout;
    head->setSpacing(m_theme.grid(2));
    head->addWidget(makeLabel(m_cards.empty() ? tr("Everybody") : tr("Everybody else"), "strong"));
    head->addStretch(1);
    head->addWidget(makeLabel(tr("gets"), "", "secondary"));
    m_otherwise->chooser()->setMinimumWidth(m_theme.grid(40));
    head->addWidget(m_otherwise->chooser());
    auto* column = new QVBoxLayout(host);
    column->setContentsMargins(m_theme.grid(3), m_theme.grid(2), m_theme.grid(3), m_theme.grid(2));
    column->addLayout(head);
    column->addWidget(m_otherwise->detail());
    m_otherwise->setPath(m_name + QStringLiteral(".else"));
    m_otherwiseHost = host;
    m_list->addWidget(host);
    connect(m_otherwise, &OutcomeEditor::edited, this, &RuleBuilder::note);
}

void RuleBuilder::numberCards()
{
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->setPlace(m_name + QLatin1Char('.') + QString::number(i), static_cast<int>(i),
                             static_cast<int>(m_cards.size()));
    }
}

int RuleBuilder::indexOf(const RuleCard* card) const
{
    return static_cast<int>(std::find(m_cards.begin(), m_cards.end(), card) - m_cards.begin());
}

void RuleBuilder::addRule()
{
    TargetingRule rule;
    rule.when.parts.push_back({Condition{}});
    rule.then.content =
        m_choices.names.isEmpty() ? std::string() : m_choices.names.constFirst().toStdString();
    addCard(static_cast<int>(m_cards.size()), rule);
    if (m_foreign) { // the rules take its place
        m_foreign.reset();
        addOtherwise({});
    }
    numberCards();
    note({});
    if (auto* first = findChild<QWidget*>(m_cards.back()->objectName() +
                                          QStringLiteral(".when.0.attribute"))) {
        first->setFocus(Qt::OtherFocusReason);
    }
}

void RuleBuilder::duplicate(RuleCard* card)
{
    addCard(indexOf(card) + 1, card->rule());
    numberCards();
    note({});
}

void RuleBuilder::remove(RuleCard* card)
{
    std::erase(m_cards, card);
    card->hide();
    card->deleteLater();
    for (QWidget* control : card->findChildren<QWidget*>()) {
        control->setObjectName({});
    }
    numberCards();
    m_add->setFocus(Qt::OtherFocusReason);
    note({});
}

void RuleBuilder::moveCard(RuleCard* card, int to)
{
    const int from = indexOf(card);
    if (to < 0 || to >= static_cast<int>(m_cards.size()) || to == from) {
        return;
    }
    QWidget* focus = QApplication::focusWidget();
    m_cards.erase(m_cards.begin() + from);
    m_cards.insert(m_cards.begin() + to, card);
    m_list->removeWidget(card);
    m_list->insertWidget(to, card);
    numberCards();
    note({});
    if (focus != nullptr && card->isAncestorOf(focus)) {
        focus->setFocus(Qt::OtherFocusReason);
    }
}

/// Takes the place of the card whose middle has been passed.
void RuleBuilder::drag(RuleCard* card, int y)
{
    const int from = indexOf(card);
    int to = from;
    while (to > 0 && y < m_cards[static_cast<std::size_t>(to - 1)]->geometry().center().y()) {
        --to;
    }
    while (to + 1 < static_cast<int>(m_cards.size()) &&
           y > m_cards[static_cast<std::size_t>(to + 1)]->geometry().center().y()) {
        ++to;
    }
    moveCard(card, to);
}

Targeting RuleBuilder::collect() const
{
    Targeting targeting;
    targeting.foreign = m_cards.empty() ? m_foreign : std::nullopt;
    for (const RuleCard* card : m_cards) {
        targeting.rules.push_back(card->rule());
    }
    if (m_otherwise != nullptr) {
        targeting.otherwise = m_otherwise->outcome();
    }
    return targeting;
}

/// The form has changed: one more step, the text follows.
void RuleBuilder::note(const QString& typing)
{
    Json after = write(collect());
    if (after.dump() != m_current.dump()) {
        Json before = std::exchange(m_current, after);
        m_steps->push(new RuleStep(*this, std::move(before), std::move(after), typing));
        m_textAtFault = false;
        m_text->setJson(m_current);
    }
    updateTools();
    Q_EMIT edited();
}

void RuleBuilder::apply(const Json& logic)
{
    m_current = logic;
    m_textAtFault = false;
    m_text->setJson(logic);
    showTargeting(read(logic));
    Q_EMIT edited();
}

/// A person types JsonLogic: the form follows whenever it is JSON of the right shape.
void RuleBuilder::readText()
{
    const std::optional<Json>& value = m_text->value();
    const bool shaped =
        value && (m_subject == Subject::Route
                      ? value->is_array() && write(read(*value)).dump() == value->dump()
                      : value->is_object());
    m_textAtFault = !shaped;
    if (value && !shaped) {
        m_text->showProblem(m_subject == Subject::Route
                                ? tr("rules are a list: [{\"when\": …, \"arm\": …}]")
                                : tr("targeting is an object, {} without rules"));
    }
    if (shaped && value->dump() != m_current.dump()) {
        Json before = std::exchange(m_current, *value);
        m_steps->push(new RuleStep(*this, std::move(before), m_current, m_text->objectName()));
        showTargeting(read(m_current));
    }
    updateTools();
    Q_EMIT edited();
}

QStringList RuleBuilder::problems() const
{
    if (m_textAtFault) {
        return {tr("The JsonLogic below cannot be read yet.")};
    }
    QStringList problems;
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        for (const QString& problem : m_cards[i]->problems()) {
            problems << tr("Rule %1: %2.").arg(i + 1).arg(problem);
        }
    }
    if (m_otherwise != nullptr) {
        for (const QString& problem : m_otherwise->problems()) {
            problems << tr("Everybody else: %1.").arg(problem);
        }
    }
    return problems.isEmpty() ? targetingProblems(collect()) : problems;
}

void RuleBuilder::updateTools()
{
    m_undo->setEnabled(m_steps->canUndo());
    m_redo->setEnabled(m_steps->canRedo());
    m_empty->setVisible(m_cards.empty() && (m_subject == Subject::Route || m_foreign));
    m_empty->setText(m_foreign
                         ? tr("This targeting is not a list of rules. It stays as it is and can be "
                              "edited as JsonLogic below; a new rule takes its place.")
                               .toHtmlEscaped()
                         : tr("No rules: the percentage decides for everybody.").toHtmlEscaped());
    if (m_foreign && m_cards.empty()) {
        m_showText->setChecked(true);
    }
    const QStringList wrong = problems();
    m_problems->setText(wrong.join(QLatin1Char('\n')));
    m_problems->setVisible(!wrong.isEmpty());
}

} // namespace sluice::ui
