// SPDX-License-Identifier: GPL-3.0-or-later
// A client that goes away ends its request at the upstream within 100 ms, in every phase.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, eventually, say, startSluice } from './harness.mjs';

const kBound = 100;

let sluice;
let client;
before(async () => {
  sluice = await startSluice();
  client = sluice.client({ maxRetries: 0 });
  await client.chat.completions.create({ model: 'assistant', messages: say(ask()) }); // connections are there
});
after(() => sluice?.stop());

/** The upstream must have noticed by then that its client is gone. */
async function cancelledSince(question, at) {
  const entry = await eventually(async () => {
    const found = await sluice.seen(question);
    return found?.state === 'open' ? null : found;
  }, 'the upstream request has ended');
  assert.equal(entry.state, 'cancelled');
  const late = entry.ended_at_us / 1_000 - at;
  assert.ok(late <= kBound, `cancelled ${late} ms after the abort`);
}

const arrived = (question) => eventually(async () => (await sluice.seen(question))?.state === 'open', 'the request is at the upstream');

test('in the middle of a stream', async () => {
  const question = ask();
  const aborter = new AbortController();
  const stream = await client.chat.completions.create(
    { model: 'assistant', messages: say(question), stream: true, metadata: { sim: { between_ms: 50, tokens: 400 } } },
    { signal: aborter.signal });
  let chunks = 0;
  let at = 0;
  for await (const chunk of stream) {
    assert.ok(chunk.choices);
    if (++chunks === 3) {
      at = Date.now();
      aborter.abort();
    }
  }
  await cancelledSince(question, at);
});

test('by leaving the loop', async () => {
  const question = ask();
  const stream = await client.chat.completions.create(
    { model: 'assistant', messages: say(question), stream: true, metadata: { sim: { between_ms: 50, tokens: 400 } } });
  let at = 0;
  for await (const chunk of stream) {
    assert.ok(chunk.choices);
    at = Date.now();
    break;
  }
  await cancelledSince(question, at);
});

test('while a stream stalls', async () => {
  const question = ask();
  const aborter = new AbortController();
  const stream = await client.chat.completions.create(
    { model: 'assistant', messages: say(question), stream: true, metadata: { sim: { ending: 'stall', break_after: 2 } } },
    { signal: aborter.signal });
  let at = 0;
  let contents = 0;
  for await (const chunk of stream) {
    contents += chunk.choices[0].delta.content ? 1 : 0;
    if (contents === 2) {
      at = Date.now();
      aborter.abort();
    }
  }
  await cancelledSince(question, at);
});

for (const stream of [true, false]) {
  test(`while waiting for the first byte, ${stream ? 'streamed' : 'whole'}`, async () => {
    const question = ask();
    const aborter = new AbortController();
    const answer = client.chat.completions.create(
      { model: 'assistant', messages: say(question), stream, metadata: { sim: { ttft_ms: 8_000 } } },
      { signal: aborter.signal });
    const refused = assert.rejects(answer, { name: 'Error', message: /abort/i });
    await arrived(question);
    const at = Date.now();
    aborter.abort();
    await refused;
    await cancelledSince(question, at);
  });
}

test('the next request on the connection is served', async () => {
  const completion = await client.chat.completions.create({ model: 'assistant', messages: say(ask()) });
  assert.equal(completion.choices[0].finish_reason, 'stop');
});
