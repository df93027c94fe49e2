// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/flags/flagsources.h"

#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/models/plane.h"
#include "ui/models/sortedmodel.h"
#include "ui/pages/common/changelist.h"
#include "ui/pages/common/columnweights.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/common/stalelabel.h"
#include "ui/theme/variant.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/tableview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace sluice::ui {

namespace {

constexpr int kMinute = 60;
constexpr int kDay = 24 * 3600;

QString statusOf(const Json& source)
{
    const QString status = read::text(source, "status");
    const Json& error = read::child(source, "error");
    if (!error.empty()) {
        const QString where = read::text(error, "where");
        const QString what = FlagSources::tr("✕ %1").arg(read::text(error, "message"));
        return where.isEmpty() ? what : FlagSources::tr("%1 (%2)").arg(what, where);
    }
    return status == QLatin1String("ok") ? FlagSources::tr("✓ in force")
                                         : FlagSources::tr("○ waiting for the first look");
}

QString timeOf(const Json& source, const char* member)
{
    const auto at = read::integer(source, member);
    return at ? format::timeOfDay(*at) : format::dash();
}

JsonColumn column(const char* id, const QString& title, std::function<QString(const Json&)> text)
{
    return {QString::fromLatin1(id), title, std::move(text), {}, false, {}};
}

std::vector<JsonColumn> columns()
{
    const auto tr = [](const char* text) {
        return QCoreApplication::translate("sluice::ui", text);
    };
    return {column("name", tr("Source"), [](const Json& row) { return read::text(row, "name"); }),
            column("kind", tr("Kind"), [](const Json& row) { return read::text(row, "kind"); }),
            column("location", tr("From"),
                   [](const Json& row) {
                       const QString path = read::text(row, "path");
                       const QString at = read::text(row, "location");
                       return path.isEmpty() ? at : at + QStringLiteral(" : ") + path;
                   }),
            {QStringLiteral("flags"),
             tr("Flags"),
             [](const Json& row) { return format::count(read::number(row, "flags").value_or(0)); },
             [](const Json& row) { return QVariant(read::number(row, "flags").value_or(0)); },
             true,
             {}},
            column("status", tr("State"), statusOf),
            {QStringLiteral("looked"),
             tr("Last look"),
             [](const Json& row) { return timeOf(row, "looked_at"); },
             {},
             false,
             {},
             true},
            column("version", tr("Version"), [](const Json& row) {
                const QString version = read::text(row, "version");
                return version.isEmpty() ? format::dash() : version;
            })};
}

} // namespace

FlagSources::FlagSources(const Theme& theme, Plane& plane, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_sources(plane, "flags.sources", std::chrono::seconds(2))
{
    auto* panel = new Panel(theme, tr("Sources"),
                            tr("read again and again; their flags cannot be edited here"));
    auto* shut = new QPushButton(tr("Close"));
    shut->setObjectName(QStringLiteral("sources.close"));
    setVariant(*shut, "kind", "quiet");
    panel->addTool(new StaleLabel(m_sources));
    panel->addTool(shut);
    panel->setFlush();
    panel->body()->addWidget(makeTable(), 1);
    panel->body()->addWidget(makeForm());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(panel);
    m_sources.follow(this);
    connect(&m_sources, &LiveQuery::changed, this, &FlagSources::update);
    connect(m_stack, &StateStack::retry, &m_sources, &LiveQuery::refresh);
    connect(shut, &QPushButton::clicked, this, &FlagSources::closed);
    connect(&plane, &Plane::readOnlyChanged, this, &FlagSources::check);
    showKind();
}

QWidget* FlagSources::makeTable()
{
    m_model = new JsonTableModel("name", columns(), this);
    m_sorted = new SortedModel(*m_model, this);
    m_table = new TableView(m_theme);
    m_table->setObjectName(QStringLiteral("sources.table"));
    m_table->setAccessibleName(tr("Sources of flags"));
    m_table->setModel(m_sorted);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    new ColumnWeights(*m_table, {95, 55, 170, 60, 190, 90, 90});
    m_stack = new StateStack(m_theme, m_table);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &FlagSources::select);
    return m_stack;
}

