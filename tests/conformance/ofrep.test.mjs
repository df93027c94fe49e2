// SPDX-License-Identifier: GPL-3.0-or-later
// OpenFeature's own clients against the data port.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OFREPApi, OFREPApiUnauthorizedError, OFREPForbiddenError } from '@openfeature/ofrep-core';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { flags, webKey, withFlags } from './flags.mjs';
import { eventually, key, say, startSluice } from './harness.mjs';

let sluice;
let api;
before(async () => {
  sluice = await startSluice({}, withFlags);
  api = new OFREPApi({ baseUrl: sluice.gateway, headers: [['Authorization', `Bearer ${key}`]] });
});
after(async () => {
  await OpenFeature.close();
  await sluice?.stop();
});

const evaluate = async (flag, context = { targetingKey: 'u-1' }) => api.postEvaluateFlag(flag, { context });

const values = [
  ['bool', true, 'on'], ['text', 'one', 'a'], ['integer', 10, 'ten'], ['float', 3.14, 'pi'],
  ['object', flags.flags.object.variants.o, 'o'], ['with/slash and ünï', 'encoded', 'x'],
];
for (const [flag, value, variant] of values) {
  test(`one flag: ${flag}`, async () => {
    const { httpStatus, value: found } = await evaluate(flag);
    assert.equal(httpStatus, 200);
    assert.deepEqual(found.value, value);
    assert.equal(found.variant, variant);
    assert.equal(found.key, flag);
    assert.equal(found.metadata.flagSetId, 'conformance');
  });
}

test('one flag: targeting, by what the context says', async () => {
  const matched = await evaluate('text', { targetingKey: 'u-1', email: 'a@example.com' });
  assert.deepEqual([matched.value.value, matched.value.reason], ['two', 'TARGETING_MATCH']);
  const other = await evaluate('text', { targetingKey: 'u-1', email: 'a@example.org' });
  assert.deepEqual([other.value.value, other.value.reason], ['one', 'DEFAULT']);
});

for (const [flag, reason] of [['disabled', 'DISABLED'], ['code', 'DEFAULT']]) {
  test(`one flag without a value: ${flag}`, async () => {
    const { httpStatus, value } = await evaluate(flag);
    assert.equal(httpStatus, 200);
    assert.equal(value.reason, reason);
    assert.ok(!('value' in value) && !('variant' in value));
  });
}

test('one flag: not found, and one that cannot be evaluated', async () => {
  const unknown = await evaluate('nobody');
  assert.deepEqual([unknown.httpStatus, unknown.value.errorCode, unknown.value.key], [404, 'FLAG_NOT_FOUND', 'nobody']);
  const broken = await evaluate('failing');
  assert.deepEqual([broken.httpStatus, broken.value.errorCode], [400, 'GENERAL']);
});

test('keys: by either header, none, a wrong one, and one that may not ask for a route', async () => {
  const asKey = (headers) => new OFREPApi({ baseUrl: sluice.gateway, headers });
  const context = { context: { targetingKey: 'u-1' } };
  const byHeader = asKey([['X-API-Key', key]]);
  assert.equal((await byHeader.postEvaluateFlag('bool', context)).httpStatus, 200);
  await assert.rejects(asKey([]).postBulkEvaluateFlags(context), OFREPApiUnauthorizedError);
  await assert.rejects(asKey([['X-API-Key', 'wrong']]).postEvaluateFlag('bool', context), OFREPApiUnauthorizedError);
  await assert.rejects(asKey([['X-API-Key', webKey]]).postEvaluateFlag('organised', context), OFREPForbiddenError);
});

test('a key\'s attributes cannot be overridden', async () => {
  const web = new OFREPApi({ baseUrl: sluice.gateway, headers: [['X-API-Key', webKey]] });
  const { value } = await web.postEvaluateFlag('text', { context: { targetingKey: 'u-1', email: 'nobody@example.org' } });
  assert.equal(value.value, 'two');
  const { value: bulk } = await web.postBulkEvaluateFlags({ context: { targetingKey: 'u-1' } });
  assert.deepEqual(bulk.flags.filter(({ metadata }) => metadata.route).map((flag) => flag.key), ['assistant', 'ruled']);
});

