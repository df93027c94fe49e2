// SPDX-License-Identifier: GPL-3.0-or-later
// The Route page where people meet: targeting, two people at once, revisions.
#include "tests/gui/routetest.h"
#include "ui/widgets/percentspin.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSlider>
#include <QToolButton>

namespace sluice::tests {

class TestRouteTargeting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changeByAnotherIsAConflictWithTheirDifference()
    {
        RouteTest test;
        open(test, "support-assistant");
        test.find<QSlider>("traffic.slider")->setValue(2500);
        // Somebody else, elsewhere, while the value is not applied yet.
        putByAnother(test, "support-assistant", {{"percent", 10}});
        QCOMPARE(test.find<QSlider>("traffic.slider")->value(), 2500);
        QTest::mouseClick(test.find<QPushButton>("traffic.apply.confirm"), Qt::LeftButton);
        auto* bar = test.find<QWidget>("conflict");
        QTRY_VERIFY(bar->isVisible());
        QStringList words;
        for (const QLabel* label : bar->findChildren<QLabel*>()) {
            words << label->text();
        }
        QVERIFY(words.join(QLatin1Char(' ')).contains(QStringLiteral("while you were editing")));
        QVERIFY(words.contains(QStringLiteral("10\u00a0%"))); // theirs
        QVERIFY(words.contains(QStringLiteral("25\u00a0%"))); // yours
        QVERIFY(words.contains(QStringLiteral("5\u00a0%")));  // what both began with
        shot(test.page(), QStringLiteral("route-conflict-light"));
        QTest::mouseClick(test.find<QPushButton>("conflict.theirs"), Qt::LeftButton);
        QVERIFY(!bar->isVisible());
        QCOMPARE(test.find<QSlider>("traffic.slider")->value(), 1000);
        QVERIFY(!test.find<QPushButton>("traffic.apply.confirm")->isVisible());
    }

    void conflictCanPutMineOnTopOrGoOnEditing_data()
    {
        QTest::addColumn<bool>("atOnce");
        QTest::newRow("put mine on top") << true;
        QTest::newRow("keep editing") << false;
    }

    void conflictCanPutMineOnTopOrGoOnEditing()
    {
        QFETCH(bool, atOnce);
        RouteTest test;
        open(test, "support-assistant");
        test.find<QSlider>("traffic.slider")->setValue(2500);
        putByAnother(test, "support-assistant", {{"bucket_by", "org_id"}});
        QTest::mouseClick(test.find<QPushButton>("traffic.apply.confirm"), Qt::LeftButton);
        auto* bar = test.find<QWidget>("conflict");
        QTRY_VERIFY(bar->isVisible());
        if (atOnce) {
            QTest::mouseClick(test.find<QPushButton>("conflict.mine"), Qt::LeftButton);
        } else {
            QTest::mouseClick(test.find<QPushButton>("conflict.keep"), Qt::LeftButton);
            QCOMPARE(test.find<QSlider>("traffic.slider")->value(), 2500);
            QTest::mouseClick(test.find<QPushButton>("traffic.apply.confirm"), Qt::LeftButton);
        }
        QTRY_VERIFY(messages(test).contains(QStringLiteral("Revision")));
        QVERIFY(!bar->isVisible());
        QCOMPARE(test.find<QSlider>("traffic.slider")->value(), 2500);
        const std::string sent = test.fake().lastArguments("routes.put")["definition"].dump();
        QCOMPARE(sent, std::string(R"({"percent":25.0})")); // theirs was not touched
    }

