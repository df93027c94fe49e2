// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QTest>

/// Fails the test with the error's text unless the Result is a success.
#define QVERIFY_RESULT(expression)                                                                 \
    do {                                                                                           \
        const auto& sluiceResult = (expression);                                                   \
        QVERIFY2(sluiceResult.ok(),                                                                \
                 sluiceResult.ok() ? "" : sluice::describe(sluiceResult.error()).c_str());         \
    } while (false)

/// QCOMPARE for JSON documents, printing both on failure. (QCOMPARE itself does not compile for
/// nlohmann's type.)
#define QCOMPARE_JSON(actual, expected)                                                            \
    QCOMPARE(QByteArray::fromStdString(nlohmann::json(actual).dump()),                             \
             QByteArray::fromStdString(nlohmann::json(expected).dump()))
