// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/tokens.h"
#include "tests/support/manualclock.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;

class TestTokens final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void SEC05_onlyTheWholeTokenCounts();
    void expires();
};

void TestTokens::SEC05_onlyTheWholeTokenCounts()
{
    const tests::ManualClock clock;
    control::NewToken made = control::makeToken("ana", api::Role::Operator, clock.now());
    QCOMPARE(made.text.size(), std::size_t{4 + 16 + 1 + 64});
    QVERIFY2(made.token.sha256.find(made.text) == std::string::npos, "only the hash is kept");
    control::Index<control::Token> tokens;
    tokens[made.token.id] = std::make_shared<const control::Token>(made.token);

    const auto caller = control::authenticate(tokens, made.text, clock.now());
    QVERIFY_RESULT(caller);
    QCOMPARE(caller->name, std::string("ana"));
    QCOMPARE(caller->role, api::Role::Operator);

    std::string wrong = made.text;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    const std::string other = control::makeToken("eve", api::Role::Admin, clock.now()).text;
    for (const std::string& bearer :
         {std::string(), wrong, made.text + "0", made.text.substr(0, 40), made.token.id,
          made.token.sha256, other, std::string(100'000, 'x')}) {
        const auto refused = control::authenticate(tokens, bearer, clock.now());
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
    }
}

void TestTokens::expires()
{
    tests::ManualClock clock;
    control::NewToken made = control::makeToken("ci", api::Role::Viewer, clock.now(), 2);
    control::Index<control::Token> tokens;
    tokens[made.token.id] = std::make_shared<const control::Token>(made.token);
    clock.advance(std::chrono::hours(47));
    QVERIFY_RESULT(control::authenticate(tokens, made.text, clock.now()));
    clock.advance(std::chrono::hours(1));
    QVERIFY(!control::authenticate(tokens, made.text, clock.now()));
}

QTEST_GUILESS_MAIN(TestTokens)
#include "tst_tokens.moc"
