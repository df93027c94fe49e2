// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/guardpanel.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/route/routeeditor.h"
#include "ui/theme/variant.h"
#include "ui/widgets/numberlabel.h"
#include "ui/widgets/panel.h"

#include <QApplication>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>

#include <algorithm>

namespace sluice::ui {

namespace {

constexpr int kMostMs = 3'600'000;
constexpr int kMostTokens = 10'000;

struct Limit
{
    const char* member;
    QString title;
    QString toolTip;
    bool speed = false; ///< tokens a second, at least; else milliseconds, at most

    [[nodiscard]] int most() const { return speed ? kMostTokens : kMostMs; }
    [[nodiscard]] QString unit() const
    {
        return speed ? GuardPanel::tr("tokens/s") : QStringLiteral("ms");
    }
};

std::vector<Limit> limits()
{
    return {
        {"ttft_ms", GuardPanel::tr("First token"),
         GuardPanel::tr("Streamed requests: time to the first content, each attempt")},
        {"total_ms", GuardPanel::tr("Total"), GuardPanel::tr("Each attempt, from start to end")},
        {"idle_ms", GuardPanel::tr("Idle"),
         GuardPanel::tr("Streamed requests: the longest pause between two pieces")},
        {"min_tokens_per_s", GuardPanel::tr("Slowest stream"),
         GuardPanel::tr("Streamed requests: broken off if they say less than this over three "
                        "seconds"),
         true},
        {"hedge_after_ms", GuardPanel::tr("Hedge after"),
         GuardPanel::tr("Asks stable as well after this time; the first answer wins")},
        {"deadline_ms", GuardPanel::tr("Deadline"),
         GuardPanel::tr("The whole request, fallback included")}};
}

std::optional<int> parsed(const std::map<std::string, QString>& typed, const char* member)
{
    const auto found = typed.find(member);
    bool ok = false;
    const int value = found == typed.end() ? 0 : QLocale().toInt(found->second.trimmed(), &ok);
    return ok ? std::optional(value) : std::nullopt;
}

} // namespace

QString guardProblem(const std::map<std::string, QString>& typed)
{
    for (const Limit& limit : limits()) {
        const auto found = typed.find(limit.member);
        if (found == typed.end() || found->second.trimmed().isEmpty()) {
            continue;
        }
        const auto value = parsed(typed, limit.member);
        if (!value || *value < 1 || *value > limit.most()) {
            return GuardPanel::tr("%1: a whole number of %2 from 1 to %3, or empty for no limit.")
                .arg(limit.title, limit.unit(), QLocale().toString(limit.most()));
        }
    }
    const auto longer = [&](const char* a, const char* b) {
        const auto first = parsed(typed, a);
        const auto second = parsed(typed, b);
        return first && second && *first > *second;
    };
    if (longer("ttft_ms", "total_ms")) {
        return GuardPanel::tr(
            "The limit for the first token is longer than the total, so it would never count.");
    }
    if (longer("idle_ms", "total_ms")) {
        return GuardPanel::tr("The idle limit is longer than the total, so it would never count.");
    }
    if (longer("total_ms", "deadline_ms")) {
        return GuardPanel::tr(
            "The total of one attempt is longer than the deadline of the request.");
    }
    return {};
}

GuardPanel::GuardPanel(const Theme& theme, Plane& plane, RouteEditor& editor, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_editor(editor)
    , m_panel(new Panel(theme, tr("Guard"), tr("per attempt, before the first byte")))
    , m_edit(new QPushButton(tr("Edit")))
    , m_stack(new QStackedWidget)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_panel);
    m_edit->setObjectName(QStringLiteral("guard.edit"));
    setVariant(*m_edit, "kind", "link");
    m_panel->addTool(m_edit);
    m_stack->addWidget(makeView());
    m_stack->addWidget(makeForm());
    m_panel->body()->addWidget(m_stack);
    showPart(0);
    connect(m_edit, &QPushButton::clicked, this, &GuardPanel::edit);
    connect(m_confirm, &ConfirmBox::confirmed, this, &GuardPanel::apply);
    connect(m_confirm, &ConfirmBox::cancelled, this, &GuardPanel::reset);
    connect(&editor, &RouteEditor::busyChanged, m_confirm, &ConfirmBox::setBusy);
}

QWidget* GuardPanel::makeView()
{
    auto* view = new QWidget;
    auto* grid = new QGridLayout(view);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(m_theme.grid(4));
    grid->setVerticalSpacing(m_theme.grid(1));
    int cell = 0;
    const auto add = [&](const std::string& key, const QString& title, const QString& toolTip) {
        const int row = cell / 3 * 3;
        auto* value = new NumberLabel(m_theme, TextStyle::Strong);
        value->setObjectName(QStringLiteral("guard.") + QString::fromStdString(key));
        value->setToolTip(toolTip);
        QLabel* caption = makeLabel(title, "", "secondary");
        caption->setToolTip(toolTip);
        grid->addWidget(caption, row, cell % 3);
        grid->addWidget(value, row + 1, cell % 3);
        grid->setRowMinimumHeight(row + 2, m_theme.grid(1));
        grid->setColumnStretch(cell % 3, 1);
        m_values[key] = value;
        ++cell;
    };
    for (const Limit& limit : limits()) {
        add(limit.member, limit.title, limit.toolTip);
    }
    add("fell_back", tr("Fell back"),
        tr("Candidate requests that stable answered, in the chosen time"));
    grid->setRowStretch(grid->rowCount(), 1);
    return view;
}

