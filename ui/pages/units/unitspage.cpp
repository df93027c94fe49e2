// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/units/unitspage.h"

#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/models/plane.h"
#include "ui/models/sortedmodel.h"
#include "ui/pages/common/columnweights.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/common/stalelabel.h"
#include "ui/pages/units/unitcompare.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/searchfield.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>

#include <algorithm>

namespace sluice::ui {

namespace {

QString aliasesOf(const Json& unit)
{
    QStringList names;
    for (const Json& alias : read::child(unit, "aliases")) {
        if (alias.is_string()) {
            names << QString::fromStdString(alias.get<std::string>());
        }
    }
    return names.isEmpty() ? format::dash() : names.join(QStringLiteral(", "));
}

QString promptOf(const Json& unit)
{
    const Json& prompt = read::child(unit, "prompt");
    const QString name = read::text(prompt, "name");
    return name.isEmpty() ? UnitsPage::tr("none")
                          : QString(name + QLatin1Char('@') + read::text(prompt, "version"));
}

QString usedBy(const Json& unit)
{
    QStringList uses;
    for (const Json& use : read::child(unit, "used_by")) {
        uses << UnitsPage::tr("%1 of %2")
                    .arg(read::text(use, "as").replace(QLatin1Char('_'), QLatin1Char(' ')),
                         read::text(use, "route"));
    }
    return uses.isEmpty() ? UnitsPage::tr("nobody") : uses.join(QStringLiteral(", "));
}

QString priceOf(const Json& unit)
{
    return read::text(unit, "price") == QLatin1String("exact") ? UnitsPage::tr("known")
                                                               : UnitsPage::tr("! missing");
}

QString valueText(const Json& row, const char* side)
{
    const Json& value = row[side];
    if (value.is_null()) {
        return format::dash();
    }
    return value.is_string() ? QString::fromStdString(value.get<std::string>())
                             : QString::fromStdString(value.dump());
}

std::vector<JsonColumn> unitColumns()
{
    const auto tr = [](const char* text) {
        return QCoreApplication::translate("sluice::ui", text);
    };
    return {{QStringLiteral("alias"), tr("Alias"), aliasesOf, {}, false, {}},
            {QStringLiteral("id"),
             tr("Id"),
             [](const Json& unit) { return format::shortId(read::text(unit, "id")); },
             {},
             false,
             tr("The first eight of 64 hex digits: SHA-256 of the unit")},
            {QStringLiteral("provider"),
             tr("Provider"),
             [](const Json& unit) {
                 const QString name = read::text(unit, "provider");
                 return read::flag(unit, "simulated") ? UnitsPage::tr("%1 (simulated)").arg(name)
                                                      : name;
             },
             {},
             false,
             {}},
            {QStringLiteral("model"),
             tr("Model"),
             [](const Json& unit) { return read::text(unit, "model"); },
             {},
             false,
             {}},
            {QStringLiteral("prompt"), tr("Prompt"), promptOf, {}, false, {}},
            {QStringLiteral("price"),
             tr("Price"),
             priceOf,
             {},
             false,
             tr("A unit without a price shows no cost and raises an alarm")},
            {QStringLiteral("used"), tr("Used by"), usedBy, {}, false, {}},
            {QStringLiteral("at"),
             tr("Registered"),
             [](const Json& unit) {
                 return format::dateTime(read::integer(unit, "registered_at").value_or(0));
             },
             [](const Json& unit) {
                 return QVariant(
                     static_cast<qlonglong>(read::integer(unit, "registered_at").value_or(0)));
             },
             false,
             {},
             true}};
}

std::vector<JsonColumn> memberColumns()
{
    const auto tr = [](const char* text) {
        return QCoreApplication::translate("sluice::ui", text);
    };
    return {{QStringLiteral("member"),
             tr("Member"),
             [](const Json& row) { return read::text(row, "member"); },
             {},
             false,
             {}},
            {QStringLiteral("left"),
             tr("Left"),
             [](const Json& row) { return valueText(row, "left"); },
             {},
             false,
             {}},
            {QStringLiteral("right"),
             tr("Right"),
             [](const Json& row) { return valueText(row, "right"); },
             {},
             false,
             {}},
            {QStringLiteral("same"),
             tr("Difference"),
             [](const Json& row) {
                 return row.value("same", false) ? UnitsPage::tr("same")
                                                 : UnitsPage::tr("≠ differs");
             },
             {},
             false,
             {}}};
}

/// Members that differ stand on the diff's grounds; those alike step back.
class MemberDelegate final : public CellDelegate
{
public:
    MemberDelegate(const Theme& theme, const JsonTableModel& rows, QObject* parent)
        : CellDelegate(theme, parent)
        , m_rows(rows)
    {
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const bool same = m_rows.row(index.row()).value("same", false);
        painter->save();
        const QRectF rect = paintGround(*painter, option, index);
        if (!same && (index.column() == 1 || index.column() == 2)) {
            painter->fillRect(
                option.rect.adjusted(0, 0, 0, -1),
                theme().color(index.column() == 1 ? Role::RemovedLine : Role::AddedLine));
        }
        const bool value = index.column() == 1 || index.column() == 2;
        painter->setFont(theme().font(value  ? TextStyle::Mono
                                      : same ? TextStyle::Body
                                             : TextStyle::Strong));
        painter->setPen(theme().color(same ? Role::Secondary : Role::Text));
        const QFontMetricsF metrics(painter->font());
        painter->drawText(
            rect, Qt::AlignLeft | Qt::AlignVCenter,
            metrics.elidedText(index.data().toString(), Qt::ElideMiddle, rect.width()));
        painter->restore();
    }

private:
    const JsonTableModel& m_rows;
};

} // namespace

UnitsPage::UnitsPage(const Theme& theme, Plane& plane, QWidget* parent)
    : Page(parent)
    , m_theme(theme)
    , m_units(plane, "units.list", std::chrono::milliseconds(5000))
{
    setObjectName(QStringLiteral("page.units"));
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins({});
    column->setSpacing(theme.grid(3));
    column->addWidget(makeTable(), 5);
    column->addWidget(makeCompare(), 4);
    m_stack = new StateStack(theme, content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme.grid(4), theme.grid(3), theme.grid(4), theme.grid(3));
    layout->setSpacing(theme.grid(3));
    layout->addWidget(makeHeader());
    layout->addWidget(m_stack, 1);
    m_units.follow(this);
    connect(&m_units, &LiveQuery::changed, this, &UnitsPage::update);
    connect(m_stack, &StateStack::retry, &m_units, &LiveQuery::refresh);
    connect(&plane, &Plane::event, this, [this](const api::Event& event) {
        if (event.kind == "revision" || event.kind == "apply") {
            m_units.refresh();
        }
    });
}

QWidget* UnitsPage::makeHeader()
{
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(3));
    m_count = makeLabel({}, "", "secondary");
    m_count->setObjectName(QStringLiteral("units.count"));
    m_search = new SearchField(m_theme, tr("Filter units"), m_table);
    m_search->setObjectName(QStringLiteral("units.filter"));
    m_search->setFixedWidth(m_theme.grid(64));
    row->addWidget(makeLabel(tr("Units"), "heading"));
    row->addWidget(m_count);
    row->addStretch(1);
    row->addWidget(new StaleLabel(m_units));
    row->addWidget(m_search);
    connect(m_search, &QLineEdit::textChanged, m_sorted, &SortedModel::setWords);
    return header;
}

