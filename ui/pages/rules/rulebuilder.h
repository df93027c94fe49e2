// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/rules/outcomeeditor.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QUndoStack;
class QVBoxLayout;

namespace sluice::ui {

class IconButton;
class JsonEdit;
class RuleCard;

/// Edits targeting: an ordered list of rules, each with conditions and what it gives, and for a
/// flag what everybody else gets. Beside it the JsonLogic that it writes, live; that text can be
/// edited too, and what the form cannot express stays text in its place. Every step can be undone
/// (Ctrl+Z). GUI thread only.
class RuleBuilder final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RuleBuilder)

public:
    enum class Subject
    {
        Route, ///< rules give an arm; written as the route's "rules"
        Flag   ///< rules give a variant; written as the flag's "targeting"
    };

    /// Controls: NAME.N.… of the rules (RuleCard), NAME.else.… , NAME.add, NAME.undo, NAME.redo,
    /// NAME.logic.text, NAME.showLogic, NAME.problems.
    RuleBuilder(const Theme& theme, Subject subject, const QString& name,
                QWidget* parent = nullptr);
    ~RuleBuilder() override;

    /// What rules may give; rebuilds the form if it is something else.
    void setChoices(const OutcomeChoices& choices);
    /// Shows a document of the subject's shape and forgets the steps.
    void setLogic(const Json& logic);
    /// The document that the form writes now.
    [[nodiscard]] Json logic() const;
    /// Whether it says something else than what setLogic() gave.
    [[nodiscard]] bool changed() const;
    /// Why it cannot be saved; empty if it can.
    [[nodiscard]] QStringList problems() const;

Q_SIGNALS:
    /// logic() or problems() may be others now.
    void edited();

private:
    friend class RuleStep;

    [[nodiscard]] Targeting read(const Json& logic) const;
    [[nodiscard]] Json write(const Targeting& targeting) const;
    QWidget* makeTools();
    void showTargeting(const Targeting& targeting);
    void addCard(int index, const TargetingRule& rule);
    void addOtherwise(const Targeting& targeting);
    void numberCards();
    void addRule();
    void duplicate(RuleCard* card);
    void remove(RuleCard* card);
    void moveCard(RuleCard* card, int to);
    void drag(RuleCard* card, int y);
    [[nodiscard]] int indexOf(const RuleCard* card) const;
    [[nodiscard]] Targeting collect() const;
    void note(const QString& typing);
    void apply(const Json& logic);
    void readText();
    void updateTools();

    const Theme& m_theme;
    Subject m_subject;
    QString m_name;
    OutcomeChoices m_choices;
    Json m_given;
    Json m_current;
    std::optional<Json> m_foreign; ///< of a flag: targeting that is no list of rules
    QUndoStack* m_steps;
    QVBoxLayout* m_list;
    QWidget* m_listHost;
    QWidget* m_otherwiseHost = nullptr;
    OutcomeEditor* m_otherwise = nullptr;
    QLabel* m_empty;
    QLabel* m_problems;
    JsonEdit* m_text;
    QPushButton* m_add;
    QPushButton* m_showText;
    IconButton* m_undo;
    IconButton* m_redo;
    std::vector<RuleCard*> m_cards;
    bool m_textAtFault = false;
};

} // namespace sluice::ui
