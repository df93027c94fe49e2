// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/requests/requestspage.h"

#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/models/plane.h"
#include "ui/models/sortedmodel.h"
#include "ui/pages/common/columnweights.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/common/stalelabel.h"
#include "ui/pages/requests/recorddetail.h"
#include "ui/pages/requests/recordtable.h"
#include "ui/theme/variant.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/searchfield.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>

#include <algorithm>

namespace sluice::ui {

namespace {
constexpr int kPage = 200;
constexpr std::chrono::milliseconds kLive{1000};
} // namespace

RequestsPage::RequestsPage(const Theme& theme, Plane& plane, QWidget* parent)
    : Page(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_records(plane, "telemetry.records", kLive)
    , m_routes(plane, "routes.list", 5 * kLive)
    , m_status(plane, "fleet.status", std::chrono::milliseconds(0))
    , m_detail(new RecordDetail(theme))
{
    setObjectName(QStringLiteral("page.requests"));
    auto* split = new QSplitter(Qt::Vertical);
    split->setObjectName(QStringLiteral("requests.split"));
    split->setChildrenCollapsible(false);
    split->setHandleWidth(theme.grid(3));
    split->addWidget(makeTable());
    split->addWidget(m_detail);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 0);
    split->setSizes({theme.grid(90), theme.grid(84)});
    m_detail->hide(); // until something is chosen
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme.grid(4), theme.grid(3), theme.grid(4), theme.grid(3));
    layout->setSpacing(theme.grid(3));
    layout->addWidget(makeHeader());
    layout->addWidget(makeFilters());
    m_messages = new MessageBar(theme);
    layout->addWidget(m_messages);
    layout->addWidget(split, 1);
    connectQueries();
    showLive();
}

QWidget* RequestsPage::makeHeader()
{
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(3));
    m_count = makeLabel({}, "", "secondary");
    m_count->setObjectName(QStringLiteral("requests.count"));
    m_pill = new QPushButton;
    m_pill->setObjectName(QStringLiteral("requests.resume"));
    m_pill->hide();
    row->addWidget(makeLabel(tr("Requests"), "heading"));
    row->addWidget(m_count);
    row->addStretch(1);
    row->addWidget(new StaleLabel(m_records));
    row->addWidget(m_pill);
    m_older = new QPushButton(tr("Older"));
    m_older->setObjectName(QStringLiteral("requests.older"));
    row->addWidget(m_older);
    auto* columns = new QPushButton(tr("Columns"));
    columns->setObjectName(QStringLiteral("requests.columns"));
    columns->setMenu(m_table->makeColumnMenu(columns));
    setVariant(*columns, "menu", "true");
    row->addWidget(columns);
    connect(m_pill, &QPushButton::clicked, this, &RequestsPage::resume);
    connect(m_older, &QPushButton::clicked, this, &RequestsPage::askOlder);
    return header;
}

QComboBox* RequestsPage::makeChoice(const char* name, const QString& label,
                                    const QStringList& values)
{
    auto* box = new QComboBox;
    box->setObjectName(QString::fromLatin1(name));
    box->setAccessibleName(label);
    box->addItem(label, QString());
    for (const QString& value : values) {
        box->addItem(QString(value).replace(QLatin1Char('_'), QLatin1Char(' ')), value);
    }
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(box, &QComboBox::currentIndexChanged, this, &RequestsPage::applyFilters);
    return box;
}

QWidget* RequestsPage::makeFilters()
{
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(2));
    m_search = new SearchField(m_theme, tr("Filter what is shown"), m_table);
    m_search->setObjectName(QStringLiteral("requests.filter"));
    m_search->setMaximumWidth(m_theme.grid(70));
    m_route = makeChoice("requests.route", tr("All routes"), {});
    m_arm = makeChoice("requests.arm", tr("All arms"),
                       {QStringLiteral("candidate"), QStringLiteral("control"),
                        QStringLiteral("stable"), QStringLiteral("shadow")});
    m_outcome = makeChoice("requests.outcome", tr("All outcomes"),
                           {QStringLiteral("ok"), QStringLiteral("client_error"),
                            QStringLiteral("provider_error"), QStringLiteral("timeout"),
                            QStringLiteral("client_gone"), QStringLiteral("shed")});
    m_fallback = new QCheckBox(tr("Fell back"));
    m_fallback->setObjectName(QStringLiteral("requests.fallback"));
    m_span = makeLabel({}, "", "secondary");
    m_span->setObjectName(QStringLiteral("requests.span"));
    m_live = new QPushButton(tr("Live again"));
    m_live->setObjectName(QStringLiteral("requests.live"));
    row->addWidget(m_search, 1);
    for (QWidget* widget : {static_cast<QWidget*>(m_route), static_cast<QWidget*>(m_arm),
                            static_cast<QWidget*>(m_outcome), static_cast<QWidget*>(m_fallback)}) {
        row->addWidget(widget);
    }
    row->addStretch(1);
    row->addWidget(m_span);
    row->addWidget(m_live);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_sorted->setWords(text);
        updateCount();
    });
    connect(m_fallback, &QCheckBox::toggled, this, &RequestsPage::applyFilters);
    connect(m_live, &QPushButton::clicked, this, &RequestsPage::showLive);
    return bar;
}