QWidget* UnitsPage::makeTable()
{
    m_model = new JsonTableModel("id", unitColumns(), this);
    m_sorted = new SortedModel(*m_model, this);
    m_table = new TableView(m_theme);
    m_table->setObjectName(QStringLiteral("units.table"));
    m_table->setAccessibleName(tr("Units"));
    m_table->setModel(m_sorted);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    new ColumnWeights(*m_table, {130, 115, 140, 145, 195, 80, 215, 160});
    auto* panel = new Panel(m_theme);
    panel->setFlush();
    panel->body()->addWidget(m_table);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &UnitsPage::select);
    return panel;
}

QWidget* UnitsPage::makeCompare()
{
    m_comparePanel = new Panel(m_theme, tr("Compare"), tr("choose two above, or here"));
    m_comparePanel->setFlush();
    const auto choice = [&](const char* name, const QString& label) {
        auto* box = new QComboBox;
        box->setObjectName(QString::fromLatin1(name));
        box->setAccessibleName(label);
        box->setMinimumWidth(m_theme.grid(50));
        connect(box, &QComboBox::activated, this, &UnitsPage::compare);
        m_comparePanel->addTool(box);
        return box;
    };
    m_left = choice("units.left", tr("Left unit"));
    m_right = choice("units.right", tr("Right unit"));
    m_members = new JsonTableModel("member", memberColumns(), this);
    m_memberTable = new TableView(m_theme);
    m_memberTable->setObjectName(QStringLiteral("units.members"));
    m_memberTable->setAccessibleName(tr("Members of both units"));
    m_memberTable->setModel(m_members);
    m_memberTable->setItemDelegate(new MemberDelegate(m_theme, *m_members, m_memberTable));
    m_memberTable->setSortingEnabled(false);
    new ColumnWeights(*m_memberTable, {180, 440, 440, 120});
    m_comparePanel->body()->addWidget(m_memberTable);
    return m_comparePanel;
}

