// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/targetingschema.h"

#include "core/base/semver.h"
#include "core/flags/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace sluice::flags {

namespace {

constexpr std::size_t kMany = std::numeric_limits<std::size_t>::max();
constexpr int kMaxDepth = 64; // of JSON, as for any document

/// The names are those of the schema's definitions.
enum class Form : std::uint8_t
{
    Operands, ///< an array of operands, so many
    Unary,
    Var,
    Missing,
    MissingSome,
    StringCompare,
    SemVer,
    Fractional,
};

struct Shape
{
    std::string_view name;
    Form form;
    std::size_t atLeast = 0;
    std::size_t atMost = kMany;
};

constexpr std::array kShapes{
    Shape{"var", Form::Var},
    Shape{"missing", Form::Missing},
    Shape{"missing_some", Form::MissingSome, 2, 2},
    Shape{"if", Form::Operands, 1},
    Shape{"==", Form::Operands, 2, 2},
    Shape{"===", Form::Operands, 2, 2},
    Shape{"!=", Form::Operands, 2, 2},
    Shape{"!==", Form::Operands, 2, 2},
    Shape{">", Form::Operands, 2, 2},
    Shape{">=", Form::Operands, 2, 2},
    Shape{"%", Form::Operands, 2, 2},
    Shape{"/", Form::Operands, 2, 2},
    Shape{"map", Form::Operands, 2, 2},
    Shape{"filter", Form::Operands, 2, 2},
    Shape{"all", Form::Operands, 2, 2},
    Shape{"none", Form::Operands, 2, 2},
    Shape{"some", Form::Operands, 2, 2},
    Shape{"in", Form::Operands, 2, 2},
    Shape{"substr", Form::Operands, 2, 3},
    Shape{"<", Form::Operands, 2, 3},
    Shape{"<=", Form::Operands, 2, 3},
    Shape{"*", Form::Operands, 2},
    Shape{"!", Form::Unary, 0, 1},
    Shape{"!!", Form::Unary, 0, 1},
    Shape{"or", Form::Operands, 1},
    Shape{"and", Form::Operands, 1},
    Shape{"+", Form::Operands, 1},
    Shape{"-", Form::Operands, 1},
    Shape{"max", Form::Operands, 1},
    Shape{"min", Form::Operands, 1},
    Shape{"merge", Form::Operands, 1},
    Shape{"cat", Form::Operands, 1},
    Shape{"reduce", Form::Operands, 3, 3},
    Shape{"starts_with", Form::StringCompare, 2, 2},
    Shape{"ends_with", Form::StringCompare, 2, 2},
    Shape{"sem_ver", Form::SemVer, 3, 3},
    Shape{"fractional", Form::Fractional, 1},
};

constexpr std::array<std::string_view, 8> kSemVerSigns{"=", "!=", ">", "<", ">=", "<=", "~", "^"};

Error bad(const std::string& where, std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message), where);
}

Status checkRule(const Json& rule, const std::string& where, int depth);

/// `at` is one of `where`'s elements.
std::string element(const std::string& where, std::size_t at)
{
    return pointerTo(where, std::to_string(at));
}

Status checkCount(const Shape& shape, const Json& operands, const std::string& where)
{
    if (!operands.is_array()) {
        return bad(where,
                   fmt::format("the operands of \"{}\" are written as an array", shape.name));
    }
    if (operands.size() < shape.atLeast || operands.size() > shape.atMost) {
        return bad(where,
                   shape.atLeast == shape.atMost
                       ? fmt::format("\"{}\" takes {} operands", shape.name, shape.atLeast)
                   : operands.size() < shape.atLeast
                       ? fmt::format("\"{}\" takes at least {} operands", shape.name, shape.atLeast)
                       : fmt::format("\"{}\" takes at most {} operands", shape.name, shape.atMost));
    }
    return {};
}

/// An operand: a rule or a plain value. What plain arrays hold is the compiler's to judge.
Status checkOperand(const Json& operand, const std::string& where, int depth)
{
    if (!operand.is_object()) {
        return {};
    }
    if (operand.empty()) {
        return bad(where, "an operand is a rule or a plain value; {} is neither");
    }
    return checkRule(operand, where, depth);
}

Status checkTexts(const Json& names, const std::string& where)
{
    if (!names.is_array()) {
        return bad(where, "an array of attributes' names belongs here");
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i].is_string()) {
            return bad(element(where, i), "an attribute's name is text");
        }
    }
    return {};
}

Status checkVersion(const Json& version, const std::string& where, int depth)
{
    if (version.is_object()) {
        const bool looksUp =
            version.empty() ||
            (version.size() == 1 && (version.contains("var") || version.contains("$ref")));
        return looksUp ? checkRule(version, where, depth)
                       : bad(where, "\"sem_ver\" compares versions and attributes (\"var\"), not "
                                    "other rules");
    }
    if (!version.is_string() || !SemanticVersion::parse(version.get_ref<const std::string&>())) {
        return bad(where, "a version is text such as \"1.2.3\" (semver.org)");
    }
    return {};
}

