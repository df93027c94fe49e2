// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/livequery.h"
#include "ui/theme/theme.h"
#include "ui/widgets/page.h"

class QLabel;
class QPushButton;
class QStackedWidget;

namespace sluice::ui {

class FlagDetail;
class FlagGeneration;
class FlagImport;
class FlagSources;
class JsonTableModel;
class MessageBar;
class Plane;
class SearchField;
class SortedModel;
class StateStack;
class TableView;

/// The feature flags: those of the workspace, those that sources bring, and the routes' own; their
/// definitions, rules and a tester; import, export, sources, generation. GUI thread only; theme and
/// plane must outlive the page.
class FlagsPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlagsPage)

public:
    FlagsPage(const Theme& theme, Plane& plane, QWidget* parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("flags"); }
    [[nodiscard]] QString title() const override { return tr("Flags"); }
    [[nodiscard]] QString iconName() const override { return QStringLiteral("flags"); }
    [[nodiscard]] Section section() const override { return Section::Parts; }
    /// Details: "flag", the key of the one to show.
    void activate(const Place& place) override;
    [[nodiscard]] QList<KeyHint> keys() const override;
    [[nodiscard]] QWidget* filterField() override;

private:
    QWidget* makeHeader();
    QWidget* makeTable();
    QWidget* makeSide();
    void addActions();
    void update();
    void select();
    void choose(const QString& key);
    void begin();
    void clearChoice();
    void askGeneration();
    void exportFlags(bool toFile);
    void writeFile(const QByteArray& document);
    void updateButtons();

    const Theme& m_theme;
    Plane& m_plane;
    LiveQuery m_flags;
    Json m_rows = Json::array();
    int m_generation = 2;
    bool m_choosing = false; ///< the selection is changed by the page itself
    QString m_wanted;        ///< key to select once it is in the list
    JsonTableModel* m_model = nullptr;
    SortedModel* m_sorted = nullptr;
    TableView* m_table = nullptr;
    SearchField* m_search = nullptr;
    StateStack* m_stack = nullptr;
    MessageBar* m_messages = nullptr;
    QLabel* m_count = nullptr;
    QPushButton* m_new = nullptr;
    QPushButton* m_generationButton = nullptr;
    QStackedWidget* m_side = nullptr;
    FlagDetail* m_detail = nullptr;
    FlagImport* m_import = nullptr;
    FlagSources* m_sources = nullptr;
    FlagGeneration* m_switch = nullptr;
};

} // namespace sluice::ui
