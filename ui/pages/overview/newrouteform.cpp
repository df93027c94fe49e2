// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/newrouteform.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/common/unitchoice.h"
#include "ui/theme/variant.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace sluice::ui {

namespace {

QLineEdit* makeLine(const char* name, const QString& hint)
{
    auto* line = new QLineEdit;
    line->setObjectName(QString::fromLatin1(name));
    line->setPlaceholderText(hint);
    return line;
}

QComboBox* makeUnitBox(const char* name)
{
    auto* box = new QComboBox;
    box->setObjectName(QString::fromLatin1(name));
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(12);
    return box;
}

void say(QLabel& label, const QString& text)
{
    label.setText(text);
    label.setVisible(!text.isEmpty());
}

} // namespace

NewRouteForm::NewRouteForm(const Theme& theme, Plane& plane, QWidget* parent)
    : QFrame(parent)
    , m_plane(plane)
    , m_units(plane, "units.list", std::chrono::milliseconds(0))
    , m_name(makeLine("newRoute.name", tr("support-assistant")))
    , m_stable(makeUnitBox("newRoute.stable"))
    , m_candidate(makeUnitBox("newRoute.candidate"))
    , m_bucketBy(makeUnitBox("newRoute.bucketBy"))
    , m_reason(makeLine("newRoute.reason", tr("Reason (optional), kept in the audit")))
    , m_problem(makeLabel({}, "", "harm"))
    , m_create(new QPushButton(tr("Create route")))
    , m_seeUnits(new QPushButton(tr("See the units")))
{
    setObjectName(QStringLiteral("newRoute"));
    setVariant(*this, "surface", "note");
    m_bucketBy->setEditable(true);
    m_bucketBy->addItems(
        {QStringLiteral("user_id"), QStringLiteral("org_id"), QStringLiteral("session_id")});
    m_bucketBy->setToolTip(tr("Requests with the same value stay on the same arm; any attribute "
                              "that applications send will do."));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(theme.grid(3));
    grid->setVerticalSpacing(theme.grid(1));
    addField(*grid, 0, tr("Name, the model that applications ask for"), *m_name, m_nameProblem);
    addField(*grid, 1, tr("Stable unit"), *m_stable, m_stableProblem);
    addField(*grid, 2, tr("Candidate, at 0 %"), *m_candidate, m_candidateProblem);
    addField(*grid, 3, tr("Bucket by"), *m_bucketBy, m_bucketByProblem);
    m_problem->setObjectName(QStringLiteral("newRoute.problem"));
    m_problem->setWordWrap(true);
    m_create->setObjectName(QStringLiteral("newRoute.create"));
    setVariant(*m_create, "kind", "primary");
    m_seeUnits->setObjectName(QStringLiteral("newRoute.seeUnits"));
    auto* cancel = new QPushButton(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("newRoute.cancel"));
    auto* row = new QHBoxLayout;
    row->setSpacing(theme.grid(2));
    row->addWidget(m_reason, 1);
    row->addWidget(m_seeUnits);
    row->addWidget(cancel);
    row->addWidget(m_create);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme.grid(3), theme.grid(2), theme.grid(3), theme.grid(3));
    layout->setSpacing(theme.grid(2));
    layout->addWidget(makeLabel(tr("New route"), "strong"));
    layout->addLayout(grid);
    layout->addWidget(m_problem);
    layout->addLayout(row);
    connect(&m_units, &LiveQuery::changed, this, &NewRouteForm::showUnits);
    connect(m_name, &QLineEdit::textChanged, this, &NewRouteForm::check);
    connect(m_candidate, &QComboBox::currentIndexChanged, this, &NewRouteForm::check);
    connect(m_stable, &QComboBox::currentIndexChanged, this, &NewRouteForm::check);
    connect(m_bucketBy, &QComboBox::currentTextChanged, this, &NewRouteForm::check);
    for (QLineEdit* line : {m_name, m_reason}) {
        connect(line, &QLineEdit::returnPressed, this, &NewRouteForm::create);
    }
    connect(m_create, &QPushButton::clicked, this, &NewRouteForm::create);
    connect(m_seeUnits, &QPushButton::clicked, this, &NewRouteForm::unitsWanted);
    connect(cancel, &QPushButton::clicked, this, &NewRouteForm::dismiss);
    connect(&plane, &Plane::readOnlyChanged, this, &NewRouteForm::check);
    hide();
}

void NewRouteForm::addField(QGridLayout& grid, int column, const QString& caption, QWidget& field,
                            QLabel*& problem)
{
    problem = makeLabel({}, "small", "harm");
    problem->setObjectName(field.objectName() + QStringLiteral(".problem"));
    problem->setWordWrap(true);
    problem->hide();
    field.setAccessibleName(caption);
    grid.addWidget(makeCaption(caption, &field), 0, column);
    grid.addWidget(&field, 1, column);
    grid.addWidget(problem, 2, column, Qt::AlignTop);
    grid.setColumnStretch(column, column == 3 ? 2 : 3);
}

