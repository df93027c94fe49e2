// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/flags/flagspage.h"

#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/models/plane.h"
#include "ui/models/sortedmodel.h"
#include "ui/pages/common/columnweights.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/common/stalelabel.h"
#include "ui/pages/flags/flagdetail.h"
#include "ui/pages/flags/flagfacts.h"
#include "ui/pages/flags/flaggeneration.h"
#include "ui/pages/flags/flagimport.h"
#include "ui/pages/flags/flagsources.h"
#include "ui/theme/variant.h"
#include "ui/widgets/jsontext.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/searchfield.h"
#include "ui/widgets/tableview.h"

#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSaveFile>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>

namespace sluice::ui {

namespace {

FlagFacts factsOf(const Json& row)
{
    return flagFacts(row.value("key", ""), row["definition"]);
}

QString ownerOf(const Json& row)
{
    const QString source = read::text(row, "source");
    if (!source.isEmpty()) {
        return FlagsPage::tr("source %1").arg(source);
    }
    return read::text(row, "route").isEmpty() ? FlagsPage::tr("workspace") : FlagsPage::tr("route");
}

QString rulesOf(const Json& row)
{
    const int rules = factsOf(row).rules;
    return rules < 0 ? FlagsPage::tr("JSON") : rules == 0 ? format::dash() : format::count(rules);
}

JsonColumn column(const char* id, const QString& title, std::function<QString(const Json&)> text,
                  const QString& toolTip = {})
{
    return {QString::fromLatin1(id), title, std::move(text), {}, false, toolTip};
}

std::vector<JsonColumn> columns()
{
    const auto tr = [](const char* text) {
        return QCoreApplication::translate("sluice::ui", text);
    };
    return {column("key", tr("Flag"), [](const Json& row) { return read::text(row, "key"); }),
            column("state", tr("State"),
                   [](const Json& row) {
                       return factsOf(row).enabled ? FlagsPage::tr("● on") : FlagsPage::tr("○ off");
                   }),
            column("type", tr("Type"),
                   [](const Json& row) {
                       const QString type = factsOf(row).type;
                       return type.isEmpty() ? FlagsPage::tr("mixed") : type;
                   }),
            column(
                "default", tr("Default"),
                [](const Json& row) {
                    const QString name = factsOf(row).defaultVariant;
                    return name.isEmpty() ? format::dash() : name;
                },
                tr("What who matches no rule gets; – is the default in the application's code")),
            column("rules", tr("Rules"), rulesOf),
            column("owner", tr("Kept by"), ownerOf,
                   tr("Flags of sources and of routes are changed there"))};
}

} // namespace

FlagsPage::FlagsPage(const Theme& theme, Plane& plane, QWidget* parent)
    : Page(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_flags(plane, "flags.list", std::chrono::milliseconds(5000))
{
    setObjectName(QStringLiteral("page.flags"));
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("flags.splitter"));
    splitter->setHandleWidth(theme.grid(3));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeTable());
    splitter->addWidget(makeSide());
    splitter->setStretchFactor(0, 4);
    splitter->setStretchFactor(1, 6);
    constexpr int wide = 1000;
    splitter->setSizes({wide * 42 / 100, wide * 58 / 100});
    m_stack = new StateStack(theme, splitter);
    m_messages = new MessageBar(theme);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme.grid(4), theme.grid(3), theme.grid(4), theme.grid(3));
    layout->setSpacing(theme.grid(3));
    layout->addWidget(makeHeader());
    layout->addWidget(m_messages);
    layout->addWidget(m_stack, 1);
    addActions();
    m_flags.follow(this);
    connect(&m_flags, &LiveQuery::changed, this, &FlagsPage::update);
    connect(m_stack, &StateStack::retry, &m_flags, &LiveQuery::refresh);
    connect(m_stack, &StateStack::nextStep, this, &FlagsPage::begin);
    connect(&plane, &Plane::readOnlyChanged, this, &FlagsPage::updateButtons);
    connect(&plane, &Plane::resyncNeeded, &m_flags, &LiveQuery::refresh);
    connect(&plane, &Plane::event, this, [this](const api::Event& event) {
        if (event.kind == "flags" || event.kind == "apply" || event.kind == "revision") {
            m_flags.refresh();
            m_sources->refresh();
        }
    });
}