    void targetingIsEditedWithWhoMovesFirst()
    {
        RouteTest test;
        open(test, "support-assistant");
        QTest::mouseClick(test.find<QPushButton>("traffic.rules"), Qt::LeftButton);
        auto* value = test.find<QLineEdit>("rules.0.when.0.value.text");
        QTRY_VERIFY(value->isVisible());
        QCOMPARE(value->text(), QStringLiteral("org-internal"));
        QCOMPARE(test.find<QPlainTextEdit>("allow.keys")->toPlainText(),
                 QStringLiteral("user-0042"));
        value->setFocus();
        value->selectAll();
        QTest::keyClicks(value, QStringLiteral("org-9"));
        QTest::mouseClick(test.find<QToolButton>("rules.1.duplicate"), Qt::LeftButton);
        test.find<QPlainTextEdit>("allow.keys")
            ->setPlainText(QStringLiteral("user-0042\n\n user-7 \nuser-7"));
        auto* confirm = test.find<QPushButton>("targeting.apply.confirm");
        QTRY_COMPARE(test.fake().calls("routes.dry_run"), 1);
        QTRY_VERIFY(test.find<QLabel>("targeting.apply.effect")
                        ->text()
                        .contains(QStringLiteral("users seen in the last")));
        QTest::qWait(1100); // the page asks again meanwhile: the edit stays
        QCOMPARE(value->text(), QStringLiteral("org-9"));
        test.find<QScrollArea>("route.scroll")->ensureWidgetVisible(confirm);
        shot(test.page(), QStringLiteral("route-targeting-light"));
        QTest::mouseClick(confirm, Qt::LeftButton);
        QTRY_COMPARE(test.fake().calls("routes.put"), 1);
        const Json definition = test.fake().lastArguments("routes.put")["definition"];
        QCOMPARE(definition["rules"].size(), std::size_t{3});
        QCOMPARE(definition["rules"][0]["when"]["=="][1].get<std::string>(), std::string("org-9"));
        QVERIFY(definition["allow"] == Json::array({"user-0042", "user-7"}));
        QVERIFY(!definition.contains("bucket_by"));
        QTRY_VERIFY(!confirm->isVisible());
    }

    void rulesOfTwoPeopleAreAConflictToo()
    {
        RouteTest test;
        open(test, "support-assistant");
        QTest::mouseClick(test.find<QPushButton>("traffic.rules"), Qt::LeftButton);
        auto* value = test.find<QLineEdit>("rules.0.when.0.value.text");
        QTRY_VERIFY(value->isVisible());
        value->setFocus();
        QTest::keyClicks(value, QStringLiteral("-x"));
        putByAnother(test, "support-assistant",
                     {{"rules", Json::array({{{"when", true}, {"arm", "stable"}}})}});
        const int asked = test.fake().calls("routes.get");
        QTRY_VERIFY(test.fake().calls("routes.get") > asked + 1); // the page has seen theirs
        auto* confirm = test.find<QPushButton>("targeting.apply.confirm");
        QTRY_VERIFY(confirm->isEnabled());
        QTest::mouseClick(confirm, Qt::LeftButton);
        auto* bar = test.find<QWidget>("conflict");
        QTRY_VERIFY(bar->isVisible()); // and not: applied over theirs
        QVERIFY(test.find<QLabel>("conflict.text")->text().contains(QStringLiteral("tester")));
        QTest::mouseClick(test.find<QPushButton>("conflict.theirs"), Qt::LeftButton);
        QTRY_VERIFY(!confirm->isVisible());
        QVERIFY(test.page().findChild<QWidget*>(QStringLiteral("rules.1")) == nullptr); // theirs
    }

    void anotherBucketingSaysThatEverybodyIsDealtAnew()
    {
        RouteTest test;
        open(test, "support-assistant");
        QTest::mouseClick(test.find<QPushButton>("traffic.rules"), Qt::LeftButton);
        auto* box = test.find<QComboBox>("targeting.bucketBy");
        box->setEditText(QStringLiteral("tenant"));
        auto* effect = test.find<QLabel>("targeting.apply.effect");
        QTRY_VERIFY(effect->text().contains(QStringLiteral("anew")));
        QVERIFY(!test.find<QPushButton>("targeting.apply.confirm")->isEnabled()); // asks why
        box->setEditText(QString());
        QVERIFY(effect->text().contains(QStringLiteral("Say what is bucketed by")));
        QTest::mouseClick(test.find<QPushButton>("targeting.apply.cancel"), Qt::LeftButton);
        QCOMPARE(box->currentText(), QStringLiteral("user_id"));
    }

