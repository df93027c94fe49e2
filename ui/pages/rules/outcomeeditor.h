// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/targeting.h"
#include "ui/theme/theme.h"

#include <QObject>
#include <QStringList>

class QComboBox;
class QWidget;

namespace sluice::ui {

class JsonEdit;
class SplitEditor;

/// What a rule may give.
struct OutcomeChoices
{
    QStringList names;   ///< arms of a route, variants of a flag
    bool isFlag = false; ///< a flag's rules may also split, give the default, or compute
    QString flagDefault; ///< name of the default variant, empty without one

    bool operator==(const OutcomeChoices&) const = default;
};

/// Chooses what a rule gives: a chooser, and below it what the choice needs (a split's weights,
/// JSON). The owner lays out both widgets. Controls: PATH.outcome, PATH.split.…, PATH.json.text.
class OutcomeEditor final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(OutcomeEditor)

public:
    /// `absent`: nothing given is a choice too (a flag's "everybody else").
    OutcomeEditor(const Theme& theme, const OutcomeChoices& choices,
                  const std::optional<Outcome>& outcome, bool absent, QObject* parent);

    [[nodiscard]] QComboBox* chooser() const noexcept { return m_chooser; }
    [[nodiscard]] QWidget* detail() const noexcept { return m_detail; }
    [[nodiscard]] std::optional<Outcome> outcome() const;
    [[nodiscard]] QStringList problems() const;
    void setPath(const QString& path);

Q_SIGNALS:
    void edited(const QString& typing);

private:
    enum Kind
    {
        Name,
        Splitting,
        DefaultVariant,
        Logic,
        Absent
    };
    void fill(const OutcomeChoices& choices, const std::optional<Outcome>& outcome, bool absent);
    void select(const std::optional<Outcome>& outcome);
    void showDetail();
    [[nodiscard]] Kind kind() const;

    QComboBox* m_chooser;
    QWidget* m_detail;
    SplitEditor* m_split;
    JsonEdit* m_json;
    Json m_logic;
};

} // namespace sluice::ui
