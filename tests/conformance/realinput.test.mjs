// SPDX-License-Identifier: GPL-3.0-or-later
// The main job on real input: 225 questions of the Cranfield collection through a route at 20 %, by the official
// client, whole and streamed, 8 in parallel; then 50 %, then the red button at full load.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { candidateModel, eventually, say, stableModel, startSluice } from './harness.mjs';

const kParallel = 8;

/** The collection's questions, or as many of our own where it is not there. */
function questions() {
  const shared = process.env.SLUICE_SHARED_DATA ?? join(process.env.SLUICE_SOURCE, '..', 'shared', 'data');
  const file = join(shared, 'retrieval', 'cranfield', 'cran.qry');
  if (existsSync(file)) {
    return readFileSync(file, 'utf8').split(/^\.I .*$/m).slice(1)
      .map((entry) => entry.replace(/^\s*\.W\s*/, '').replace(/\s+/g, ' ').trim());
  }
  const things = ['a tent', 'a stove', 'a rope', 'a jacket', 'a lamp', 'a sleeping bag', 'a compass', 'a helmet', 'a pair of boots',
    'a rucksack', 'a canoe', 'a map', 'a harness', 'a mat', 'a bottle'];
  const wishes = ['how do i repair', 'how do i clean', 'where can i buy', 'what does it cost to ship', 'can i return',
    'how long does it take to deliver', 'which size do i need of', 'is there a guarantee on', 'who makes the lightest',
    'how do i store', 'can i rent', 'what is the best use of', 'how heavy is', 'may i take on a plane', 'how do i recycle'];
  return wishes.flatMap((wish) => things.map((thing) => `${wish} ${thing} ?`));
}

/** Does `work` for each item, `kParallel` at a time. */
async function forEachOf(items, work) {
  const queue = items.entries();
  await Promise.all(Array.from({ length: kParallel }, async () => {
    for (const [index, item] of queue) {
      await work(item, index);
    }
  }));
}

async function send(client, question, user, stream) {
  const { data, response } = await client.chat.completions
    .create({ model: 'canary', messages: say(question), user, stream })
    .withResponse();
  let text = '';
  let model = '';
  let finish = null;
  if (stream) {
    for await (const chunk of data) {
      text += chunk.choices[0].delta.content ?? '';
      finish = chunk.choices[0].finish_reason ?? finish;
      model = chunk.model;
    }
  } else {
    text = data.choices[0].message.content;
    finish = data.choices[0].finish_reason;
    model = data.model;
  }
  assert.equal(finish, 'stop');
  assert.ok(text.length > 0);
  return {
    id: response.headers.get('x-sluice-request-id'),
    arm: response.headers.get('x-sluice-arm'),
    unit: response.headers.get('x-sluice-unit'),
    fallback: response.headers.get('x-sluice-fallback'),
    model,
  };
}

let sluice;
let client;
let units;
before(async () => {
  sluice = await startSluice({ ttft_median_ms: 4, tokens_per_second: 4_000 });
  client = sluice.client({ maxRetries: 0 });
  const route = await sluice.execute('routes.get', { route: 'canary' });
  units = { stable: route.stable.id, candidate: route.candidate.id };
});
after(() => sluice?.stop());

const asked = questions();
const userOf = (index) => `reader-${index}`;
const armOf = new Map(); // user -> arm at 20 %
const answers = new Map(); // request id -> answer

async function askAll(stream) {
  await forEachOf(asked, async (question, index) => {
    const answer = await send(client, question, userOf(index), stream);
    const before = armOf.get(userOf(index));
    assert.equal(answer.arm, before ?? answer.arm, `${userOf(index)} changed arms`);
    assert.equal(answer.unit, answer.arm === 'candidate' ? units.candidate : units.stable);
    assert.equal(answer.model, answer.arm === 'candidate' ? candidateModel : stableModel);
    armOf.set(userOf(index), answer.arm);
    answers.set(answer.id, answer);
  });
}

test('every question is answered, whole and streamed, each user by one arm', async () => {
  assert.equal(asked.length, 225);
  await askAll(false);
  await askAll(true);
  assert.equal(answers.size, 2 * asked.length);
});

test('the arms\' shares fit 20 %', () => {
  const deviation = Math.sqrt(asked.length * 0.2 * 0.8);
  for (const [arm, share] of [['candidate', 0.2], ['control', 0.2], ['stable', 0.6]]) {
    const count = [...armOf.values()].filter((assigned) => assigned === arm).length;
    assert.ok(Math.abs(count - asked.length * share) < 4 * 1.25 * deviation, `${arm}: ${count}`);
  }
});