Status checkSemVer(const Json& operands, const std::string& where, int depth)
{
    const Json& sign = operands[1];
    if (!sign.is_string() || std::find(kSemVerSigns.begin(), kSemVerSigns.end(),
                                       sign.get_ref<const std::string&>()) == kSemVerSigns.end()) {
        return bad(element(where, 1), "\"sem_ver\" compares by = != > < >= <= ~ or ^");
    }
    for (const std::size_t i : {0U, 2U}) {
        if (auto status = checkVersion(operands[i], element(where, i), depth); !status) {
            return status;
        }
    }
    return {};
}

/// A bucket: [variant] or [variant, weight]. Adds a literal weight to `sum`.
Status checkBucket(const Json& bucket, const std::string& where, int depth, double& sum)
{
    if (!bucket.is_array() || bucket.empty() || bucket.size() > 2) {
        return bad(where, "a bucket of \"fractional\" is [variant] or [variant, weight]");
    }
    if (auto status = checkOperand(bucket[0], element(where, 0), depth); !status) {
        return status;
    }
    if (bucket.size() == 2 && bucket[1].is_object()) {
        return checkRule(bucket[1], element(where, 1), depth);
    }
    const double weight = bucket.size() == 1      ? 1
                          : bucket[1].is_number() ? bucket[1].get<double>()
                                                  : -1;
    if (weight < 0 || std::trunc(weight) != weight) {
        return bad(element(where, 1), "a weight is a whole number from 0 on, or a rule");
    }
    sum += weight;
    return sum <= kMaxWeights
               ? Status{}
               : bad(where, fmt::format("the weights add up to more than {:.0f}", kMaxWeights));
}

Status checkFractional(const Json& operands, const std::string& where, int depth)
{
    std::size_t i = 0;
    if (operands[0].is_object()) {
        if (auto status = checkRule(operands[0], element(where, i), depth); !status) {
            return status;
        }
        ++i;
    } else if (!operands[0].is_array()) {
        return bad(element(where, 0),
                   "\"fractional\" buckets by a rule, or by the targetingKey without one");
    }
    double sum = 0;
    for (; i < operands.size(); ++i) {
        if (auto status = checkBucket(operands[i], element(where, i), depth, sum); !status) {
            return status;
        }
    }
    return {};
}

Status checkOperands(const Shape& shape, const Json& operands, const std::string& where, int depth)
{
    for (std::size_t i = 0; i < operands.size(); ++i) {
        const std::string at = element(where, i);
        if (shape.form == Form::StringCompare && !operands[i].is_string() &&
            !operands[i].is_object()) {
            return bad(at, fmt::format("\"{}\" compares text", shape.name));
        }
        auto status = shape.form == Form::StringCompare && operands[i].is_object()
                          ? checkRule(operands[i], at, depth)
                          : checkOperand(operands[i], at, depth);
        if (!status) {
            return status;
        }
    }
    return {};
}

Status checkVar(const Json& path, const std::string& where)
{
    if (path.is_string()) {
        const auto& text = path.get_ref<const std::string&>();
        if (text.starts_with("$flagd.") && text != "$flagd.flagKey" && text != "$flagd.timestamp") {
            return bad(where, "there is only $flagd.flagKey and $flagd.timestamp");
        }
    }
    return {};
}

Status checkShape(const Shape& shape, const Json& operands, const std::string& where, int depth)
{
    if (shape.form == Form::Var) {
        return checkVar(operands, where);
    }
    if (shape.form == Form::Missing) {
        return checkTexts(operands, where);
    }
    if (shape.form == Form::Unary && !operands.is_array()) {
        return checkOperand(operands, where, depth);
    }
    if (auto status = checkCount(shape, operands, where); !status) {
        return status;
    }
    switch (shape.form) {
    case Form::MissingSome:
        if (!operands[0].is_number()) {
            return bad(element(where, 0), "how many are needed is a number");
        }
        return checkTexts(operands[1], element(where, 1));
    case Form::SemVer:
        return checkSemVer(operands, where, depth);
    case Form::Fractional:
        return checkFractional(operands, where, depth);
    default:
        return checkOperands(shape, operands, where, depth);
    }
}

/// An object: nothing, a reference, or an operation.
Status checkRule(const Json& rule, const std::string& where, int depth)
{
    if (depth > kMaxDepth) {
        return fail(ErrorCode::TooLarge, fmt::format("nested deeper than {} levels", kMaxDepth),
                    where);
    }
    for (auto member = rule.begin(); member != rule.end(); ++member) {
        const std::string inside = pointerTo(where, member.key());
        if (member.key() == "$ref") {
            if (!member.value().is_string() || rule.size() != 1) {
                return bad(inside, "\"$ref\" stands alone and takes a shared rule's name, as text");
            }
            continue;
        }
        const auto* shape = std::find_if(kShapes.begin(), kShapes.end(),
                                         [&](const auto& s) { return s.name == member.key(); });
        if (shape == kShapes.end()) {
            return bad(inside, fmt::format("unknown operator \"{}\"", member.key()));
        }
        if (auto status = checkShape(*shape, member.value(), inside, depth + 1); !status) {
            return status;
        }
    }
    return {};
}

} // namespace

Status checkTargeting(const Json& targeting, const std::string& where)
{
    if (!targeting.is_object()) {
        return bad(where, "targeting is a rule, an object");
    }
    return checkRule(targeting, where, 0);
}

} // namespace sluice::flags
