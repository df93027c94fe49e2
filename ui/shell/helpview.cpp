// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/docks.h"
#include "ui/theme/variant.h"

#include <QDesktopServices>
#include <QFile>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextDocument>
#include <QUrl>
#include <QVBoxLayout>

namespace sluice::ui {

HelpView::HelpView(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_browser(new QTextBrowser(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_browser->setObjectName(QStringLiteral("helpText"));
    m_browser->setAccessibleName(tr("Help"));
    setVariant(*m_browser, "bare", "true");
    m_browser->setOpenLinks(false);
    column->addWidget(m_browser);
    connect(m_browser, &QTextBrowser::anchorClicked, this, [this](const QUrl& link) {
        if (link.isRelative()) {
            open(link.path().section(QLatin1Char('.'), 0, 0));
        } else if (link.scheme() == QLatin1String("https")) {
            QDesktopServices::openUrl(link);
        }
    });
    connect(&theme, &Theme::changed, this, &HelpView::load);
    load();
}

void HelpView::open(const QString& page)
{
    m_page = page;
    load();
}

void HelpView::load()
{
    QFile file(QStringLiteral(":/help/%1.md").arg(m_page));
    if (!file.open(QIODevice::ReadOnly)) {
        file.setFileName(QStringLiteral(":/help/index.md"));
        if (!file.open(QIODevice::ReadOnly)) {
            return; // no help was built in
        }
    }
    m_browser->document()->setDefaultFont(m_theme.font(TextStyle::Body));
    m_browser->document()->setDocumentMargin(m_theme.grid(4));
    m_browser->setMarkdown(QString::fromUtf8(file.readAll()));
    for (QTextBlock block = m_browser->document()->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        format.setBottomMargin(m_theme.grid(2));
        if (format.headingLevel() > 0) {
            format.setTopMargin(m_theme.grid(format.headingLevel() == 1 ? 0 : 3));
        } else {
            format.setLineHeight(130, QTextBlockFormat::ProportionalHeight);
        }
        cursor.setBlockFormat(format);
        for (auto part = block.begin(); !part.atEnd(); ++part) { // code in our code font
            if (part.fragment().charFormat().fontFixedPitch()) {
                QTextCursor mono(m_browser->document());
                mono.setPosition(part.fragment().position());
                mono.setPosition(part.fragment().position() + part.fragment().length(),
                                 QTextCursor::KeepAnchor);
                QTextCharFormat code;
                code.setFont(m_theme.font(TextStyle::Mono));
                mono.mergeCharFormat(code);
            }
        }
    }
    m_browser->moveCursor(QTextCursor::Start);
}

} // namespace sluice::ui