test('every request is in the store, with unit, tokens and cost', async () => {
  const records = await eventually(async () => {
    const found = new Map();
    let cursor;
    do {
      const page = await sluice.execute('telemetry.records', { route: 'canary', limit: 200, ...(cursor && { cursor }) });
      page.records.forEach((record) => found.set(record.id, record));
      cursor = page.cursor;
    } while (cursor);
    return found.size >= answers.size ? found : null;
  }, 'all records are stored', 15_000);
  assert.equal(records.size, answers.size);
  for (const [id, answer] of answers) {
    const record = records.get(id);
    assert.ok(record, `${id} is not in the store`);
    assert.equal(record.arm, answer.arm);
    assert.equal(record.served_unit.id, answer.unit);
    assert.equal(record.outcome, 'ok');
    assert.equal(record.fallback, 'none');
    assert.equal(record.assigned_by, 'bucket');
    assert.ok(record.usage_known);
    assert.ok(record.tokens.input > 0 && record.tokens.output > 0);
    assert.equal(record.cost.state, 'exact');
    const [input, output] = answer.arm === 'candidate' ? [2, 8] : [1, 4];
    assert.equal(record.cost.micros, record.tokens.input * input + record.tokens.output * output);
    assert.equal(record.cost.currency, 'USD');
    assert.match(record.key_hmac, /^[0-9a-f]{32}$/);
    assert.ok(!JSON.stringify(record).includes('reader-'));
  }
});

test('the charts\' series count the same', async () => {
  const arms = ['candidate', 'control', 'stable'];
  const expected = arms.map((arm) => [...answers.values()].filter((answer) => answer.arm === arm).length);
  let counted;
  const count = async () => {
    const now = Math.floor(Date.now() / 1_000);
    const { series } = await sluice.execute('telemetry.series', { route: 'canary', from: now - 600, to: now + 5, step: 10 });
    const total = (arm) => series.filter((one) => one.arm === arm).flatMap((one) => one.requests).reduce((a, b) => a + b, 0);
    counted = arms.map(total);
    return counted.join() === expected.join(); // seconds are handed on once they are over
  };
  await eventually(count, 'the series are complete', 5_000).catch(() => assert.deepEqual(counted, expected));
});

test('moving 20 -> 50 moves nobody back', async () => {
  await sluice.execute('routes.put', { route: 'canary', definition: { percent: 50 }, patch: true, reason: 'more of it' });
  let movedIn = 0;
  await forEachOf(asked, async (question, index) => {
    const answer = await send(client, question, userOf(index), false);
    if (armOf.get(userOf(index)) === 'candidate') {
      assert.equal(answer.arm, 'candidate', `${userOf(index)} was moved back`);
    } else {
      movedIn += answer.arm === 'candidate' ? 1 : 0;
    }
  });
  const deviation = Math.sqrt(asked.length * 0.3 * 0.7);
  assert.ok(Math.abs(movedIn - asked.length * 0.3) < 4 * 1.25 * deviation, `${movedIn} moved in`);
});

test('the red button at full load: no later request reaches the candidate', async () => {
  let pressed = Infinity;
  let over = false;
  let beforeCandidate = 0;
  let afterPress = 0;
  const load = forEachOf(Array.from({ length: kParallel }), async (_, worker) => {
    for (let i = 0; !over; ++i) {
      const started = performance.now();
      const answer = await send(client, asked[i % asked.length], userOf((i * kParallel + worker) % asked.length), i % 2 === 0);
      if (started > pressed) {
        ++afterPress;
        assert.equal(answer.unit, units.stable, 'a request after the press was served by the candidate');
        over = afterPress >= 300;
      } else {
        beforeCandidate += answer.unit === units.candidate ? 1 : 0;
      }
    }
  });
  await eventually(() => beforeCandidate >= 50, 'the candidate is under load', 20_000);
  const proof = await sluice.execute('routing.kill', { route: 'canary', reason: 'conformance' });
  pressed = performance.now();
  await load;
  assert.equal(proof.already, false);
  assert.equal(proof.routes[0].killed.id, units.candidate);
  assert.equal(proof.routes[0].to.id, units.stable);
  assert.ok(proof.last_admitted_at === null || proof.last_admitted_at <= proof.adopted_at);
  const late = (await sluice.journal()).filter(
    ({ json, at_us: at }) => json.model === candidateModel && at > proof.adopted_at + 100_000);
  assert.deepEqual(late, []);
  const again = await sluice.execute('routing.kill', { route: 'canary', reason: 'conformance' });
  assert.equal(again.already, true);
});
