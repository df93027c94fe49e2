// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/histogram.h"
#include "core/telemetry/varint.h"
#include "tests/support/result.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace sluice;
using telemetry::Histogram;

namespace {

using Values = std::vector<std::uint64_t>;

Values sampleOf(const std::string& kind, unsigned seed)
{
    std::mt19937_64 random(seed);
    Values values(2000 + seed % 50);
    std::lognormal_distribution<double> latency(12.0, 0.8);
    std::uniform_int_distribution<std::uint64_t> small(0, 40);
    std::uniform_int_distribution<unsigned> shift(0, 63);
    for (std::uint64_t& value : values) {
        if (kind == "latencies") {
            value = static_cast<std::uint64_t>(latency(random));
        } else if (kind == "small") {
            value = small(random);
        } else {
            value = random() >> shift(random);
        }
    }
    return values;
}

Histogram histogramOf(const Values& values)
{
    Histogram histogram;
    for (const std::uint64_t value : values) {
        histogram.record(value);
    }
    return histogram;
}

} // namespace

class TestHistogram final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void quantilesAreNearTheExactOnes_data();
    void quantilesAreNearTheExactOnes();
    void smallValuesAreExact();
    void countAtMostIsExactAtBucketEdges();
    void mergingIsAssociativeAndLikeRecording();
    void encodesAndDecodes();
    void refusesDamagedBytes();
    void survivesRandomBytes();
    void varintsKeepTheirValue_data();
    void varintsKeepTheirValue();
};

void TestHistogram::quantilesAreNearTheExactOnes_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"latencies", "small", "anything"}) {
        QTest::newRow(kind) << QString::fromLatin1(kind);
    }
}

void TestHistogram::quantilesAreNearTheExactOnes()
{
    QFETCH(QString, kind);
    for (unsigned seed = 1; seed <= 20; ++seed) {
        Values values = sampleOf(kind.toStdString(), seed);
        const Histogram histogram = histogramOf(values);
        std::sort(values.begin(), values.end());
        QCOMPARE(histogram.count(), values.size());
        for (const double q : {0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0}) {
            const auto rank =
                static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
            const auto exact = static_cast<double>(values[std::max<std::size_t>(rank, 1) - 1]);
            const auto told = static_cast<double>(histogram.quantile(q));
            QVERIFY2(
                std::abs(told - exact) <= exact / 32.0,
                qPrintable(QStringLiteral("q=%1 exact=%2 told=%3").arg(q).arg(exact).arg(told)));
        }
    }
}

void TestHistogram::smallValuesAreExact()
{
    QCOMPARE(Histogram{}.quantile(0.5), 0U);
    for (std::uint64_t value = 0; value < 64; ++value) {
        Histogram histogram;
        histogram.record(value);
        QCOMPARE(histogram.quantile(0.5), value);
        QCOMPARE(histogram.sum(), value);
    }
    Histogram largest;
    largest.record(UINT64_MAX);
    QVERIFY(largest.quantile(1.0) >= UINT64_MAX - UINT64_MAX / 64);
    QCOMPARE(largest.countAtMost(UINT64_MAX), 1U);
}

void TestHistogram::countAtMostIsExactAtBucketEdges()
{
    const Values values = sampleOf("latencies", 7);
    const Histogram histogram = histogramOf(values);
    // 2^k - 1 is the upper edge of a bucket for every k.
    for (unsigned k = 0; k < 40; ++k) {
        const std::uint64_t limit = (std::uint64_t{1} << k) - 1;
        const auto exact =
            std::count_if(values.begin(), values.end(), [&](auto value) { return value <= limit; });
        QCOMPARE(histogram.countAtMost(limit), static_cast<std::uint64_t>(exact));
    }
}