QWidget* FlagsPage::makeHeader()
{
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(2));
    m_count = makeLabel({}, "", "secondary");
    m_count->setObjectName(QStringLiteral("flags.count"));
    m_search = new SearchField(m_theme, tr("Filter flags"), m_table);
    m_search->setObjectName(QStringLiteral("flags.filter"));
    m_search->setFixedWidth(m_theme.grid(52));
    row->addWidget(makeLabel(tr("Flags"), "heading"));
    row->addSpacing(m_theme.grid(1));
    row->addWidget(m_count);
    row->addStretch(1);
    row->addWidget(new StaleLabel(m_flags));
    row->addWidget(m_search);
    const auto button = [&](const char* name, const QString& text, auto run) {
        auto* made = new QPushButton(text);
        made->setObjectName(QString::fromLatin1(name));
        row->addWidget(made);
        connect(made, &QPushButton::clicked, this, run);
        return made;
    };
    m_generationButton =
        button("flags.generation", tr("fractional v2"), [this] { askGeneration(); });
    m_generationButton->setToolTip(tr("How people are dealt into shares; can be switched"));
    button("flags.sources", tr("Sources"), [this] { m_side->setCurrentWidget(m_sources); });
    button("flags.import", tr("Import…"), [this] { m_side->setCurrentWidget(m_import); });
    auto* out = new QPushButton(tr("Export"));
    out->setObjectName(QStringLiteral("flags.export"));
    setVariant(*out, "menu", "true");
    auto* menu = new QMenu(out);
    QAction* file = menu->addAction(tr("To a file…"), this, [this] { exportFlags(true); });
    file->setObjectName(QStringLiteral("flags.export.file"));
    QAction* copy = menu->addAction(tr("Copy"), this, [this] { exportFlags(false); });
    copy->setObjectName(QStringLiteral("flags.export.copy"));
    out->setMenu(menu);
    row->addWidget(out);
    m_new = button("flags.new", tr("New flag"), [this] { begin(); });
    setVariant(*m_new, "kind", "primary");
    connect(m_search, &QLineEdit::textChanged, m_sorted, &SortedModel::setWords);
    return header;
}

QWidget* FlagsPage::makeTable()
{
    m_model = new JsonTableModel("key", columns(), this);
    m_sorted = new SortedModel(*m_model, this);
    m_table = new TableView(m_theme);
    m_table->setObjectName(QStringLiteral("flags.table"));
    m_table->setAccessibleName(tr("Flags"));
    m_table->setModel(m_sorted);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    constexpr int type = 2;
    m_table->setColumnHidden(type, true); // the column chooser has it
    new ColumnWeights(*m_table, {165, 70, 80, 90, 80, 105});
    auto* panel = new Panel(m_theme);
    panel->setFlush();
    panel->body()->addWidget(m_table);
    panel->setMinimumWidth(m_theme.grid(90));
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &FlagsPage::select);
    return panel;
}

QWidget* FlagsPage::makeSide()
{
    m_side = new QStackedWidget;
    auto* panel = new Panel(m_theme);
    panel->setFlush();
    m_detail = new FlagDetail(m_theme, m_plane);
    panel->body()->addWidget(m_detail);
    m_import = new FlagImport(m_theme, m_plane);
    m_sources = new FlagSources(m_theme, m_plane);
    m_switch = new FlagGeneration(m_theme, m_plane);
    m_side->addWidget(panel);
    for (QWidget* other : {static_cast<QWidget*>(m_import), static_cast<QWidget*>(m_sources),
                           static_cast<QWidget*>(m_switch)}) {
        m_side->addWidget(other);
    }
    const auto back = [this] {
        m_side->setCurrentIndex(0);
        update(); // the list's empty state, if there is still no flag
    };
    connect(m_import, &FlagImport::closed, this, back);
    connect(m_sources, &FlagSources::closed, this, back);
    connect(m_switch, &FlagGeneration::closed, this, back);
    connect(m_import, &FlagImport::imported, &m_flags, &LiveQuery::refresh);
    connect(m_sources, &FlagSources::changed, &m_flags, &LiveQuery::refresh);
    connect(m_switch, &FlagGeneration::switched, this, [this, back] {
        m_messages->show({QStringLiteral("generation"),
                          ChipKind::Good,
                          tr("switched"),
                          tr("Everybody is dealt by the other generation now."),
                          {},
                          true});
        m_flags.refresh();
        back();
    });
    connect(m_detail, &FlagDetail::saved, this, [this](const QString& key) {
        m_wanted = key;
        m_flags.refresh();
    });
    connect(m_detail, &FlagDetail::routeWanted, this,
            [this](const QString& route) { Q_EMIT goTo({QStringLiteral("route"), route, {}}); });
    return m_side;
}

