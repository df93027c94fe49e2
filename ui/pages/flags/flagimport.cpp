// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/flags/flagimport.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/changelist.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/labels.h"
#include "ui/theme/variant.h"
#include "ui/widgets/jsonedit.h"
#include "ui/widgets/panel.h"

#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>

namespace sluice::ui {

namespace {
constexpr qint64 kLargest = qint64{8} << 20; ///< bytes; as the engine takes documents
}

FlagImport::FlagImport(const Theme& theme, Plane& plane, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_kind(new QComboBox)
    , m_path(new QLineEdit)
    , m_browse(new QPushButton(tr("Choose a file…")))
    , m_url(new QLineEdit)
    , m_document(new JsonEdit(theme, QStringLiteral("import.document")))
    , m_check(new QPushButton(tr("Show what would change")))
    , m_note(makeParagraph({}, "secondary"))
    , m_changes(new ChangeList(theme))
    , m_confirm(new ConfirmBox(theme, QStringLiteral("import.apply")))
{
    auto* panel =
        new Panel(theme, tr("Import flags"),
                  tr("adds the flags of a flagd document and replaces those of the same key"));
    auto* shut = new QPushButton(tr("Close"));
    shut->setObjectName(QStringLiteral("import.close"));
    setVariant(*shut, "kind", "quiet");
    panel->addTool(shut);
    connect(shut, &QPushButton::clicked, this, &FlagImport::closed);
    m_note->setObjectName(QStringLiteral("import.note"));
    m_check->setObjectName(QStringLiteral("import.check"));
    auto* found = new QWidget;
    auto* foundColumn = new QVBoxLayout(found);
    foundColumn->setContentsMargins({});
    foundColumn->addWidget(m_changes);
    foundColumn->addStretch(1);
    QScrollArea* scroll = makeScroll(found);
    auto* row = new QHBoxLayout;
    row->addWidget(m_check);
    row->addStretch(1);
    panel->body()->addWidget(makeSource());
    panel->body()->addWidget(m_document, 2);
    panel->body()->addLayout(row);
    panel->body()->addWidget(m_note);
    panel->body()->addWidget(scroll, 3);
    panel->body()->addWidget(m_confirm);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(panel);
    constexpr int lines = 8;
    m_document->setLines(lines);
    m_document->setPlaceholderText(tr("A flagd document: {\"flags\": {…}}"));
    connect(m_document, &JsonEdit::edited, this, &FlagImport::forget);
    connect(m_check, &QPushButton::clicked, this, &FlagImport::check);
    m_confirm->setReasonAsked(false); // the flags' commands keep none
    connect(m_confirm, &ConfirmBox::confirmed, this, [this] { apply(); });
    connect(m_confirm, &ConfirmBox::cancelled, this, &FlagImport::forget);
    showKind();
}

QWidget* FlagImport::makeSource()
{
    auto* source = new QWidget;
    auto* row = new QHBoxLayout(source);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(2));
    m_kind->setObjectName(QStringLiteral("import.kind"));
    m_kind->setAccessibleName(tr("Where from"));
    m_kind->addItem(tr("A file, or pasted"), Text);
    m_kind->addItem(tr("A URL, once"), Url);
    m_path->setObjectName(QStringLiteral("import.path"));
    m_path->setPlaceholderText(tr("file name, Enter reads it"));
    m_path->setAccessibleName(tr("File"));
    m_browse->setObjectName(QStringLiteral("import.browse"));
    m_url->setObjectName(QStringLiteral("import.url"));
    m_url->setPlaceholderText(QStringLiteral("https://example.com/flags.json"));
    m_url->setAccessibleName(tr("URL"));
    row->addWidget(m_kind);
    row->addWidget(m_path, 1);
    row->addWidget(m_browse);
    row->addWidget(m_url, 1);
    connect(m_kind, &QComboBox::activated, this, &FlagImport::showKind);
    connect(m_url, &QLineEdit::textEdited, this, &FlagImport::forget);
    connect(m_path, &QLineEdit::returnPressed, this, [this] { readFile(m_path->text()); });
    connect(m_browse, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getOpenFileName(
            this, tr("Import flags"), {}, tr("flagd documents (*.json);;All files (*)"));
        if (!path.isEmpty()) {
            readFile(path);
        }
    });
    return source;
}

