// SPDX-License-Identifier: GPL-3.0-or-later
// Chat Completions by the official client: whole and streamed, usage, tools, members that nobody knows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, say, stableModel, startSluice } from './harness.mjs';

let sluice;
let client;
before(async () => {
  sluice = await startSluice();
  client = sluice.client();
});
after(() => sluice?.stop());

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather at a place',
    parameters: { type: 'object', properties: { place: { type: 'string' }, days: { type: 'integer' } }, required: ['place'] },
  },
};

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return chunks;
}

test('a whole answer, and who gave it', async () => {
  const { data, response } = await client.chat.completions
    .create({ model: 'assistant', messages: say(ask()), user: 'u-1' })
    .withResponse();
  assert.equal(data.object, 'chat.completion');
  assert.equal(data.model, stableModel);
  assert.equal(data.choices[0].finish_reason, 'stop');
  assert.ok(data.choices[0].message.content.length > 10);
  assert.equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
  assert.match(response.headers.get('x-sluice-unit'), /^u_[0-9a-f]{64}$/);
  assert.equal(response.headers.get('x-sluice-arm'), 'stable');
  assert.match(response.headers.get('x-sluice-revision'), /^[0-9]+$/);
  assert.ok(response.headers.get('x-sluice-request-id'));
});

test('a stream without usage has none, though we asked for it', async () => {
  const question = ask();
  const chunks = await collect(
    await client.chat.completions.create({ model: 'assistant', messages: say(question), stream: true }));
  for (const chunk of chunks) {
    assert.ok(!('usage' in chunk));
    assert.equal(chunk.choices.length, 1);
    assert.equal(chunk.model, stableModel);
  }
  assert.equal(chunks[0].choices[0].delta.role, 'assistant');
  assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
  assert.ok(chunks.map((chunk) => chunk.choices[0].delta.content ?? '').join('').length > 10);
  assert.deepEqual((await sluice.seen(question)).json.stream_options, { include_usage: true });
});

test('a stream with usage has one usage chunk, last', async () => {
  const chunks = await collect(await client.chat.completions.create({
    model: 'assistant', messages: say(ask()), stream: true, stream_options: { include_usage: true } }));
  const last = chunks.pop();
  assert.deepEqual(last.choices, []);
  assert.ok(last.usage.completion_tokens > 0);
  assert.ok(chunks.every((chunk) => chunk.usage === null));
  assert.equal(chunks.filter((chunk) => chunk.choices[0].delta.content).length, last.usage.completion_tokens);
});

test('include_usage: false is the same as none', async () => {
  const chunks = await collect(await client.chat.completions.create({
    model: 'assistant', messages: say(ask()), stream: true, stream_options: { include_usage: false } }));
  assert.ok(chunks.every((chunk) => !('usage' in chunk) && chunk.choices.length === 1));
});

test('tools go up and a call comes back', async () => {
  const question = ask('What is the weather in Lyon?');
  const completion = await client.chat.completions.create({
    model: 'assistant', messages: say(question), tools: [weather], tool_choice: 'auto', metadata: { sim: { tool: true } } });
  const [call] = completion.choices[0].message.tool_calls;
  assert.equal(completion.choices[0].finish_reason, 'tool_calls');
  assert.equal(call.function.name, 'weather');
  assert.ok(JSON.parse(call.function.arguments).place.includes('Lyon'));
  const { json } = await sluice.seen(question);
  assert.deepEqual(json.tools, [weather]);
  assert.equal(json.tool_choice, 'auto');
});

test('a streamed tool call adds up', async () => {
  const stream = client.chat.completions.stream({
    model: 'assistant', messages: say(ask('What is the weather in Lyon?')), tools: [weather], metadata: { sim: { tool: true } } });
  const completion = await stream.finalChatCompletion();
  const [call] = completion.choices[0].message.tool_calls;
  assert.equal(call.function.name, 'weather');
  assert.equal(JSON.parse(call.function.arguments).days, 1);
});

test('tool results go up as they are', async () => {
  const messages = [
    ...say('What is the weather in Lyon?'),
    { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"place":"Lyon"}' } }] },
    { role: 'tool', tool_call_id: 'call_1', content: '{"sky":"clear"}' },
    ...say(ask('And tomorrow?')),
  ];
  await client.chat.completions.create({ model: 'assistant', messages, tools: [weather] });
  assert.deepEqual((await sluice.seen(messages.at(-1).content)).json.messages, messages);
});

test('what we do not know passes untouched, what is ours does not', async () => {
  const question = ask();
  const unknown = { deep: [1, { er: null }], text: 'ü\n"' };
  await client.chat.completions.create({
    model: 'assistant', messages: say(question), x_unknown: unknown, top_p: 0.5, seed: 9007199254740991,
    response_format: { type: 'json_object' }, prompt: { variables: {} } });
  const { body, json } = await sluice.seen(question);
  assert.equal(json.model, stableModel);
  assert.deepEqual(json.x_unknown, unknown);
  assert.deepEqual(json.response_format, { type: 'json_object' });
  assert.equal(json.top_p, 0.5);
  assert.ok(body.includes('9007199254740991'));
  assert.ok(!('prompt' in json));
});

test('images pass', async () => {
  const content = [
    { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
    { type: 'text', text: ask('What is this?') },
  ];
  await client.chat.completions.create({ model: 'assistant', messages: say(content) });
  const entries = await sluice.journal();
  assert.ok(entries.some(({ json }) => JSON.stringify(json.messages.at(-1).content) === JSON.stringify(content)));
});

test('the unit\'s parameters win and say so', async () => {
  const question = ask();
  const { response } = await client.chat.completions
    .create({ model: 'assistant', messages: say(question), temperature: 1.9, max_tokens: 5 })
    .withResponse();
  const { json } = await sluice.seen(question);
  assert.equal(json.temperature, 0.2);
  assert.equal(json.max_tokens, 5);
  assert.equal(response.headers.get('x-sluice-ignored'), 'temperature');
});

test('length and refusal come through', async () => {
  const short = await client.chat.completions.create({ model: 'assistant', messages: say(ask()), max_tokens: 3 });
  assert.equal(short.choices[0].finish_reason, 'length');
  assert.equal(short.usage.completion_tokens, 3);
  const refused = await client.chat.completions.create({
    model: 'assistant', messages: say(ask()), metadata: { sim: { ending: 'refusal' } } });
  assert.equal(refused.choices[0].message.content, null);
  assert.ok(refused.choices[0].message.refusal.length > 0);
});

test('models are the routes', async () => {
  const names = [];
  for await (const model of client.models.list()) {
    assert.equal(model.object, 'model');
    names.push(model.id);
  }
  assert.deepEqual(names.sort(), ['assistant', 'broken', 'canary']);
});

test('a candidate that cannot be reached falls back inside the request', async () => {
  for (const stream of [false, true]) {
    const { data, response } = await client.chat.completions
      .create({ model: 'broken', messages: say(ask()), user: 'u-1', stream })
      .withResponse();
    const answer = stream ? (await collect(data)).at(-1) : data;
    assert.equal(answer.model, stableModel);
    assert.equal(response.headers.get('x-sluice-arm'), 'candidate');
    assert.equal(response.headers.get('x-sluice-fallback'), 'error');
  }
});
