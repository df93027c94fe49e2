// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/rules/outcomeeditor.h"

#include "ui/pages/rules/spliteditor.h"
#include "ui/widgets/jsonedit.h"

#include <QComboBox>
#include <QVBoxLayout>

namespace sluice::ui {

namespace {
constexpr int kKind = Qt::UserRole;
constexpr int kName = Qt::UserRole + 1;
} // namespace

OutcomeEditor::OutcomeEditor(const Theme& theme, const OutcomeChoices& choices,
                             const std::optional<Outcome>& outcome, bool absent, QObject* parent)
    : QObject(parent)
    , m_chooser(new QComboBox)
    , m_detail(new QWidget)
    , m_split(new SplitEditor(theme, choices.names))
    , m_json(new JsonEdit(theme, QStringLiteral("json")))
    , m_logic(nullptr)
{
    m_chooser->setAccessibleName(tr("What it gives"));
    m_json->setPlaceholderText(tr("JsonLogic that gives a variant's name"));
    constexpr int least = 2;
    constexpr int most = 12;
    m_json->setLines(least, most);
    auto* column = new QVBoxLayout(m_detail);
    column->setContentsMargins({});
    column->addWidget(m_split);
    column->addWidget(m_json);
    fill(choices, outcome, absent);
    select(outcome);
    showDetail();
    connect(m_chooser, &QComboBox::activated, this, [this] {
        showDetail();
        Q_EMIT edited({});
    });
    connect(m_split, &SplitEditor::edited, this, &OutcomeEditor::edited);
    connect(m_json, &JsonEdit::edited, this, [this] {
        if (m_json->value()) {
            m_logic = *m_json->value();
        }
        Q_EMIT edited(m_json->objectName());
    });
}

void OutcomeEditor::fill(const OutcomeChoices& choices, const std::optional<Outcome>& outcome,
                         bool absent)
{
    const auto add = [this](const QString& text, Kind kind, const QString& name = {}) {
        m_chooser->addItem(text, static_cast<int>(kind));
        m_chooser->setItemData(m_chooser->count() - 1, name, kName);
    };
    if (absent) {
        add(choices.flagDefault.isEmpty() ? tr("the application's own default")
                                          : tr("the default (%1)").arg(choices.flagDefault),
            Absent);
    }
    QStringList names = choices.names;
    if (outcome) {
        if (const auto* name = std::get_if<std::string>(&outcome->content)) {
            const QString own = QString::fromStdString(*name);
            if (!own.isEmpty() && !names.contains(own)) {
                names << own; // gone from the variants: shown, so that it can be put right
            }
        }
    }
    for (const QString& name : names) {
        add(choices.names.contains(name) ? name : tr("%1 (there is no such)").arg(name), Name,
            name);
    }
    if (choices.isFlag) {
        add(tr("split by weights"), Splitting);
        if (!absent) {
            add(choices.flagDefault.isEmpty() ? tr("nothing (null)")
                                              : tr("the default (%1)").arg(choices.flagDefault),
                DefaultVariant);
        } else if (outcome && std::holds_alternative<Outcome::Default>(outcome->content)) {
            add(tr("the default, written as null"), DefaultVariant);
        }
        add(tr("JSON"), Logic);
    } else if (outcome && std::holds_alternative<Json>(outcome->content)) {
        add(tr("JSON"), Logic);
    }
}

void OutcomeEditor::select(const std::optional<Outcome>& outcome)
{
    Kind wanted = Absent;
    QString name;
    if (outcome) {
        if (const auto* own = std::get_if<std::string>(&outcome->content)) {
            wanted = Name;
            name = QString::fromStdString(*own);
        } else if (const auto* split = std::get_if<Split>(&outcome->content)) {
            wanted = Splitting;
            m_split->setSplit(*split);
        } else if (const auto* logic = std::get_if<Json>(&outcome->content)) {
            wanted = Logic;
            m_logic = *logic;
            m_json->setJson(*logic);
        } else {
            wanted = DefaultVariant;
        }
    }
    for (int i = 0; i < m_chooser->count(); ++i) {
        if (m_chooser->itemData(i, kKind).toInt() == wanted &&
            (name.isEmpty() || m_chooser->itemData(i, kName).toString() == name)) {
            m_chooser->setCurrentIndex(i);
            return;
        }
    }
}

OutcomeEditor::Kind OutcomeEditor::kind() const
{
    return static_cast<Kind>(m_chooser->currentData(kKind).toInt());
}

void OutcomeEditor::showDetail()
{
    m_split->setVisible(kind() == Splitting);
    m_json->setVisible(kind() == Logic);
    const bool needed = kind() == Splitting || kind() == Logic;
    if (m_detail->parentWidget() != nullptr) {
        m_detail->setVisible(needed);
    } else if (!needed) { // showing it before it has its place would make it a window
        m_detail->hide();
    }
    if (kind() == Logic && m_json->empty()) {
        m_json->setJson(m_logic);
    }
}

std::optional<Outcome> OutcomeEditor::outcome() const
{
    switch (kind()) {
    case Name:
        return Outcome{m_chooser->currentData(kName).toString().toStdString()};
    case Splitting:
        return Outcome{m_split->split()};
    case DefaultVariant:
        return Outcome{Outcome::Default{}};
    case Logic:
        return Outcome{m_logic};
    case Absent:
        break;
    }
    return std::nullopt;
}

QStringList OutcomeEditor::problems() const
{
    return kind() == Logic && !m_json->value() ? QStringList(tr("what it gives is not JSON yet"))
                                               : QStringList();
}

void OutcomeEditor::setPath(const QString& path)
{
    m_chooser->setObjectName(path + QStringLiteral(".outcome"));
    m_split->setPath(path + QStringLiteral(".split"));
    m_json->setName(path + QStringLiteral(".json"));
}

} // namespace sluice::ui