void TestHistogram::mergingIsAssociativeAndLikeRecording()
{
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const Values a = sampleOf("latencies", seed);
        const Values b = sampleOf("anything", seed + 100);
        const Values c = sampleOf("small", seed + 200);
        Histogram left = histogramOf(a);
        left.merge(histogramOf(b));
        left.merge(histogramOf(c));
        Histogram right = histogramOf(b);
        right.merge(histogramOf(c));
        Histogram first = histogramOf(a);
        first.merge(right);
        Values all = a;
        all.insert(all.end(), b.begin(), b.end());
        all.insert(all.end(), c.begin(), c.end());
        const std::string expected = histogramOf(all).encode();
        QCOMPARE(left.encode(), expected);
        QCOMPARE(first.encode(), expected);
    }
    Histogram many;
    many.record(5000, 3);
    many.record(5000, 0);
    QCOMPARE(many.encode(), histogramOf({5000, 5000, 5000}).encode());
}

void TestHistogram::encodesAndDecodes()
{
    for (const char* kind : {"latencies", "small", "anything"}) {
        const Histogram histogram = histogramOf(sampleOf(kind, 11));
        const auto back = Histogram::decode(histogram.encode());
        QVERIFY_RESULT(back);
        QCOMPARE(back->encode(), histogram.encode());
        QCOMPARE(back->count(), histogram.count());
        QCOMPARE(back->sum(), histogram.sum());
        QCOMPARE(back->quantile(0.99), histogram.quantile(0.99));
    }
    QVERIFY_RESULT(Histogram::decode(Histogram{}.encode()));
}

void TestHistogram::refusesDamagedBytes()
{
    const std::string good = histogramOf({1, 1000, 1'000'000}).encode();
    QVERIFY(!Histogram::decode({}).ok());
    QVERIFY(!Histogram::decode(std::string_view(good).substr(0, good.size() - 1)).ok());
    std::string zeroCount;
    for (const std::uint64_t part : {0U, 3U, 0U}) {
        telemetry::putVarint(part, zeroCount);
    }
    QVERIFY(!Histogram::decode(zeroCount).ok());
    std::string beyond;
    for (const std::uint64_t part : {9U, 1920U, 1U}) {
        telemetry::putVarint(part, beyond);
    }
    const auto result = Histogram::decode(beyond);
    QVERIFY(!result.ok());
    QCOMPARE(result.error().code, ErrorCode::Corrupt);
}

void TestHistogram::survivesRandomBytes()
{
    std::mt19937_64 random(4);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = round % 2 == 0 ? histogramOf({random() >> (random() % 64), 77}).encode()
                                           : std::string{};
        bytes.resize(random() % 24);
        for (int i = 0; i < 3 && !bytes.empty(); ++i) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        if (const auto decoded = Histogram::decode(bytes)) {
            // Whatever is taken is a histogram that can be written again.
            QCOMPARE(Histogram::decode(decoded->encode()).value().encode(), decoded->encode());
            QVERIFY(decoded->quantile(1.0) >= decoded->quantile(0.0));
        }
    }
}

void TestHistogram::varintsKeepTheirValue_data()
{
    QTest::addColumn<qlonglong>("value");
    for (const qlonglong value :
         std::initializer_list<qlonglong>{0, 1, -1, 63, 64, -64, -65, 300, INT64_MAX, INT64_MIN}) {
        QTest::addRow("%lld", value) << value;
    }
}

void TestHistogram::varintsKeepTheirValue()
{
    QFETCH(qlonglong, value);
    std::string bytes;
    telemetry::putSignedVarint(value, bytes);
    telemetry::putVarint(static_cast<std::uint64_t>(value), bytes);
    std::string_view rest = bytes;
    std::int64_t back = 0;
    std::uint64_t unsignedBack = 0;
    QVERIFY(telemetry::takeSignedVarint(rest, back));
    QVERIFY(telemetry::takeVarint(rest, unsignedBack));
    QVERIFY(rest.empty());
    QCOMPARE(back, value);
    QCOMPARE(unsignedBack, static_cast<std::uint64_t>(value));
    std::string_view tooLong = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02";
    QVERIFY(!telemetry::takeVarint(tooLong, unsignedBack));
}

QTEST_GUILESS_MAIN(TestHistogram)
#include "tst_histogram.moc"