void FlagsPage::addActions()
{
    const auto add = [&](const char* id, const QString& text, auto run) {
        auto* action = new QAction(text, this);
        action->setObjectName(QString::fromLatin1(id));
        connect(action, &QAction::triggered, this, run);
        addAction(action);
        return action;
    };
    add("flags.action.new", tr("New flag"), [this] {
        begin();
    })->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_N));
    add("flags.action.import", tr("Import flags…"), [this] { m_side->setCurrentWidget(m_import); });
    add("flags.action.export", tr("Export flags to a file…"), [this] { exportFlags(true); });
    add("flags.action.copy", tr("Copy all flags"), [this] { exportFlags(false); });
    add("flags.action.sources", tr("Sources of flags"),
        [this] { m_side->setCurrentWidget(m_sources); });
    add("flags.action.generation", tr("Switch the generation of fractional…"),
        [this] { askGeneration(); });
    for (QAction* action : actions()) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    }
}

void FlagsPage::updateButtons()
{
    const QString why = m_plane.whyNot("flags.set");
    m_new->setEnabled(why.isEmpty());
    m_new->setToolTip(why.isEmpty() ? tr("A boolean that is off for everybody (Ctrl+N)") : why);
    m_generationButton->setText(tr("fractional v%1").arg(m_generation));
}

void FlagsPage::update()
{
    if (!showQueryState(*m_stack, m_flags)) {
        m_count->clear();
        return;
    }
    m_rows = flagRows(m_flags.value());
    m_generation = static_cast<int>(read::integer(m_flags.value(), "generation").value_or(2));
    m_model->setRows(m_rows);
    m_count->setText(tr("%Ln flags", nullptr, static_cast<int>(m_rows.size())));
    updateButtons();
    const bool busy = m_side->currentIndex() > 0 || m_detail->isNew();
    if (m_rows.empty() && !busy) {
        m_stack->showEmpty(QStringLiteral("flags"),
                           tr("No flag yet. A flag is a value that applications ask for by its "
                              "key; every route is one as well."),
                           tr("New flag"));
        return;
    }
    m_stack->showData();
    const QString shown = m_wanted.isEmpty() ? m_detail->key() : m_wanted;
    if (m_detail->isNew() && m_wanted.isEmpty()) {
        return;
    }
    if (m_model->find(shown) >= 0) {
        m_wanted.clear();
        choose(shown);
    } else if (m_detail->editing() && !shown.isEmpty()) {
        m_detail->showGone();
    } else if (m_sorted->rowCount() > 0) {
        choose(m_sorted->index(0, 0).data(JsonTableModel::KeyRole).toString());
    }
}

/// Shows the flag, and its row as chosen.
void FlagsPage::choose(const QString& key)
{
    const int row = m_model->find(key);
    if (row < 0) {
        return;
    }
    m_detail->setFlag(m_model->row(row));
    const QModelIndex shown = m_sorted->mapFromSource(m_model->index(row, 0));
    if (shown.isValid() && !m_table->selectionModel()->isRowSelected(shown.row(), {})) {
        const QScopedValueRollback choosing(m_choosing, true);
        m_table->selectRow(shown.row());
    }
}