QWidget* FlagSources::makeForm()
{
    auto* form = new QFrame;
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(m_theme.grid(2));
    grid->setVerticalSpacing(m_theme.grid(1));
    const auto field = [&](const char* name, const QString& caption, int row, int column) {
        auto* made = new QLineEdit;
        made->setObjectName(QString::fromLatin1(name));
        made->setAccessibleName(caption);
        grid->addWidget(makeCaption(caption, made), row, column);
        grid->addWidget(made, row + 1, column);
        connect(made, &QLineEdit::textEdited, this, &FlagSources::check);
        return made;
    };
    m_name = field("sources.name", tr("Name"), 0, 0);
    m_kind = new QComboBox;
    m_kind->setObjectName(QStringLiteral("sources.kind"));
    m_kind->addItem(tr("file"), QStringLiteral("file"));
    m_kind->addItem(tr("HTTP, with ETag"), QStringLiteral("http"));
    m_kind->addItem(tr("Git repository"), QStringLiteral("git"));
    grid->addWidget(makeCaption(tr("Kind"), m_kind), 0, 1);
    grid->addWidget(m_kind, 1, 1);
    m_location = field("sources.location", tr("File, URL, or folder of the repository"), 0, 2);
    m_interval = new QSpinBox;
    m_interval->setObjectName(QStringLiteral("sources.interval"));
    m_interval->setRange(1, kDay);
    m_interval->setValue(kMinute);
    m_interval->setSuffix(tr(" s"));
    grid->addWidget(makeCaption(tr("Look every"), m_interval), 0, 3);
    grid->addWidget(m_interval, 1, 3);
    m_path = field("sources.path", tr("File in the repository"), 2, 0);
    m_ref = field("sources.ref", tr("Branch"), 2, 1);
    m_local = new QCheckBox(tr("may be a private address or plain http"));
    m_local->setObjectName(QStringLiteral("sources.local"));
    grid->addWidget(m_local, 3, 2);
    grid->setColumnStretch(2, 1);
    auto* column = new QVBoxLayout(form);
    column->setContentsMargins(m_theme.grid(3), m_theme.grid(3), m_theme.grid(3), m_theme.grid(3));
    column->setSpacing(m_theme.grid(2));
    column->addLayout(grid);
    column->addLayout(makeFoot());
    connect(m_kind, &QComboBox::activated, this, &FlagSources::showKind);
    return form;
}

/// What is wrong, the buttons, and what removing asks.
QLayout* FlagSources::makeFoot()
{
    m_problem = makeLabel({}, "", "harm");
    m_problem->setObjectName(QStringLiteral("sources.problem"));
    m_problem->setWordWrap(true);
    m_changes = new ChangeList(m_theme);
    m_confirm = new ConfirmBox(m_theme, QStringLiteral("sources.apply"));
    m_confirm->setReasonAsked(false);
    m_save = new QPushButton(tr("Save source"));
    m_save->setObjectName(QStringLiteral("sources.save"));
    m_remove = new QPushButton(tr("Remove…"));
    m_remove->setObjectName(QStringLiteral("sources.remove"));
    auto* foot = new QHBoxLayout;
    foot->setSpacing(m_theme.grid(2));
    foot->addStretch(1);
    foot->addWidget(m_remove);
    foot->addWidget(m_save);
    auto* column = new QVBoxLayout;
    column->setSpacing(m_theme.grid(2));
    column->addWidget(m_problem);
    column->addLayout(foot);
    column->addWidget(m_changes);
    column->addWidget(m_confirm);
    m_problem->hide();
    m_changes->hide();
    connect(m_save, &QPushButton::clicked, this, &FlagSources::save);
    connect(m_remove, &QPushButton::clicked, this, &FlagSources::askRemove);
    connect(m_confirm, &ConfirmBox::confirmed, this, &FlagSources::remove);
    connect(m_confirm, &ConfirmBox::cancelled, m_changes, &QWidget::hide);
    return column;
}

void FlagSources::showKind()
{
    const QString kind = m_kind->currentData().toString();
    const bool git = kind == QLatin1String("git");
    m_path->setEnabled(git);
    m_ref->setEnabled(git);
    m_local->setEnabled(kind == QLatin1String("http"));
    check();
}