void NewRouteForm::open()
{
    if (isHidden()) {
        m_name->clear();
        m_reason->clear();
        m_bucketBy->setCurrentIndex(0);
        m_busy = false;
        m_units.setActive(true);
        show();
        showUnits();
    }
    m_name->setFocus(Qt::OtherFocusReason);
}

void NewRouteForm::setRoutes(const QStringList& names, std::uint64_t revision)
{
    m_revision = revision;
    if (names != m_names) { // else what the engine said of the last attempt stays to be read
        m_names = names;
        check();
    }
}

void NewRouteForm::showUnits()
{
    fillUnits(*m_stable, m_units.value());
    fillUnits(*m_candidate, m_units.value(), tr("none"));
    check();
}

QString NewRouteForm::nameProblem() const
{
    static const QRegularExpression kName(
        QRegularExpression::anchoredPattern(QStringLiteral("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")));
    const QString name = m_name->text().trimmed();
    if (name.isEmpty() || kName.match(name).hasMatch()) {
        return m_names.contains(name) ? tr("There is already a route %1.").arg(name) : QString();
    }
    return tr("Letters, digits, \".\", \"_\" and \"-\", at most 128, beginning with a letter or "
              "digit.");
}

/// What can be known without asking; whatever the engine said of the last attempt is gone.
void NewRouteForm::check()
{
    const bool unitless = m_units.state() == LiveQuery::State::Data && m_stable->count() == 0;
    const bool same = m_candidate->currentIndex() > 0 &&
                      m_candidate->currentData() == m_stable->currentData();
    const QString name = nameProblem();
    say(*m_nameProblem, name);
    say(*m_stableProblem, unitless ? tr("No unit yet: apply a file that names one.") : QString());
    say(*m_candidateProblem, same ? tr("The candidate is the stable unit.") : QString());
    say(*m_bucketByProblem,
        m_bucketBy->currentText().trimmed().isEmpty() ? tr("An attribute's name.") : QString());
    say(*m_problem, m_units.state() == LiveQuery::State::Error
                        ? tr("The units could not be read: %1")
                              .arg(QString::fromStdString(m_units.error().message))
                        : QString());
    m_seeUnits->setVisible(unitless);
    QString why = m_plane.whyNot("routes.put");
    if (why.isEmpty() && m_name->text().trimmed().isEmpty()) {
        why = tr("Name it first.");
    } else if (why.isEmpty() && m_stable->currentIndex() < 0) {
        why = tr("Choose a stable unit first.");
    } else if (why.isEmpty() &&
               (!name.isEmpty() || same || !m_bucketByProblem->text().isEmpty())) {
        why = tr("See what is said under the fields.");
    }
    m_create->setEnabled(why.isEmpty() && !m_busy);
    m_create->setToolTip(why);
}

void NewRouteForm::create()
{
    if (!m_create->isEnabled()) {
        return;
    }
    const QString name = m_name->text().trimmed();
    Json definition{{"stable", m_stable->currentData().toString().toStdString()},
                    {"bucket_by", m_bucketBy->currentText().trimmed().toStdString()}};
    if (m_candidate->currentIndex() > 0) {
        definition["candidate"] = m_candidate->currentData().toString().toStdString();
        definition["percent"] = 0;
    }
    const QString reason = m_reason->text().trimmed();
    m_busy = true;
    check();
    m_plane.execute(
        "routes.put",
        {{"route", name.toStdString()},
         {"definition", std::move(definition)},
         {"reason", (reason.isEmpty() ? tr("created in the console") : reason).toStdString()}},
        this,
        [this, name](const Result<api::CommandReply>& reply) {
            m_busy = false;
            check();
            answered(name, reply.ok() ? Result<Json>(reply->result) : Result<Json>(reply.error()));
        },
        m_revision);
}

void NewRouteForm::answered(const QString& name, const Result<Json>& answer)
{
    if (answer.ok()) {
        dismiss();
        Q_EMIT created(name);
        return;
    }
    const Error& error = answer.error();
    const QString text = QString::fromStdString(error.message);
    if (error.code == ErrorCode::Conflict) {
        say(*m_problem, tr("The routes have changed meanwhile; look again, then create it."));
    } else if (error.where == "/route" || error.where == "/definition") {
        say(*m_nameProblem, text);
    } else if (error.where == "/definition/stable") {
        say(*m_stableProblem, text);
    } else if (error.where == "/definition/candidate") {
        say(*m_candidateProblem, text);
    } else if (error.where == "/definition/bucket_by") {
        say(*m_bucketByProblem, text);
    } else {
        say(*m_problem, QString::fromStdString(describe(error)));
    }
}

void NewRouteForm::dismiss()
{
    m_units.setActive(false);
    hide();
}

void NewRouteForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        dismiss();
        return;
    }
    QFrame::keyPressEvent(event);
}

} // namespace sluice::ui
