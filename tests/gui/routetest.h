// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/gui/pagetest.h"
#include "ui/pages/route/routepage.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QLabel>
#include <QPushButton>

namespace sluice::tests {

using namespace sluice::ui;

using RouteTest = PageTest<RoutePage>;

inline void open(RouteTest& test, const char* route, QVariantMap details = {})
{
    test.show();
    test.page().activate({QStringLiteral("route"), QString::fromLatin1(route), std::move(details)});
    auto* stack = test.page().findChild<StateStack*>(QString(), Qt::FindDirectChildrenOnly);
    QTRY_COMPARE(stack->view(), StateStack::View::Data);
    QTRY_VERIFY(test.find<TableView>("route.arms")->model()->rowCount() > 0);
}

inline QString messages(RouteTest& test)
{
    QStringList texts;
    for (const QLabel* label : test.page().findChild<MessageBar*>()->findChildren<QLabel*>()) {
        texts << label->text();
    }
    return texts.join(QLatin1Char(' '));
}

inline QPushButton* messageButton(RouteTest& test, const QString& text)
{
    for (QPushButton* button : test.page().findChild<MessageBar*>()->findChildren<QPushButton*>()) {
        if (button->text() == text) {
            return button;
        }
    }
    return nullptr;
}

/// Somebody else, elsewhere, changes a route.
inline void putByAnother(RouteTest& test, const char* route, Json definition)
{
    bool done = false;
    Json arguments{{"route", route}, {"patch", true}, {"reason", "theirs"}};
    arguments["definition"] = std::move(definition);
    test.plane().execute("routes.put", std::move(arguments), &test.page(),
                         [&](const Result<api::CommandReply>& reply) { done = reply.ok(); });
    QTRY_VERIFY(done);
}

} // namespace sluice::tests