void UnitsPage::update()
{
    if (!showQueryState(*m_stack, m_units)) {
        m_count->clear();
        return;
    }
    const Json& units = read::child(m_units.value(), "units");
    if (units.empty()) {
        m_count->clear();
        m_stack->showEmpty(QStringLiteral("units"),
                           tr("No unit yet. A unit is a provider, a pinned model, a released "
                              "prompt and its parameters; "
                              "apply a file that declares one (sluicectl apply FILE)."));
        return;
    }
    m_model->setRows(units);
    m_stack->showData();
    m_count->setText(tr("%Ln registered", nullptr, static_cast<int>(units.size())));
    fillChoices();
}

void UnitsPage::fillChoices()
{
    for (QComboBox* box : {m_left, m_right}) {
        const QSignalBlocker blocker(box);
        const QString before = box->currentData().toString();
        box->clear();
        for (const Json& one : read::child(m_units.value(), "units")) {
            box->addItem(aliasesOf(one) + QStringLiteral("   ") +
                             format::shortId(read::text(one, "id")),
                         read::text(one, "id"));
        }
        const QString wanted = box == m_left ? m_wantedLeft : m_wantedRight;
        const int index = box->findData(wanted.isEmpty() ? before : wanted);
        box->setCurrentIndex(index >= 0 ? index
                                        : std::min(box == m_left ? 0 : 1, box->count() - 1));
    }
    m_wantedLeft.clear();
    m_wantedRight.clear();
    compare();
}

/// Two chosen rows are what is compared; one becomes the left side.
void UnitsPage::select()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (rows.isEmpty()) {
        return;
    }
    const auto show = [](QComboBox* box, const QModelIndex& index) {
        box->setCurrentIndex(box->findData(index.data(JsonTableModel::KeyRole).toString()));
    };
    show(m_left, rows.at(0));
    if (rows.size() > 1) {
        show(m_right, rows.at(1));
    }
    compare();
}

const Json* UnitsPage::unit(const QString& id) const
{
    const int row = m_model->find(id);
    return row < 0 ? nullptr : &m_model->row(row);
}

void UnitsPage::compare()
{
    const Json* left = unit(m_left->currentData().toString());
    const Json* right = unit(m_right->currentData().toString());
    if (left == nullptr || right == nullptr) {
        m_members->setRows(Json::array());
        return;
    }
    const Json rows = unitDifferences(*left, *right);
    const auto differing = std::count_if(rows.begin(), rows.end(),
                                         [](const Json& row) { return !row.value("same", false); });
    m_members->setRows(rows);
    m_comparePanel->setSubtitle(left == right
                                    ? tr("the same unit twice")
                                    : tr("%Ln of %1 members differ", nullptr,
                                         static_cast<int>(differing))
                                          .arg(format::count(static_cast<double>(rows.size()))));
}

void UnitsPage::activate(const Place& place)
{
    m_wantedLeft = place.details.value(QStringLiteral("left")).toString();
    m_wantedRight = place.details.value(QStringLiteral("right")).toString();
    if (!m_wantedLeft.isEmpty() && m_left->count() > 0) {
        fillChoices();
    }
}

QWidget* UnitsPage::filterField()
{
    return m_search;
}

QList<KeyHint> UnitsPage::keys() const
{
    return {{QStringLiteral("/"), tr("Filter units")},
            {QStringLiteral("↑ ↓"), tr("Choose a unit: the left side")},
            {QStringLiteral("Ctrl+") + tr("Click"), tr("Choose a second one: the right side")},
            {QStringLiteral("Ctrl+C"), tr("Copy the chosen rows as tab separated text")}};
}

} // namespace sluice::ui
