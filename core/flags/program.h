// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/flags/fractional.h"
#include "core/flags/value.h"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace sluice::flags {

// Private to the room: what the compiler makes and the evaluator walks.

enum class Op : std::uint8_t
{
    Constant,
    Array,
    Var,
    FlagKey,
    Timestamp,
    Missing,
    MissingSome,
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Not,
    Truth,
    And,
    Or,
    If,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Max,
    Min,
    Cat,
    Substring,
    In,
    Merge,
    Map,
    Filter,
    Reduce,
    All,
    None,
    Some,
    Fractional,
    FractionalTable,
    SemVer,
    StartsWith,
    EndsWith,
};

/// One step of a path: a member's name (or, in an array, its index) and the name's hash.
struct PathStep
{
    std::string name;
    std::uint32_t hash = 0;
};

using Path = std::vector<PathStep>;

/// A variant of `fractional` and the sum of the weights up to it, its own included.
struct Share
{
    Value variant;
    std::uint32_t upTo = 0;
};

/// What the weights of one `fractional` may add up to, 2^31 - 1.
inline constexpr double kMaxWeights = 2147483647.0;

/// `fractional` with literal variants and weights.
struct FractionTable
{
    std::vector<Share> shares;
    bool shortForm = false;
};

struct Node
{
    Op op = Op::Constant;
    bool spread =
        false; ///< the only operand is an operation: if it gives an array, that is the operands
    std::uint32_t first = 0; ///< operands: edges[first .. first + count)
    std::uint32_t count = 0;
    std::uint32_t extra = 0; ///< Var: index into paths, or kDynamic; FractionalTable: into tables
    Value constant;
};

inline constexpr std::uint32_t kDynamic = 0xffffffffU;

struct Program
{
    std::vector<Node> nodes;
    std::vector<std::uint32_t> edges;
    std::deque<Path> paths;
    std::deque<FractionTable> tables;
    std::deque<Json> literals; ///< what constants look at; a deque, so that it stays where it is
    std::vector<std::string> attributes;
    std::vector<std::string> places; ///< the nodes' JSON pointers, where a trace is wanted
    std::uint32_t root = 0;
    Generation generation = Generation::V2;
};

/// Splits a dotted path; numbers and text are taken, "" is the whole.
Path parsePath(std::string_view text);

} // namespace sluice::flags
