// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/exposition.h"

#include <fmt/format.h>

#include <iterator>

namespace sluice::telemetry {

namespace {

void appendHead(std::string_view name, std::string_view type, std::string_view help,
                std::string& out)
{
    fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

/// A label value: backslash, quote and line feed are escaped, nothing else is.
std::string escaped(std::string_view value)
{
    std::string out;
    out.reserve(value.size());
    for (const char c : value) {
        if (c == '\\' || c == '"') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out += "\\n";
        } else {
            out.push_back(c);
        }
    }
    return out;
}

/// Microseconds as seconds, exactly: "1.280000" would do, "1.28" reads better.
std::string seconds(std::uint64_t micros)
{
    std::string text = fmt::format("{}.{:06}", micros / 1'000'000, micros % 1'000'000);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
        text += '0';
    }
    return text;
}

enum class Scale
{
    Seconds,
    Count
};

std::string number(std::uint64_t value, Scale scale)
{
    return scale == Scale::Seconds ? seconds(value) : fmt::format("{}", value);
}

void appendHistogram(std::string_view name, std::string_view labels,
                     const BoundedHistogram& histogram, Scale scale, std::string& out)
{
    auto to = std::back_inserter(out);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < histogram.bounds().size(); ++i) {
        seen += histogram.bucket(i);
        fmt::format_to(to, "{}_bucket{{{},le=\"{}\"}} {}\n", name, labels,
                       number(histogram.bounds()[i], scale), seen);
    }
    seen += histogram.bucket(histogram.bounds().size());
    fmt::format_to(to, "{}_bucket{{{},le=\"+Inf\"}} {}\n", name, labels, seen);
    fmt::format_to(to, "{0}_sum{{{1}}} {2}\n{0}_count{{{1}}} {3}\n", name, labels,
                   number(histogram.sum(), scale), seen);
}

template <typename Key>
std::string labelsOf(const Key& key)
{
    const auto& [route, arm, unit] = key;
    return fmt::format("route=\"{}\",arm=\"{}\",unit=\"{}\"", escaped(route), units::armName(arm),
                       escaped(unit));
}

struct Family
{
    std::string_view name;
    std::string_view help;
    BoundedHistogram KeyMetrics::* histogram;
};

constexpr std::array kFamilies{
    Family{"sluice_request_duration_seconds", "Time of requests for which a provider was asked.",
           &KeyMetrics::duration},
    Family{"sluice_time_to_first_token_seconds", "Admission to first content of streamed requests.",
           &KeyMetrics::ttft},
    Family{"sluice_overhead_seconds", "Total time less the wait for the provider.",
           &KeyMetrics::overhead},
    Family{"gen_ai_server_request_duration_seconds", "Generative AI server request duration.",
           &KeyMetrics::duration},
    Family{"gen_ai_server_time_to_first_token_seconds",
           "Time to generate the first token of a response.", &KeyMetrics::ttft},
    Family{"gen_ai_server_time_per_output_token_seconds", "Time per output token after the first.",
           &KeyMetrics::perToken},
};

} // namespace

void Exposition::add(const SecondBlock& block)
{
    for (const auto& [key, sums] : block.keys) {
        m_keys[Key(key.route, key.arm, key.unit)].merge(sums.metrics);
    }
    for (const FallbackCount& fallback : block.fallbacks) {
        m_fallbacks[FallbackKey(fallback.route, fallback.unit, fallback.reason)] += fallback.count;
    }
}

std::string Exposition::text(std::uint64_t dropped, std::uint64_t sampledOut) const
{
    std::string out;
    appendRequests(out);
    appendFallbacks(out);
    appendHead("sluice_records_dropped_total", "counter",
               "Request records lost because their queue was full.", out);
    fmt::format_to(std::back_inserter(out), "sluice_records_dropped_total {}\n", dropped);
    appendHead("sluice_records_sampled_total", "counter",
               "Request records left out by sampling; those kept carry their weight.", out);
    fmt::format_to(std::back_inserter(out), "sluice_records_sampled_total {}\n", sampledOut);
    appendHistograms(out);
    appendTokens(out);
    return out;
}

void Exposition::appendRequests(std::string& out) const
{
    appendHead("sluice_requests_total", "counter", "Requests by the status that the client got.",
               out);
    for (const auto& [key, metrics] : m_keys) {
        const std::string labels = labelsOf(key);
        for (const auto& [status, count] : metrics.codes) {
            fmt::format_to(std::back_inserter(out), "sluice_requests_total{{{},code=\"{}\"}} {}\n",
                           labels, status, count);
        }
    }
}

void Exposition::appendFallbacks(std::string& out) const
{
    appendHead("sluice_fallbacks_total", "counter",
               "Requests that another unit than the assigned one answered.", out);
    for (const auto& [key, count] : m_fallbacks) {
        const auto& [route, unit, reason] = key;
        fmt::format_to(std::back_inserter(out),
                       "sluice_fallbacks_total{{route=\"{}\",unit=\"{}\",reason=\"{}\"}} {}\n",
                       escaped(route), escaped(unit), fallbackName(reason), count);
    }
}

void Exposition::appendHistograms(std::string& out) const
{
    for (const Family& family : kFamilies) {
        appendHead(family.name, "histogram", family.help, out);
        for (const auto& [key, metrics] : m_keys) {
            appendHistogram(family.name, labelsOf(key), metrics.*family.histogram, Scale::Seconds,
                            out);
        }
    }
}

void Exposition::appendTokens(std::string& out) const
{
    constexpr std::string_view kName = "gen_ai_client_token_usage";
    appendHead(kName, "histogram", "Number of input and output tokens used.", out);
    for (const auto& [key, metrics] : m_keys) {
        const std::string labels = labelsOf(key);
        appendHistogram(kName, labels + ",gen_ai_token_type=\"input\"", metrics.inputTokens,
                        Scale::Count, out);
        appendHistogram(kName, labels + ",gen_ai_token_type=\"output\"", metrics.outputTokens,
                        Scale::Count, out);
    }
}

} // namespace sluice::telemetry
