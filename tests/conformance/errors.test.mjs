// SPDX-License-Identifier: GPL-3.0-or-later
// Errors as the official client understands them, and whether it may try again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { ask, key, say, startSluice } from './harness.mjs';

const json = { 'content-type': 'application/json' };

let sluice;
let client;
before(async () => {
  sluice = await startSluice();
  client = sluice.client(); // with the client's own retries: our answers must stop them
});
after(() => sluice?.stop());

async function refusal(promise, kind) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof kind, `${error.constructor.name}: ${error.message}`);
    assert.equal(typeof error.error.message, 'string');
    assert.ok('type' in error.error && 'param' in error.error && 'code' in error.error);
    return error;
  }
  assert.fail(`no ${kind.name}`);
}

test('401: a wrong key, and none', async () => {
  const wrong = sluice.client({ apiKey: 'not-a-key-of-ours' });
  const error = await refusal(wrong.chat.completions.create({ model: 'assistant', messages: say(ask()) }), OpenAI.AuthenticationError);
  assert.ok(!error.message.includes('not-a-key-of-ours'));
  const bare = await fetch(`${sluice.gateway}/v1/chat/completions`, { method: 'POST', body: '{}', headers: json });
  assert.equal(bare.status, 401);
  assert.equal(typeof (await bare.json()).error.message, 'string');
});

test('404: a model that is no route', async () => {
  const error = await refusal(client.chat.completions.create({ model: 'gpt-nowhere', messages: say(ask()) }), OpenAI.NotFoundError);
  assert.equal(error.code, 'model_not_found');
});

test('400: a body that says what is wrong with it', async () => {
  const bad = [
    [{ model: 'assistant', messages: 'hello' }, 'messages'],
    [{ model: 'assistant' }, 'messages'],
    [{ messages: say(ask()) }, 'model'],
    [{ model: 'assistant', messages: [{ content: 'x' }] }, 'messages[0].role'],
    [{ model: 'assistant', messages: say(ask()), stream: 'yes' }, 'stream'],
    [{ model: 'assistant', messages: say(ask()), stream_options: { include_usage: 1 }, stream: true }, 'stream_options.include_usage'],
  ];
  for (const [body, param] of bad) {
    const error = await refusal(client.chat.completions.create(body), OpenAI.BadRequestError);
    assert.equal(error.param, param);
    assert.equal(error.type, 'invalid_request_error');
  }
  const raw = await fetch(`${sluice.gateway}/v1/chat/completions`, {
    method: 'POST', body: '{"model":"assistant",', headers: { ...json, authorization: `Bearer ${key}` } });
  assert.equal(raw.status, 400);
  assert.equal((await raw.json()).error.type, 'invalid_request_error');
});

test('400, 404 and 401 never reach the upstream', async () => {
  assert.deepEqual(await sluice.journal(), []);
});

for (const [status, kind] of [[429, OpenAI.RateLimitError], [500, OpenAI.InternalServerError], [400, OpenAI.BadRequestError]]) {
  for (const stream of [false, true]) {
    test(`the upstream's ${status}, ${stream ? 'streamed' : 'whole'}, comes once and is not tried again`, async () => {
      const question = ask();
      const error = await refusal(
        client.chat.completions.create({ model: 'assistant', messages: say(question), stream, metadata: { sim: { status } } }), kind);
      assert.ok(error.headers.get('x-sluice-request-id'));
      if (status !== 400) {
        assert.equal(error.headers.get('x-should-retry'), 'false');
      }
      if (status === 429) {
        assert.match(error.headers.get('retry-after'), /^[1-9][0-9]*$/);
      }
      const sent = (await sluice.journal()).filter(({ json }) => json.messages.at(-1).content === question);
      assert.equal(sent.length, 1);
    });
  }
}

test('a malformed answer is an error of ours', async () => {
  const error = await refusal(
    client.chat.completions.create({ model: 'assistant', messages: say(ask()), metadata: { sim: { ending: 'malformed' } } }),
    OpenAI.InternalServerError);
  assert.equal(error.headers.get('x-should-retry'), 'false');
});

for (const ending of ['cut', 'malformed']) {
  test(`a stream that breaks (${ending}) after content is no complete answer`, async () => {
    const question = ask();
    const stream = await client.chat.completions.create({
      model: 'assistant', messages: say(question), stream: true, metadata: { sim: { ending, break_after: 3 } } });
    const seen = [];
    await assert.rejects(async () => {
      for await (const chunk of stream) {
        seen.push(chunk);
      }
    }, OpenAI.APIError);
    assert.equal(seen.filter((chunk) => chunk.choices[0]?.delta.content).length, 3);
    assert.ok(seen.every((chunk) => chunk.choices.every((choice) => choice.finish_reason === null)));
  });

  test(`a stream that breaks (${ending}) before content is an error with a status`, async () => {
    const error = await refusal(
      client.chat.completions.create({
        model: 'assistant', messages: say(ask()), stream: true, metadata: { sim: { ending, break_after: 0 } } }),
      OpenAI.InternalServerError);
    assert.equal(error.headers.get('x-should-retry'), 'false');
  });
}

test('a broken stream does not say [DONE]', async () => {
  const answer = await fetch(`${sluice.gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'assistant', messages: say(ask()), stream: true, metadata: { sim: { ending: 'cut', break_after: 3 } } }),
  });
  let text = '';
  await assert.rejects(async () => {
    for await (const bytes of answer.body) {
      text += Buffer.from(bytes).toString('utf8');
    }
  });
  assert.ok(text.includes('"error"'));
  assert.ok(!text.includes('[DONE]'));
});