    void otherRoutesChangeIsNoConflict()
    {
        RouteTest test;
        open(test, "support-assistant");
        test.find<QSlider>("traffic.slider")->setValue(2500);
        putByAnother(test, "ai-search", {{"percent", 30}});
        const int asked = test.fake().calls("routes.get");
        QTRY_VERIFY(test.fake().calls("routes.get") > asked);
        QTest::qWait(50); // the answer's turn of the event loop
        QTest::mouseClick(test.find<QPushButton>("traffic.apply.confirm"), Qt::LeftButton);
        QTRY_VERIFY(messages(test).contains(QStringLiteral("Revision")));
        QVERIFY(!messages(test).contains(QStringLiteral("Nothing of yours")));
    }

    void restoreShowsWhatItChangesFirst()
    {
        RouteTest test;
        open(test, "support-assistant");
        auto* table = test.find<TableView>("route.revisions");
        QTRY_VERIFY(table->model()->rowCount() > 1);
        auto* restore = test.find<QPushButton>("route.restore");
        QVERIFY(!restore->isEnabled());
        table->selectRow(table->model()->rowCount() - 1);
        QVERIFY(restore->isEnabled());
        QTest::mouseClick(restore, Qt::LeftButton);
        QTRY_COMPARE(test.fake().calls("routing.restore"), 1);
        QVERIFY(test.fake().lastArguments("routing.restore").value("dry_run", false));
        auto* confirm = test.find<QPushButton>("restore.confirm");
        QTRY_VERIFY(confirm->isVisible());
        QTest::qWait(20);
        test.find<QScrollArea>("route.scroll")->ensureWidgetVisible(confirm);
        shot(test.page(), QStringLiteral("route-restore-light"));
        test.find<QLineEdit>("restore.reason")->setText(QStringLiteral("back to then"));
        QVERIFY(confirm->isEnabled());
        QTest::mouseClick(confirm, Qt::LeftButton);
        QTRY_COMPARE(test.fake().calls("routing.restore"), 2);
        QVERIFY(!test.fake().lastArguments("routing.restore").value("dry_run", false));
        QTRY_VERIFY(!confirm->isVisible());
    }

    void restoreOfATimeAndOfEveryRoute()
    {
        RouteTest test;
        open(test, "support-assistant");
        QTest::mouseClick(test.find<QPushButton>("route.restoreTime"), Qt::LeftButton);
        auto* when = test.find<QDateTimeEdit>("restore.when");
        QTRY_VERIFY(when->isVisible());
        QTRY_COMPARE(test.fake().calls("routing.restore"), 1);
        Json asked = test.fake().lastArguments("routing.restore");
        QVERIFY(asked.contains("at") && !asked.contains("revision"));
        QCOMPARE(asked.value("route", ""), std::string("support-assistant"));
        test.find<QCheckBox>("restore.all")->setChecked(true);
        QTRY_COMPARE(test.fake().calls("routing.restore"), 2);
        asked = test.fake().lastArguments("routing.restore");
        QVERIFY(!asked.contains("route"));
        when->setDateTime(QDateTime::currentDateTime().addYears(-1));
        QTRY_VERIFY(test.find<QLabel>("restore.effect")
                        ->text()
                        .contains(QStringLiteral("cannot be restored")));
        QVERIFY(!test.find<QPushButton>("restore.confirm")->isEnabled());
    }