QWidget* RequestsPage::makeTable()
{
    m_model = new JsonTableModel("id", recordColumns(), this);
    m_sorted = new SortedModel(*m_model, this);
    m_table = new TableView(m_theme);
    m_table->setObjectName(QStringLiteral("requests.table"));
    m_table->setAccessibleName(tr("Requests"));
    m_table->setModel(m_sorted);
    m_table->setItemDelegate(new RecordDelegate(m_theme, *m_model, m_table));
    m_table->sortByColumn(0, Qt::DescendingOrder);
    for (const int hidden : hiddenRecordColumns()) {
        m_table->setColumnHidden(hidden, true);
    }
    new ColumnWeights(*m_table, recordColumnWeights());
    m_stack = new StateStack(m_theme, m_table);
    auto* panel = new Panel(m_theme);
    panel->setFlush();
    panel->body()->addWidget(m_stack);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &RequestsPage::select);
    return panel;
}

void RequestsPage::connectQueries()
{
    for (LiveQuery* query : {&m_records, &m_routes, &m_status}) {
        query->follow(this);
    }
    connect(&m_records, &LiveQuery::changed, this, &RequestsPage::update);
    connect(&m_routes, &LiveQuery::changed, this, &RequestsPage::updateRoutes);
    connect(&m_status, &LiveQuery::changed, this,
            [this] { m_detail->setListen(read::text(m_status.value(), "listen")); });
    connect(m_stack, &StateStack::retry, &m_records, &LiveQuery::refresh);
    connect(m_stack, &StateStack::nextStep, this, [this] {
        for (QComboBox* box : {m_route, m_arm, m_outcome}) {
            box->setCurrentIndex(0);
        }
        m_fallback->setChecked(false);
        m_search->clear();
        showLive();
    });
}

void RequestsPage::applyFilters()
{
    Json arguments{{"limit", kPage}};
    const auto set = [&](const char* member, const QComboBox* box) {
        if (!box->currentData().toString().isEmpty()) {
            arguments[member] = box->currentData().toString().toStdString();
        }
    };
    set("route", m_route);
    set("arm", m_arm);
    set("outcome", m_outcome);
    if (m_fallback->isChecked()) {
        arguments["fallback"] = true;
    }
    if (m_from > 0) {
        arguments["from"] = m_from;
        arguments["to"] = m_to;
    }
    ++m_question;
    m_asking = false;
    m_paged = false;
    m_filters = arguments;
    m_cursor.clear(); // of the other filters
    updateOlder();
    m_messages->dismiss(QStringLiteral("older"));
    m_table->clearSelection();
    m_model->setRows(Json::array());
    m_records.reset(std::move(arguments));
}

void RequestsPage::showLive()
{
    m_from = m_to = 0;
    showSpan();
    applyFilters();
}

void RequestsPage::showSpan()
{
    m_span->setText(m_from > 0
                        ? tr("%1 to %2").arg(format::dateTime(m_from), format::moment(m_to))
                        : tr("live"));
    m_live->setVisible(m_from > 0);
}

void RequestsPage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::LocaleChange) {
        showSpan();
        select(); // the detail says when, too
    }
}

bool RequestsPage::held() const
{
    return m_paged || m_table->selectionModel()->hasSelection();
}

void RequestsPage::update()
{
    if (!showQueryState(*m_stack, m_records)) {
        return;
    }
    const Json& records = read::child(m_records.value(), "records");
    if (!held() || m_model->rowCount() == 0) {
        m_cursor = read::text(m_records.value(), "cursor");
        m_model->setRows(records);
    }
    int newer = 0;
    for (const Json& record : records) {
        newer += m_model->find(read::text(record, "id")) < 0 ? 1 : 0;
    }
    m_pill->setVisible(held() && newer > 0);
    m_pill->setText(tr("resume (%Ln new)", nullptr, newer));
    updateOlder();
    if (m_model->rowCount() == 0) {
        const bool filtered = m_from > 0 || m_fallback->isChecked() ||
                              m_route->currentIndex() > 0 || m_arm->currentIndex() > 0 ||
                              m_outcome->currentIndex() > 0;
        m_stack->showEmpty(
            QStringLiteral("requests"),
            filtered
                ? tr("No request fits these filters.")
                : tr("No request yet. Send one to the gateway with a route's name as its model."),
            filtered ? tr("Clear the filters") : QString());
    } else {
        m_stack->showData();
    }
    updateCount();
    if (!m_wantedId.isEmpty() && m_model->find(m_wantedId) >= 0) {
        m_table->selectRow(
            m_sorted->mapFromSource(m_model->index(m_model->find(m_wantedId), 0)).row());
        m_wantedId.clear();
    }
}

