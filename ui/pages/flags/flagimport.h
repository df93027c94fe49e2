// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace sluice::ui {

class ChangeList;
class ConfirmBox;
class JsonEdit;
class Plane;

/// Takes a flagd document, from a file, pasted, or from a URL that the engine reads once; shows
/// what would change before it does. Controls: import.kind, import.path, import.browse, import.url,
/// import.document.text, import.check, import.apply.….
class FlagImport final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlagImport)

public:
    FlagImport(const Theme& theme, Plane& plane, QWidget* parent = nullptr);
    /// Reads a file into the text, which is then what is imported.
    void readFile(const QString& path);

Q_SIGNALS:
    void imported();
    void closed();

private:
    enum Kind
    {
        Text,
        Url
    };
    QWidget* makeSource();
    void showKind();
    void forget();
    [[nodiscard]] Json arguments() const;
    [[nodiscard]] QString missing() const;
    void check();
    void showChanges(const Json& changes);
    void apply();
    void failed(const Error& error);

    const Theme& m_theme;
    Plane& m_plane;
    QComboBox* m_kind;
    QLineEdit* m_path;
    QPushButton* m_browse;
    QLineEdit* m_url;
    JsonEdit* m_document;
    QPushButton* m_check;
    QLabel* m_note;
    ChangeList* m_changes;
    ConfirmBox* m_confirm;
    quint64 m_question = 0;
};

} // namespace sluice::ui