test('bulk: a tag that is echoed gives 304 without a body; another context another tag', async () => {
  const context = { targetingKey: 'u-1' };
  const first = await api.postBulkEvaluateFlags({ context });
  assert.equal(first.httpStatus, 200);
  assert.equal(first.value.flags.length, Object.keys(flags.flags).length + 7);
  assert.deepEqual(first.value.metadata, flags.metadata);
  assert.equal(first.value.flags.find((flag) => flag.key === 'failing').errorCode, 'GENERAL');
  const tag = first.httpResponse.headers.get('etag');
  const again = await api.postBulkEvaluateFlags({ context }, tag);
  assert.deepEqual([again.httpStatus, again.value], [304, undefined]);
  assert.equal(await again.httpResponse.text(), '');
  const other = await api.postBulkEvaluateFlags({ context: { ...context, plan: 'pro' } }, tag);
  assert.equal(other.httpStatus, 200);
  assert.notEqual(other.httpResponse.headers.get('etag'), tag);
});

test('errors of a whole request', async () => {
  const post = (body, path = '') => fetch(`${sluice.gateway}/ofrep/v1/evaluate/flags${path}`, {
    method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` } });
  for (const [body, code] of [['{', 'PARSE_ERROR'], ['{"context":7}', 'INVALID_CONTEXT'], ['{"context":{"targetingKey":1}}', 'INVALID_CONTEXT']]) {
    const bulk = await post(body);
    assert.equal(bulk.status, 400);
    assert.equal((await bulk.json()).errorCode, code);
    const single = await post(body, '/bool');
    assert.equal(single.status, 400);
    assert.deepEqual(Object.keys(await single.json()).sort(), ['errorCode', 'errorDetails', 'key']);
  }
});

test('a route\'s flag is the arm that a request by the same user gets', async () => {
  const client = sluice.client();
  const arms = new Set();
  for (let i = 1; i <= 40; ++i) {
    const user = `u-${i}`;
    const { response } = await client.chat.completions.create({ model: 'ruled', messages: say('hello'), user }).withResponse();
    const { value } = await evaluate('ruled', { targetingKey: user });
    assert.equal(value.variant, response.headers.get('x-sluice-arm'), user);
    assert.equal(value.value.unit, response.headers.get('x-sluice-unit'), user);
    assert.equal(value.value.is_canary, value.variant === 'candidate');
    arms.add(value.variant);
  }
  assert.deepEqual([...arms].sort(), ['candidate', 'control', 'stable']);
});

async function provide(context, options = {}) {
  await OpenFeature.setContext(context);
  await OpenFeature.setProviderAndWait(new OFREPWebProvider({
    baseUrl: sluice.gateway, pollInterval: 150, cacheMode: 'disabled', headers: [['Authorization', `Bearer ${key}`]], ...options }));
  return OpenFeature.getClient();
}

test('the web provider: every type, details, and what the client itself decides', async () => {
  const client = await provide({ targetingKey: 'u-1' });
  assert.equal(client.getBooleanValue('bool', false), true);
  assert.equal(client.getStringValue('text', ''), 'one');
  assert.equal(client.getNumberValue('integer', 0), 10);
  assert.equal(client.getNumberValue('float', 0), 3.14);
  assert.deepEqual(client.getObjectValue('object', {}), flags.flags.object.variants.o);
  assert.equal(client.getStringValue('with/slash and ünï', ''), 'encoded');
  const disabled = client.getBooleanDetails('disabled', false);
  assert.deepEqual([disabled.value, disabled.reason, disabled.variant], [false, 'DISABLED', undefined]);
  const code = client.getBooleanDetails('code', true);
  assert.deepEqual([code.value, code.reason], [true, 'DEFAULT']);
  const wrongType = client.getStringDetails('bool', 'mine');
  assert.deepEqual([wrongType.value, wrongType.errorCode], ['mine', 'TYPE_MISMATCH']);
  const unknown = client.getBooleanDetails('nobody', false);
  assert.deepEqual([unknown.value, unknown.errorCode], [false, 'FLAG_NOT_FOUND']);
  const broken = client.getBooleanDetails('failing', false);
  assert.deepEqual([broken.value, broken.errorCode], [false, 'GENERAL']);
  assert.equal(client.getBooleanDetails('bool', false).flagMetadata.flagSetId, 'conformance');
});

test('the web provider: another context gives another answer, also with the same targetingKey', async () => {
  const client = await provide({ targetingKey: 'u-1' });
  assert.equal(client.getStringValue('text', ''), 'one');
  await OpenFeature.setContext({ targetingKey: 'u-1', email: 'a@example.com' });
  assert.equal(client.getStringValue('text', ''), 'two');
  await OpenFeature.setContext({ targetingKey: 'u-2', version: '2.1.0' });
  assert.equal(client.getStringValue('text', ''), 'one');
  assert.equal(client.getStringValue('version', ''), 'new');
});

test('the web provider: polling is 304 until a flag changes, then everybody knows', async () => {
  const statuses = [];
  const client = await provide({ targetingKey: 'u-1' }, {
    fetchImplementation: async (...request) => {
      const response = await fetch(...request);
      statuses.push(response.status);
      return response;
    },
  });
  await eventually(() => statuses.length >= 4, 'polls');
  assert.deepEqual(statuses.slice(0, 4), [200, 304, 304, 304]);
  let changed = [];
  client.addHandler(ProviderEvents.ConfigurationChanged, ({ flagsChanged }) => (changed = flagsChanged));
  await sluice.execute('flags.set', { flag: 'bool', definition: { ...flags.flags.bool, defaultVariant: 'off' } });
  await eventually(() => changed.includes('bool'), 'the change is polled');
  assert.equal(client.getBooleanValue('bool', true), false);
  await sluice.execute('flags.set', { flag: 'bool', definition: flags.flags.bool });
  await eventually(() => client.getBooleanValue('bool', false), 'and back');
});

/** A small EventSource: node 20 has none. */
class TestEventSource {
  constructor(url) {
    this.readyState = 0;
    this.abort = new AbortController();
    void this.#read(url);
  }
  async #read(url) {
    try {
      const response = await fetch(url, { signal: this.abort.signal, headers: { accept: 'text/event-stream' } });
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-type'), /^text\/event-stream/);
      this.readyState = 1;
      this.onopen?.({});
      let text = '';
      for await (const bytes of response.body) {
        text += Buffer.from(bytes).toString('utf8');
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const data = text.slice(0, end).split('\n').filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
          text = text.slice(end + 2);
          if (data.length > 0) {
            this.onmessage?.({ data: data.join('\n') });
            this.listener?.({ data: data.join('\n') });
          }
        }
      }
    } catch (error) {
      if (error.name !== 'AbortError') {
        this.readyState = 2;
        this.onerror?.(error);
      }
    }
  }
  addEventListener(name, listener) {
    if (name === 'message') {
      this.listener = listener;
    }
  }
  close() {
    this.readyState = 2;
    this.abort.abort();
  }
}

test('the web provider: an event stream tells of changes without any polling', async () => {
  globalThis.EventSource = TestEventSource;
  try {
    const asked = [];
    const client = await provide({ targetingKey: 'u-1' }, {
      pollInterval: 0,
      fetchImplementation: (request, ...more) => {
        asked.push(request.url);
        return fetch(request, ...more);
      },
    });
    let changed = [];
    client.addHandler(ProviderEvents.ConfigurationChanged, ({ flagsChanged }) => (changed = flagsChanged));
    await eventually(() => asked.some((url) => url.includes('flagConfigEtag=')), 'the stream is open');
    const before = asked.length;
    await sluice.execute('flags.set', { flag: 'bool', definition: { ...flags.flags.bool, defaultVariant: 'off' } });
    await eventually(() => changed.includes('bool'), 'the change is told');
    assert.equal(client.getBooleanValue('bool', true), false);
    assert.ok(asked[before].includes('flagConfigEtag='));
    await sluice.execute('routes.put', { route: 'ruled', definition: { percent: 31 }, patch: true, reason: 'a route is a flag' });
    await eventually(() => asked.length > before + 1, 'a route\'s change is told');
    await sluice.execute('flags.set', { flag: 'bool', definition: flags.flags.bool });
  } finally {
    await OpenFeature.clearProviders();
    delete globalThis.EventSource;
  }
});