    void twoRevisionsAreComparedMemberByMember()
    {
        RouteTest test;
        open(test, "support-assistant");
        auto* table = test.find<TableView>("route.revisions");
        QTRY_VERIFY(table->model()->rowCount() > 2);
        auto* compare = test.find<QPushButton>("route.compareRevisions");
        QVERIFY(!compare->isEnabled());
        table->selectRow(0);
        table->selectionModel()->select(table->model()->index(2, 0),
                                        QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QVERIFY(compare->isEnabled());
        QTest::mouseClick(compare, Qt::LeftButton);
        QTRY_COMPARE(test.fake().calls("routing.diff"), 1);
        const Json asked = test.fake().lastArguments("routing.diff");
        QVERIFY(asked["from"] == Json(180) && asked["to"] == Json(183));
        const auto words = [&] {
            QStringList texts;
            for (const QLabel* label :
                 test.find<QLabel>("diff.title")->parentWidget()->findChildren<QLabel*>()) {
                texts << label->text();
            }
            return texts;
        };
        QTRY_VERIFY(words().contains(QStringLiteral("Candidate's share")));
        QVERIFY(words().contains(QStringLiteral("5\u00a0%")));
        QTest::qWait(20);
        auto* bar = test.find<QScrollArea>("route.scroll")->verticalScrollBar();
        bar->setValue(bar->maximum());
        shot(test.page(), QStringLiteral("route-diff-light"));
        test.find<QCheckBox>("diff.all")->setChecked(true);
        QTRY_COMPARE(test.fake().calls("routing.diff"), 2);
        QVERIFY(!test.fake().lastArguments("routing.diff").contains("route"));
        QTest::mouseClick(test.find<QPushButton>("diff.swap"), Qt::LeftButton);
        QTRY_VERIFY(test.fake().lastArguments("routing.diff")["from"] == Json(183));
    }

    void testerExplainsAUser()
    {
        RouteTest test;
        open(test, "support-assistant");
        QTest::mouseClick(test.find<QPushButton>("traffic.test"), Qt::LeftButton);
        test.find<QLineEdit>("tester.user")->setText(QStringLiteral("42"));
        test.find<QLineEdit>("tester.org")->setText(QStringLiteral("7"));
        QTest::mouseClick(test.find<QPushButton>("tester.ask"), Qt::LeftButton);
        auto* answer = test.find<QLabel>("tester.answer");
        QTRY_VERIFY(answer->text().contains(QStringLiteral("assigned by")));
        QVERIFY(answer->text().contains(QStringLiteral("hash 2628612345 (0x9cad")));
        QVERIFY(answer->text().contains(QStringLiteral("bucket 6,120 of 10,000")));
        const Json asked = test.fake().lastArguments("routes.explain");
        QCOMPARE(asked.value("user", ""), std::string("42"));
        QCOMPARE(asked.value("org", ""), std::string("7"));
        QTest::qWait(50);
        shot(test.page(), QStringLiteral("route-tester-light"));
        QTest::mouseClick(test.find<QPushButton>("tester.more"), Qt::LeftButton);
        auto* attributes = test.find<QPlainTextEdit>("tester.attributes.text");
        attributes->setPlainText(QStringLiteral("{\"plan\": "));
        const int before = test.fake().calls("routes.explain");
        QTest::mouseClick(test.find<QPushButton>("tester.ask"), Qt::LeftButton);
        QTest::qWait(20);
        QCOMPARE(test.fake().calls("routes.explain"), before);
        attributes->setPlainText(QStringLiteral("{\"plan\": \"trial\"}"));
        QTest::mouseClick(test.find<QPushButton>("tester.ask"), Qt::LeftButton);
        QTRY_COMPARE(test.fake().calls("routes.explain"), before + 1);
        QCOMPARE(test.fake().lastArguments("routes.explain")["attributes"].value("plan", ""),
                 std::string("trial"));
    }
};

} // namespace sluice::tests

QTEST_MAIN(sluice::tests::TestRouteTargeting)
#include "tst_routetargeting.moc"