void FlagSources::update()
{
    if (!showQueryState(*m_stack, m_sources)) {
        return;
    }
    const Json& rows = read::child(m_sources.value(), "sources");
    m_model->setRows(rows);
    if (rows.empty()) {
        m_stack->showEmpty(QStringLiteral("flags"),
                           tr("No source yet. Name a file, a URL or a Git repository below: its "
                              "flags are taken over whenever it changes."));
    } else {
        m_stack->showData();
    }
    check();
}

void FlagSources::select()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    const int row =
        rows.isEmpty() ? -1 : m_model->find(rows[0].data(JsonTableModel::KeyRole).toString());
    if (row >= 0) {
        const Json& source = m_model->row(row);
        m_name->setText(read::text(source, "name"));
        m_kind->setCurrentIndex(m_kind->findData(read::text(source, "kind")));
        m_location->setText(read::text(source, "location"));
        m_path->setText(read::text(source, "path"));
        m_ref->setText(read::text(source, "ref"));
        m_local->setChecked(read::flag(source, "local"));
        m_interval->setValue(
            static_cast<int>(read::integer(source, "interval_s").value_or(kMinute)));
    }
    showKind();
}

void FlagSources::check()
{
    const auto set = [](QPushButton* button, const QString& why) {
        button->setEnabled(why.isEmpty());
        button->setToolTip(why);
    };
    const QString refused = m_plane.whyNot("flags.source.put");
    set(m_save, !refused.isEmpty()                       ? refused
                : m_name->text().trimmed().isEmpty()     ? tr("Give the source a name.")
                : m_location->text().trimmed().isEmpty() ? tr("Say where it is.")
                : m_path->isEnabled() && m_path->text().trimmed().isEmpty()
                    ? tr("Name the file in the repository.")
                    : QString());
    const QString cannot = m_plane.whyNot("flags.source.remove");
    set(m_remove, !cannot.isEmpty()                             ? cannot
                  : m_model->find(m_name->text().trimmed()) < 0 ? tr("Choose a source first.")
                                                                : QString());
}

void FlagSources::save()
{
    Json arguments{{"name", m_name->text().trimmed().toStdString()},
                   {"kind", m_kind->currentData().toString().toStdString()},
                   {"location", m_location->text().trimmed().toStdString()},
                   {"interval_s", m_interval->value()}};
    const auto add = [&](const char* member, const QLineEdit& field) {
        if (field.isEnabled() && !field.text().trimmed().isEmpty()) {
            arguments[member] = field.text().trimmed().toStdString();
        }
    };
    add("path", *m_path);
    add("ref", *m_ref);
    if (m_local->isEnabled() && m_local->isChecked()) {
        arguments["local"] = true;
    }
    m_plane.execute("flags.source.put", std::move(arguments), this,
                    [this](const Result<api::CommandReply>& reply) {
                        m_problem->setVisible(!reply.ok());
                        if (!reply.ok()) {
                            failed(reply.error());
                            return;
                        }
                        m_sources.refresh();
                        Q_EMIT changed();
                    });
}

/// Shows which flags would go with the source.
void FlagSources::askRemove()
{
    m_removing = m_name->text().trimmed();
    m_plane.execute("flags.source.remove", {{"name", m_removing.toStdString()}, {"dry_run", true}},
                    this, [this](const Result<api::CommandReply>& reply) {
                        m_problem->setVisible(!reply.ok());
                        if (!reply.ok()) {
                            failed(reply.error());
                            return;
                        }
                        m_changes->setChanges(read::child(reply->result, "changes"), true);
                        m_changes->setVisible(m_changes->count() > 0);
                        m_confirm->ask(
                            tr("Removes the source <b>%1</b> and the flags that came from it.")
                                .arg(m_removing.toHtmlEscaped()),
                            tr("Remove %1").arg(m_removing), false);
                    });
}

void FlagSources::remove()
{
    m_plane.execute("flags.source.remove", {{"name", m_removing.toStdString()}}, this,
                    [this](const Result<api::CommandReply>& reply) {
                        m_problem->setVisible(!reply.ok());
                        if (!reply.ok()) {
                            failed(reply.error());
                            return;
                        }
                        m_confirm->closeBox();
                        m_changes->hide();
                        m_sources.refresh();
                        Q_EMIT changed();
                    });
}

void FlagSources::failed(const Error& error)
{
    m_problem->setText(QString::fromStdString(describe(error)));
}

} // namespace sluice::ui
