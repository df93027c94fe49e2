// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/livequery.h"
#include "ui/widgets/page.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;

namespace sluice::ui {

class JsonTableModel;
class MessageBar;
class Plane;
class RecordDetail;
class SearchField;
class SortedModel;
class StateStack;
class TableView;
class Theme;

/// Requests as they come and as they were: filters, a table that stands still while something is
/// chosen, and one request in detail. GUI thread only; theme and plane must outlive the page.
class RequestsPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestsPage)

public:
    RequestsPage(const Theme& theme, Plane& plane, QWidget* parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("requests"); }
    [[nodiscard]] QString title() const override { return tr("Requests"); }
    [[nodiscard]] QString iconName() const override { return QStringLiteral("requests"); }
    [[nodiscard]] Section section() const override { return Section::Traffic; }
    /// details: "arm", "outcome", "from", "to" (Unix microseconds), "id".
    void activate(const Place& place) override;
    [[nodiscard]] QList<KeyHint> keys() const override;
    [[nodiscard]] QWidget* filterField() override;

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeFilters();
    QWidget* makeTable();
    QComboBox* makeChoice(const char* name, const QString& label, const QStringList& values);
    void connectQueries();
    void applyFilters();
    void showLive();
    void showSpan();
    void update();
    void updateRoutes();
    void updateCount();
    void resume();
    void askOlder();
    void updateOlder();
    void select();
    /// Something is chosen or an older page was read: the table must not move.
    [[nodiscard]] bool held() const;

    const Theme& m_theme;
    Plane& m_plane;
    LiveQuery m_records;
    LiveQuery m_routes;
    LiveQuery m_status;
    JsonTableModel* m_model = nullptr;
    SortedModel* m_sorted = nullptr;
    TableView* m_table = nullptr;
    StateStack* m_stack = nullptr;
    MessageBar* m_messages = nullptr;
    RecordDetail* m_detail = nullptr;
    SearchField* m_search = nullptr;
    QComboBox* m_route = nullptr;
    QComboBox* m_arm = nullptr;
    QComboBox* m_outcome = nullptr;
    QCheckBox* m_fallback = nullptr;
    QLabel* m_count = nullptr;
    QLabel* m_span = nullptr;
    QPushButton* m_live = nullptr;
    QPushButton* m_pill = nullptr;
    QPushButton* m_older = nullptr;
    Json m_filters; ///< of what is shown; an older page is asked for with the same
    QString m_cursor;
    QString m_wantedId;
    qint64 m_from = 0; ///< Unix microseconds; 0 = live
    qint64 m_to = 0;
    quint64 m_question = 0; ///< answers to earlier filters' older pages are dropped
    bool m_asking = false;  ///< an older page is under way
    bool m_paged = false;   ///< older pages were appended
};

} // namespace sluice::ui