void RequestsPage::updateRoutes()
{
    QStringList names;
    for (const Json& route : read::child(m_routes.value(), "routes")) {
        const QString name = read::text(route, "name");
        if (m_route->findData(name) < 0) {
            m_route->addItem(name, name);
        }
    }
}

void RequestsPage::updateCount()
{
    const int shown = m_sorted->rowCount();
    const int all = m_model->rowCount();
    QString text = shown == all
                       ? tr("%Ln shown", nullptr, all)
                       : tr("%1 of %2 shown").arg(format::count(shown), format::count(all));
    if (held()) {
        text += tr(", standing still");
    }
    m_count->setText(text);
}

void RequestsPage::resume()
{
    ++m_question;
    m_asking = false;
    m_paged = false;
    m_table->clearSelection();
    update();
}

void RequestsPage::updateOlder()
{
    m_older->setEnabled(!m_cursor.isEmpty() && !m_asking);
    m_older->setToolTip(m_asking             ? tr("Reading…")
                        : m_cursor.isEmpty() ? tr("There is nothing older.")
                                             : tr("Read the next %1 records back in time")
                                                   .arg(kPage));
}

void RequestsPage::askOlder()
{
    m_paged = true;
    m_asking = true;
    updateOlder();
    Json arguments = m_filters;
    arguments["cursor"] = m_cursor.toStdString();
    m_plane.execute("telemetry.records", std::move(arguments), this,
                    [this, question = m_question](const Result<api::CommandReply>& reply) {
                        if (question != m_question) {
                            return;
                        }
                        m_asking = false;
                        if (reply.ok()) {
                            m_messages->dismiss(QStringLiteral("older"));
                            m_model->append(read::child(reply->result, "records"));
                            m_cursor = read::text(reply->result, "cursor");
                        } else {
                            m_messages->show({QStringLiteral("older"),
                                              ChipKind::Harm,
                                              tr("not read"),
                                              QString::fromStdString(describe(reply.error())),
                                              {{tr("Try again"), [this] { askOlder(); }}}});
                        }
                        updateOlder();
                        updateCount();
                    });
}

void RequestsPage::select()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    const int row = rows.size() == 1
                        ? m_model->find(rows.constFirst().data(JsonTableModel::KeyRole).toString())
                        : -1;
    m_detail->show(row < 0 ? Json() : m_model->row(row));
    m_detail->setVisible(row >= 0);
    if (row >= 0) {
        m_table->scrollTo(rows.constFirst()); // the detail has taken room from below
    }
    if (rows.isEmpty() && !m_paged) {
        m_pill->hide();
    }
    updateCount();
}

void RequestsPage::activate(const Place& place)
{
    if (!place.route.isEmpty()) {
        if (m_route->findData(place.route) < 0) {
            m_route->addItem(place.route, place.route);
        }
        m_route->setCurrentIndex(m_route->findData(place.route));
    }
    const auto choose = [&](QComboBox* box, const QString& key) {
        if (place.details.contains(key)) {
            box->setCurrentIndex(std::max(0, box->findData(place.details.value(key).toString())));
        }
    };
    choose(m_arm, QStringLiteral("arm"));
    choose(m_outcome, QStringLiteral("outcome"));
    m_wantedId = place.details.value(QStringLiteral("id")).toString();
    if (place.details.contains(QStringLiteral("from"))) {
        m_from = place.details.value(QStringLiteral("from")).toLongLong();
        m_to = place.details.value(QStringLiteral("to")).toLongLong();
        showSpan();
        applyFilters();
    }
}

QWidget* RequestsPage::filterField()
{
    return m_search;
}

QList<KeyHint> RequestsPage::keys() const
{
    return {{QStringLiteral("/"), tr("Filter what is shown")},
            {QStringLiteral("↑ ↓"), tr("Choose a request; the table then stands still")},
            {QStringLiteral("Ctrl+C"), tr("Copy the chosen rows as tab separated text")},
            {tr("Esc"), tr("Clear the filter")}};
}

} // namespace sluice::ui