void FlagsPage::select()
{
    if (m_choosing) {
        return;
    }
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    const QString key =
        rows.isEmpty() ? QString() : rows[0].data(JsonTableModel::KeyRole).toString();
    if (key.isEmpty() || (key == m_detail->key() && !m_detail->isNew())) {
        return;
    }
    if (m_detail->editing()) {
        Message message;
        message.id = QStringLiteral("unsaved");
        message.kind = ChipKind::Warning;
        message.label = tr("not saved");
        message.text = m_detail->isNew()
                           ? tr("The new flag is not saved.")
                           : tr("What you changed in %1 is not saved.").arg(m_detail->key());
        message.actions.push_back({tr("Drop it and go on"), [this, key] {
                                       m_messages->dismiss(QStringLiteral("unsaved"));
                                       m_detail->setFlag(m_model->row(m_model->find(key)));
                                       m_detail->revert();
                                       choose(key);
                                   }});
        m_messages->show(std::move(message));
        // Afterwards: the view is still in the middle of choosing the other row.
        QTimer::singleShot(0, this,
                           [this] { m_detail->isNew() ? clearChoice() : choose(m_detail->key()); });
        return;
    }
    m_messages->dismiss(QStringLiteral("unsaved"));
    m_side->setCurrentIndex(0);
    choose(key);
}

void FlagsPage::begin()
{
    if (!m_new->isEnabled()) {
        return;
    }
    m_stack->showData();
    m_side->setCurrentIndex(0);
    clearChoice();
    m_detail->begin(m_rows);
}

void FlagsPage::clearChoice()
{
    const QScopedValueRollback choosing(m_choosing, true);
    m_table->clearSelection();
}

void FlagsPage::askGeneration()
{
    m_side->setCurrentWidget(m_switch);
    m_switch->ask(m_generation);
}

void FlagsPage::exportFlags(bool toFile)
{
    m_plane.execute(
        "flags.export", Json::object(), this,
        [this, toFile](const Result<api::CommandReply>& reply) {
            if (!reply.ok()) {
                m_messages->show({QStringLiteral("export"),
                                  ChipKind::Harm,
                                  tr("not exported"),
                                  QString::fromStdString(describe(reply.error())),
                                  {},
                                  true});
                return;
            }
            const QString text = jsontext::pretty(read::child(reply->result, "document"));
            if (toFile) {
                writeFile(text.toUtf8() + '\n');
                return;
            }
            QGuiApplication::clipboard()->setText(text);
            m_messages->show({QStringLiteral("export"),
                              ChipKind::Good,
                              tr("copied"),
                              tr("All flags, the routes' own among them, are in the clipboard as "
                                 "one flagd document."),
                              {},
                              true});
        });
}

void FlagsPage::writeFile(const QByteArray& document)
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export flags"), QStringLiteral("flags.json"), tr("flagd documents (*.json)"));
    if (path.isEmpty()) {
        return;
    }
    QSaveFile file(path);
    const bool written =
        file.open(QIODevice::WriteOnly) && file.write(document) == document.size() && file.commit();
    m_messages->show({QStringLiteral("export"),
                      written ? ChipKind::Good : ChipKind::Harm,
                      written ? tr("exported") : tr("not exported"),
                      written ? tr("All flags are in %1.").arg(path)
                              : tr("%1: %2").arg(path, file.errorString()),
                      {},
                      true});
}

void FlagsPage::activate(const Place& place)
{
    const QString key = place.details.value(QStringLiteral("flag")).toString();
    if (key.isEmpty()) {
        return;
    }
    m_wanted = key;
    m_side->setCurrentIndex(0);
    if (m_model->find(key) >= 0) {
        update();
    }
}

QWidget* FlagsPage::filterField()
{
    return m_search;
}

QList<KeyHint> FlagsPage::keys() const
{
    return {{QStringLiteral("/"), tr("Filter flags")},
            {QStringLiteral("Ctrl+N"), tr("New flag")},
            {QStringLiteral("Alt+↑ ↓"), tr("Move the rule that has the focus")},
            {QStringLiteral("Ctrl+Z"), tr("Undo in the rules")},
            {QStringLiteral("Ctrl+Shift+Z"), tr("Redo in the rules")}};
}

} // namespace sluice::ui