void FlagImport::showKind()
{
    const bool url = m_kind->currentData().toInt() == Url;
    m_url->setVisible(url);
    m_path->setVisible(!url);
    m_browse->setVisible(!url);
    m_document->setVisible(!url);
    forget();
}

/// The dry run that was shown is not of what is there now.
void FlagImport::forget()
{
    ++m_question;
    m_changes->clear();
    m_note->clear();
    m_confirm->closeBox();
    const QString why = missing();
    m_check->setEnabled(why.isEmpty());
    m_check->setToolTip(why);
}

QString FlagImport::missing() const
{
    if (const QString refused = m_plane.whyNot("flags.import"); !refused.isEmpty()) {
        return refused;
    }
    if (m_kind->currentData().toInt() == Url) {
        return m_url->text().trimmed().isEmpty() ? tr("Give a URL first.") : QString();
    }
    return m_document->value() ? QString() : tr("Choose a file or paste a document first.");
}

void FlagImport::readFile(const QString& path)
{
    m_path->setText(path);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        m_document->setText({});
        forget();
        m_note->setText(tr("%1 cannot be read: %2").arg(path, file.errorString()).toHtmlEscaped());
        return;
    }
    if (file.size() > kLargest) {
        m_note->setText(tr("%1 is larger than 8 MiB.").arg(path).toHtmlEscaped());
        return;
    }
    m_document->setText(QString::fromUtf8(file.readAll()));
    forget();
}

Json FlagImport::arguments() const
{
    if (m_kind->currentData().toInt() == Url) {
        return {{"url", m_url->text().trimmed().toStdString()}};
    }
    return {{"document", m_document->value().value_or(Json())}};
}

void FlagImport::check()
{
    const quint64 question = ++m_question;
    Json dry = arguments();
    dry["dry_run"] = true;
    m_note->setText(tr("Looking…").toHtmlEscaped());
    m_plane.execute("flags.import", std::move(dry), this,
                    [this, question](const Result<api::CommandReply>& reply) {
                        if (question != m_question) {
                            return;
                        }
                        if (reply.ok()) {
                            showChanges(read::child(reply->result, "changes"));
                        } else {
                            failed(reply.error());
                        }
                    });
}

void FlagImport::showChanges(const Json& changes)
{
    m_changes->setChanges(changes, true);
    if (changes.empty()) {
        m_note->setText(
            tr("Nothing would change: all flags are like that already.").toHtmlEscaped());
        return;
    }
    m_note->setText(
        tr("%Ln changes", nullptr, m_changes->count()).toHtmlEscaped());
    m_confirm->ask(tr("Makes these changes at once and everywhere."), tr("Import"), false);
}

void FlagImport::apply()
{
    m_confirm->setBusy(true);
    m_plane.execute("flags.import", arguments(), this,
                    [this](const Result<api::CommandReply>& reply) {
                        m_confirm->setBusy(false);
                        if (!reply.ok()) {
                            failed(reply.error());
                            return;
                        }
                        m_confirm->closeBox();
                        m_changes->clear();
                        m_note->setText(tr("Imported.").toHtmlEscaped());
                        Q_EMIT imported();
                    });
}

void FlagImport::failed(const Error& error)
{
    m_confirm->closeBox();
    m_changes->clear();
    m_note->setText(tr("Refused; the flags are as they were. %1")
                        .arg(QString::fromStdString(describe(error)))
                        .toHtmlEscaped());
    std::string pointer = error.where;
    if (pointer.starts_with("/document")) {
        pointer.erase(0, std::string("/document").size());
    }
    m_document->showProblem(QString::fromStdString(error.message), pointer);
}

} // namespace sluice::ui
