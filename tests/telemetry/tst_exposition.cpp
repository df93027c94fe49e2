// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/exposition.h"
#include "tests/support/samplerecords.h"

#include <QRegularExpression>
#include <QTest>

#include <map>
#include <set>

using namespace sluice;
using namespace sluice::telemetry;

namespace {

/// A strict reader of the text format 0.0.4: every sample belongs to the family declared last, no
/// label set twice, histograms cumulative and complete.
class Scrape
{
public:
    explicit Scrape(const std::string& text)
    {
        if (!text.ends_with('\n')) {
            m_problem = QStringLiteral("no line feed at the end");
        }
        const auto lines = QString::fromStdString(text).split(QLatin1Char('\n'));
        for (qsizetype i = 0; i + 1 < lines.size() && m_problem.isEmpty(); ++i) {
            readLine(lines[i]);
        }
    }

    [[nodiscard]] QString problem() const { return m_problem; }
    [[nodiscard]] bool has(const QString& family) const { return m_types.contains(family); }
    /// NaN if there is no such sample; labels as written.
    [[nodiscard]] double value(const QString& name, const QString& labels = {}) const
    {
        const auto found = m_samples.find({name, labels});
        return found == m_samples.end() ? qQNaN() : found->second;
    }

private:
    void readLine(const QString& line)
    {
        static const QRegularExpression head(
            QStringLiteral("^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$"));
        static const QRegularExpression sample(QStringLiteral(
            R"(^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)+)\})? ([0-9][0-9.e+-]*)$)"));
        if (const auto match = head.match(line); match.hasMatch()) {
            if (match.captured(1) == QLatin1String("TYPE")) {
                m_family = match.captured(2);
                if (!m_types.emplace(m_family, match.captured(3)).second) {
                    m_problem = QStringLiteral("declared twice: ") + m_family;
                }
            }
            return;
        }
        const auto match = sample.match(line);
        if (!match.hasMatch()) {
            m_problem = QStringLiteral("not a sample: ") + line;
            return;
        }
        const QString name = match.captured(1);
        if (name != m_family && m_types[m_family] != QLatin1String("histogram")) {
            m_problem = QStringLiteral("outside its family: ") + line;
        }
        if (!m_samples.emplace(std::pair(name, match.captured(2)), match.captured(3).toDouble())
                 .second) {
            m_problem = QStringLiteral("twice: ") + line;
        }
        if (name == m_family + QLatin1String("_bucket")) {
            checkBucket(match.captured(2), match.captured(3).toDouble());
        } else if (name == m_family + QLatin1String("_count")) {
            if (match.captured(3).toDouble() != m_lastBucket || !m_sawInf) {
                m_problem = QStringLiteral("count is not the last bucket: ") + line;
            }
            m_lastBucket = 0;
            m_lastBound = -1;
            m_sawInf = false;
        }
    }

    void checkBucket(const QString& labels, double count)
    {
        const QString bound =
            labels.section(QStringLiteral("le=\""), 1).section(QLatin1Char('"'), 0, 0);
        m_sawInf = bound == QLatin1String("+Inf");
        const double limit = m_sawInf ? qInf() : bound.toDouble();
        if (limit <= m_lastBound || count < m_lastBucket) {
            m_problem = QStringLiteral("buckets do not rise: ") + labels;
        }
        m_lastBound = limit;
        m_lastBucket = count;
    }

    QString m_problem;
    QString m_family;
    std::map<QString, QString> m_types;
    std::map<std::pair<QString, QString>, double> m_samples;
    double m_lastBucket = 0;
    double m_lastBound = -1;
    bool m_sawInf = false;
};

QString labels(const std::string& route, const char* arm, const std::string& unit)
{
    return QStringLiteral("route=\"%1\",arm=\"%2\",unit=\"%3\"")
        .arg(QString::fromStdString(route), QString::fromLatin1(arm), QString::fromStdString(unit));
}

} // namespace

class TestExposition final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void emptyIsValid();
    void showsEveryFamily();
    void bucketsAreExactAtTheirBounds();
    void escapesLabels();
    void mergesGatewaysAndBlocks();
};

void TestExposition::emptyIsValid()
{
    const Scrape scrape(Exposition{}.text(0, 0));
    QVERIFY2(scrape.problem().isEmpty(), qPrintable(scrape.problem()));
    QCOMPARE(scrape.value(QStringLiteral("sluice_records_dropped_total")), 0.0);
}