QWidget* GuardPanel::makeForm()
{
    auto* form = new QWidget;
    auto* column = new QVBoxLayout(form);
    column->setContentsMargins({});
    column->setSpacing(m_theme.grid(2));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(m_theme.grid(3));
    int cell = 0;
    for (const Limit& limit : limits()) {
        auto* field = new QLineEdit;
        field->setObjectName(QStringLiteral("guard.field.") + QLatin1String(limit.member));
        field->setPlaceholderText(tr("no limit"));
        field->setToolTip(limit.toolTip);
        field->setMaxLength(12);
        const QString caption = tr("%1, %2").arg(limit.title, limit.unit());
        grid->addWidget(makeCaption(caption, field), cell / 3 * 2, cell % 3);
        grid->addWidget(field, cell / 3 * 2 + 1, cell % 3);
        m_fields[limit.member] = field;
        connect(field, &QLineEdit::textChanged, this, &GuardPanel::check);
        ++cell;
    }
    m_problem = makeParagraph({}, "harm");
    m_problem->setObjectName(QStringLiteral("guard.problem"));
    m_confirm = new ConfirmBox(m_theme, QStringLiteral("guard.apply"));
    column->addLayout(grid);
    column->addWidget(m_problem);
    column->addWidget(m_confirm);
    column->addStretch(1);
    return form;
}

void GuardPanel::refresh(const std::vector<ArmNumbers>& arms)
{
    const Json& guard = m_editor.facts().guard;
    for (const Limit& limit : limits()) {
        const auto value = read::number(guard, limit.member);
        m_values[limit.member]->setText(
            value ? QString(format::count(*value) + QLatin1Char(' ') + limit.unit()) : tr("none"));
        m_values[limit.member]->setRole(value ? Role::Text : Role::Tertiary);
    }
    const ArmNumbers* candidate = findArm(arms, QStringLiteral("candidate"));
    const auto share = candidate != nullptr ? candidate->share(candidate->fallbacks) : std::nullopt;
    m_values["fell_back"]->setText(share ? QString(format::percent(*share) + QStringLiteral("  ") +
                                                   format::count(candidate->fallbacks))
                                         : format::dash());
    const QString why = m_plane.whyNot("routes.put");
    m_edit->setEnabled(why.isEmpty() && !m_editing);
    m_edit->setToolTip(why);
}

/// The part that is hidden takes no room: reading is half as high as editing.
void GuardPanel::showPart(int index)
{
    for (int i = 0; i < m_stack->count(); ++i) {
        m_stack->widget(i)->setSizePolicy(
            QSizePolicy::Preferred, i == index ? QSizePolicy::Preferred : QSizePolicy::Ignored);
    }
    m_stack->setCurrentIndex(index);
}

void GuardPanel::edit()
{
    m_editing = true;
    m_editor.hold(*this);
    for (const auto& [member, field] : m_fields) {
        const auto value = read::integer(m_editor.facts().guard, member.c_str());
        field->setText(value ? QString::number(*value) : QString());
    }
    showPart(1);
    m_edit->setEnabled(false);
    check();
    m_fields["ttft_ms"]->setFocus(Qt::OtherFocusReason);
}

void GuardPanel::check()
{
    std::map<std::string, QString> typed;
    for (const auto& [member, field] : m_fields) {
        typed[member] = field->text();
    }
    const QString problem = guardProblem(typed);
    m_problem->setText(problem.toHtmlEscaped());
    m_problem->setVisible(!problem.isEmpty());
    QWidget* focus = QApplication::focusWidget();
    m_confirm->ask(tr("New requests meet these limits at once; those under way keep the old ones.")
                       .toHtmlEscaped(),
                   tr("Apply limits"), false);
    m_confirm->setBusy(!problem.isEmpty());
    if (focus != nullptr) {
        focus->setFocus(Qt::OtherFocusReason);
    }
}

Json GuardPanel::typedGuard() const
{
    Json guard = Json::object();
    for (const auto& [member, field] : m_fields) {
        bool ok = false;
        const int value = QLocale().toInt(field->text().trimmed(), &ok);
        guard[member] = ok ? Json(value) : Json(nullptr);
    }
    return guard;
}

void GuardPanel::apply(const QString& reason)
{
    m_editor.put({{"guard", typedGuard()}}, reason);
}

void GuardPanel::reset()
{
    if (!m_editing) {
        return;
    }
    m_editing = false;
    m_confirm->closeBox();
    showPart(0);
    m_editor.release(*this);
}

} // namespace sluice::ui
