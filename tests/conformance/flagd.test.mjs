// SPDX-License-Identifier: GPL-3.0-or-later
// `flags export` read and evaluated by flagd's own engine gives what the gateway gives.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FlagdCore } from '@openfeature/flagd-core';
import { withFlags } from './flags.mjs';
import { key, startSluice } from './harness.mjs';

let sluice;
before(async () => {
  sluice = await startSluice({}, withFlags);
  await sluice.execute('routing.kill', { route: 'doomed', reason: 'conformance' });
});
after(() => sluice?.stop());

/** Repeatable: mulberry32. */
let state = 20261126;
function random(bound) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % bound;
}

function randomContext() {
  const context = { targetingKey: `u-${random(500)}` };
  const maybe = (name, value) => {
    if (random(2) === 0) {
      context[name] = value;
    }
  };
  maybe('user_id', [`u-${random(500)}`, null, '', random(40) / 4, true][random(8) < 5 ? 0 : random(5)]);
  maybe('org_id', `org-${random(30)}`);
  maybe('session_id', `s-${random(1000)}`);
  maybe('plan', ['pro', 'free'][random(2)]);
  maybe('trial', random(2) === 0);
  maybe('version', `${random(5)}.${random(3)}.0`);
  maybe('teams', random(2) === 0 ? [{ name: 'beta' }] : [{ name: 'ops' }, { name: 'web' }]);
  maybe('email', `u@example.${['com', 'org'][random(2)]}`);
  return context;
}

test('3,000 contexts: each flag and each route\'s flag, with variant, value and reason', async () => {
  const { document } = await sluice.execute('flags.export');
  const core = new FlagdCore();
  core.setConfigurations(JSON.stringify(document));
  const names = Object.keys(document.flags);
  assert.ok(names.includes('ruled') && names.includes('doomed') && names.includes('half'));
  const seen = {};
  for (let i = 0; i < 3_000; ++i) {
    const context = randomContext();
    const answer = await fetch(`${sluice.gateway}/ofrep/v1/evaluate/flags`, {
      method: 'POST', body: JSON.stringify({ context }), headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` } });
    assert.equal(answer.status, 200);
    const { flags } = await answer.json();
    assert.deepEqual(flags.map((flag) => flag.key).sort(), [...names].sort());
    for (const flag of flags) {
      const definition = document.flags[flag.key];
      const type = typeof Object.values(definition.variants)[0];
      const expected = core.resolve(type, flag.key, 'the code\'s default', context);
      const what = `${flag.key} in ${JSON.stringify(context)}`;
      if (flag.errorCode) {
        assert.deepEqual([expected.reason, expected.errorCode], ['ERROR', flag.errorCode], what);
        continue;
      }
      assert.equal(flag.variant, expected.variant, what);
      assert.equal(flag.reason, expected.reason, what);
      assert.deepEqual('value' in flag ? flag.value : 'the code\'s default', expected.value, what);
      (seen[flag.key] ??= new Set()).add(flag.variant);
    }
  }
  assert.deepEqual([...seen.ruled].sort(), ['candidate', 'control', 'stable']);
  assert.deepEqual([...seen.doomed], ['stable']);
  assert.deepEqual([...seen.half].sort(), ['no', 'yes']);
});