void TestExposition::showsEveryFamily()
{
    SecondBlock block(1);
    RequestRecord record = tests::plainRecord(0, fromMicros(0));
    record.streamed = true;
    block.add(record);
    block.add(tests::fullRecord(fromMicros(0)));
    Exposition exposition;
    exposition.add(block);
    const Scrape scrape(exposition.text(3, 4));
    QVERIFY2(scrape.problem().isEmpty(), qPrintable(scrape.problem()));
    for (const char* family :
         {"sluice_requests_total", "sluice_fallbacks_total", "sluice_records_dropped_total",
          "sluice_records_sampled_total", "sluice_request_duration_seconds",
          "sluice_time_to_first_token_seconds", "sluice_overhead_seconds",
          "gen_ai_client_token_usage", "gen_ai_server_request_duration_seconds",
          "gen_ai_server_time_to_first_token_seconds",
          "gen_ai_server_time_per_output_token_seconds"}) {
        QVERIFY2(scrape.has(QString::fromLatin1(family)), family);
    }
    const QString candidate = labels(record.route, "candidate", tests::kCandidateUnit);
    QCOMPARE(scrape.value(QStringLiteral("sluice_requests_total"),
                          candidate + QStringLiteral(",code=\"200\"")),
             1.0);
    QCOMPARE(
        scrape.value(QStringLiteral("sluice_fallbacks_total"),
                     QStringLiteral("route=\"support-assistant\",unit=\"%1\",reason=\"timeout\"")
                         .arg(QString::fromStdString(tests::kCandidateUnit))),
        1.0);
    QCOMPARE(scrape.value(QStringLiteral("sluice_request_duration_seconds_sum"), candidate),
             0.0016);
    QCOMPARE(scrape.value(QStringLiteral("gen_ai_client_token_usage_sum"),
                          candidate + QStringLiteral(",gen_ai_token_type=\"input\"")),
             120.0);
    QCOMPARE(scrape.value(QStringLiteral("sluice_records_dropped_total")), 3.0);
    QCOMPARE(scrape.value(QStringLiteral("sluice_records_sampled_total")), 4.0);
}

void TestExposition::bucketsAreExactAtTheirBounds()
{
    SecondBlock block(1);
    for (const std::uint32_t total : {10'000U, 10'001U, 81'920'000U, 81'920'001U}) {
        RequestRecord record = tests::plainRecord(0, fromMicros(0));
        record.stages.total = total;
        block.add(record);
    }
    Exposition exposition;
    exposition.add(block);
    const Scrape scrape(exposition.text(0, 0));
    QVERIFY2(scrape.problem().isEmpty(), qPrintable(scrape.problem()));
    const auto atMost = [&](const char* bound) {
        return scrape.value(QStringLiteral("sluice_request_duration_seconds_bucket"),
                            labels("support-assistant", "candidate", tests::kCandidateUnit) +
                                QStringLiteral(",le=\"%1\"").arg(QString::fromLatin1(bound)));
    };
    QCOMPARE(atMost("0.01"), 1.0);
    QCOMPARE(atMost("0.02"), 2.0);
    QCOMPARE(atMost("81.92"), 3.0);
    QCOMPARE(atMost("+Inf"), 4.0);
}

void TestExposition::escapesLabels()
{
    SecondBlock block(1);
    RequestRecord record = tests::plainRecord(0, fromMicros(0));
    record.route = "a\"b\\c\nd";
    block.add(record);
    Exposition exposition;
    exposition.add(block);
    const Scrape scrape(exposition.text(0, 0));
    QVERIFY2(scrape.problem().isEmpty(), qPrintable(scrape.problem()));
    QCOMPARE(scrape.value(QStringLiteral("sluice_requests_total"),
                          labels(R"(a\"b\\c\nd)", "candidate", tests::kCandidateUnit) +
                              QStringLiteral(",code=\"200\"")),
             1.0);
}

void TestExposition::mergesGatewaysAndBlocks()
{
    Exposition exposition;
    for (const char* gateway : {"gw-1", "gw-2"}) {
        SecondBlock block(1);
        RequestRecord record = tests::plainRecord(0, fromMicros(0));
        record.gateway = gateway;
        block.add(record);
        block.add(record);
        record.status = 502;
        record.outcome = Outcome::ProviderError;
        block.add(record);
        exposition.add(block);
    }
    const Scrape scrape(exposition.text(0, 0));
    QVERIFY2(scrape.problem().isEmpty(), qPrintable(scrape.problem()));
    const QString key = labels("support-assistant", "candidate", tests::kCandidateUnit);
    QCOMPARE(scrape.value(QStringLiteral("sluice_requests_total"),
                          key + QStringLiteral(",code=\"200\"")),
             4.0);
    QCOMPARE(scrape.value(QStringLiteral("sluice_requests_total"),
                          key + QStringLiteral(",code=\"502\"")),
             2.0);
}

QTEST_GUILESS_MAIN(TestExposition)
#include "tst_exposition.moc"
