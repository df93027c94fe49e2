// SPDX-License-Identifier: GPL-3.0-or-later
// flagdcore.mjs FLAGS.json: what npm's @openfeature/flagd-core takes for the flags that bench_flags
// evaluates, for the same users. Prints "flag<TAB>nanoseconds" (the best of several rounds).
import { readFileSync } from "node:fs";
import { FlagdCore } from "@openfeature/flagd-core";

const text = readFileSync(process.argv[2], "utf8");
const silent = { error() {}, warn() {}, info() {}, debug() {} };
const core = new FlagdCore(undefined, silent);
core.setConfigurations(text);

const users = Array.from({ length: 128 }, (_, i) => ({
  user_id: `user-${i}`,
  targetingKey: `user-${i}`,
  org_id: i % 50 === 0 ? "org-internal" : "org-7",
  session_id: `session-${i}`,
  email: i % 50 === 0 ? `user-${i}@example.com` : `user-${i}@example.org`,
  version: `2.${i % 3}.${i}`,
}));

const rounds = 30;
const calls = 20_000;
let chosen = 0; // used below, so that nothing is optimised away
for (const [flag, { variants }] of Object.entries(JSON.parse(text).flags)) {
  const isText = typeof Object.values(variants)[0] === "string";
  const evaluate = isText
    ? (user) => core.resolveStringEvaluation(flag, "", user, silent)
    : (user) => core.resolveBooleanEvaluation(flag, false, user, silent);
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) {
      chosen += evaluate(users[i % 128]).variant.length;
    }
    best = Math.min(best, Number(process.hrtime.bigint() - start) / calls);
  }
  console.log(`${flag}\t${best.toFixed(1)}`);
}
if (chosen === 0) {
  console.error("nothing was evaluated");
  process.exit(1);
}
