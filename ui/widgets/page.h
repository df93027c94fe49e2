// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVariantMap>
#include <QWidget>

namespace sluice::ui {

/// One line of the "?" sheet.
struct KeyHint
{
    QString keys; ///< as written on a keyboard: "Ctrl+K", "g"
    QString what;
};

/// Where in the console something is: a page, the route it speaks of, and what the page itself
/// understands (Requests: "arm", "outcome", "from", "to" in Unix microseconds, "id").
struct Place
{
    QString page;
    QString route;
    QVariantMap details;
};

/// One entry of the navigation. The shell owns pages, shows one at a time, and offers every QAction
/// that was added to the page with addAction() in the palette while the page is the current one.
class Page : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Page)

public:
    /// Groups of the navigation, divided by lines.
    enum class Section
    {
        Traffic,
        Text,
        Parts,
        House
    };

    using QWidget::QWidget;

    [[nodiscard]] virtual QString id() const = 0; ///< stable: "overview"
    [[nodiscard]] virtual QString title() const = 0;
    [[nodiscard]] virtual QString iconName() const = 0; ///< of resources/icons
    [[nodiscard]] virtual Section section() const = 0;
    /// The route the page shows, which the red button then acts on; empty if it is about none or
    /// many.
    [[nodiscard]] virtual QString route() const { return {}; }
    /// The page comes to the front. An empty route leaves what was shown.
    virtual void activate(const Place& place) = 0;
    [[nodiscard]] virtual QList<KeyHint> keys() const { return {}; }
    /// Whether the page itself shows every route that was rolled back; then the shell does not say
    /// it again.
    [[nodiscard]] virtual bool tellsOfRollbacks() const { return false; }
    /// What "/" goes to; null if there is nothing to filter.
    [[nodiscard]] virtual QWidget* filterField() { return nullptr; }

Q_SIGNALS:
    /// The page wants the console to go elsewhere.
    void goTo(const sluice::ui::Place& place);
    /// route() has changed.
    void routeChanged(const QString& route);
};

} // namespace sluice::ui
