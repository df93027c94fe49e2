// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/units/modelname.h"
#include "tests/support/result.h"

#include <QTest>

#include <vector>

using namespace sluice;
using namespace sluice::units;

class TestModelName : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pinned_data();
    void pinned();
    void suggestsKnownNames();
};

void TestModelName::pinned_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("pinned");
    for (const char* name : {"gpt-4o-2024-08-06",
                             "gpt-4o-mini-2024-07-18",
                             "gpt-4-0613",
                             "gpt-3.5-turbo-1106",
                             "o1-2024-12-17",
                             "o3-mini-2025-01-31",
                             "ft:gpt-4o-mini-2024-07-18:acme::abc123",
                             "gpt-oss-20b",
                             "openai/gpt-oss-120b",
                             "claude-3-5-sonnet-20241022",
                             "claude-sonnet-4-5-20250929",
                             "claude-haiku-4-5@20251001",
                             "anthropic.claude-sonnet-4-5-20250929-v1:0",
                             "claude-opus-4-6",
                             "us.anthropic.claude-opus-4-7",
                             "claude-sonnet-5-0",
                             "gemini-1.5-pro-002",
                             "gemini-2.0-flash-001",
                             "gemini-2.5-pro",
                             "gemini-2.5-flash-preview-05-20",
                             "m-1-2026-01-15",
                             "llama3.1:8b-instruct-q8_0",
                             "text-embedding-3-small",
                             "ollama/qwen2.5:7b",
                             "latestness-1"}) {
        QTest::newRow(name) << QByteArray(name) << true;
    }
    for (const char* name :
         {"gpt-4o", "gpt-4o-mini", "gpt-4-turbo", "chatgpt-4o-latest", "o1", "o3-mini",
          "openai/gpt-4o", "claude-3-5-sonnet-latest", "claude-sonnet-4-5", "claude-opus-4",
          "claude-3-opus", "gemini-1.5-pro", "gemini-2.0-flash", "gemini-flash-latest",
          "llama3:latest", "mistral-large-latest", "", "a b", "a\"b"}) {
        QTest::newRow(*name == '\0' ? "(empty)" : name) << QByteArray(name) << false;
    }
}

void TestModelName::pinned()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, pinned);
    const auto status = checkPinned(name.toStdString());
    QCOMPARE(status.ok(), pinned);
    if (!pinned) {
        QCOMPARE(status.error().code, ErrorCode::InvalidArgument);
    }
}

void TestModelName::suggestsKnownNames()
{
    const std::vector<std::string> known{"gpt-4o-2024-08-06", "gpt-4o-mini", "gpt-4o-2024-11-20",
                                         "claude-opus-4-6"};
    const auto status = checkPinned("gpt-4o", known);
    QVERIFY(!status);
    QVERIFY(status.error().message.ends_with(
        "Name one snapshot: gpt-4o-2024-08-06, gpt-4o-2024-11-20"));
    QVERIFY(checkPinned("gpt-4o").error().message.ends_with("<model>-YYYY-MM-DD"));
}

QTEST_GUILESS_MAIN(TestModelName)
#include "tst_modelname.moc"
