// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the simulator and sluiced for one test file, and what the tests have in common.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import OpenAI from 'openai';

const bin = process.env.SLUICE_BIN;
export const key = 'conformance-key-0123456789abcdef';
export const stableModel = 'm-1-2026-01-15';
export const candidateModel = 'm-2-2026-06-01';

/** Waits until `check` gives something, or fails after `ms`. */
export async function eventually(check, what, ms = 5_000) {
  const until = Date.now() + ms;
  for (;;) {
    const found = await check();
    if (found) {
      return found;
    }
    assert.ok(Date.now() < until, `${what}: not within ${ms} ms`);
    await pause(5);
  }
}

async function start(program, args, folder) {
  const ready = join(folder, `${program}.ready`);
  const child = spawn(join(bin, program), [...args, '--ready-file', ready], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (bytes) => (log = (log + bytes).slice(-4_000)));
  await eventually(() => {
    assert.equal(child.exitCode, null, `${program} ended: ${log}`);
    return existsSync(ready);
  }, `${program} is ready`, 20_000);
  return { child, log: () => log, ...JSON.parse(readFileSync(ready, 'utf8')) };
}

async function stop(child) {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await once(child, 'exit');
    clearTimeout(late);
  }
}

const unit = (model, params = {}) => ({ provider: 'sim', model, params });
const price = (model, input, output) => ({
  provider: 'sim', model, currency: 'USD', from: '2026-01-01', input_per_mtok: input, output_per_mtok: output,
});

function workspace(upstream) {
  return {
    providers: {
      sim: { kind: 'openai', base_url: `${upstream}/v1`, local: true },
      gone: { kind: 'openai', base_url: 'http://127.0.0.1:1/v1', local: true },
    },
    prices: [price(stableModel, 1, 4), price(candidateModel, 2, 8)],
    units: {
      v1: unit(stableModel, { temperature: 0.2, max_tokens: 400 }),
      v2: unit(candidateModel, { temperature: 0.3, max_tokens: 400 }),
      nowhere: { provider: 'gone', model: 'm-9-2026-01-01' },
    },
    routes: {
      assistant: { stable: 'v1', percent: 0, bucket_by: 'user_id' },
      canary: { stable: 'v1', candidate: 'v2', percent: 20, bucket_by: 'user_id' },
      broken: { stable: 'v1', candidate: 'nowhere', percent: 100, bucket_by: 'user_id' },
    },
    keys: { conformance: { sha256: createHash('sha256').update(key).digest('hex') } },
  };
}

/** The gateway with its upstream; call stop() at the end. `settings` are the simulator's, `change` puts more into the
 * declarative file. */
export async function startSluice(settings = {}, change = (file) => file) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-conformance-'));
  const children = [];
  const stopAll = async () => {
    await Promise.all(children.map(stop));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const settingsFile = join(folder, 'simulator.json');
    writeFileSync(settingsFile, JSON.stringify({ seed: 7, ttft_median_ms: 20, tokens_per_second: 400, tokens_median: 30, ...settings }));
    const upstream = await start('sluice-simulator', ['--listen', '127.0.0.1:0', '--settings', settingsFile], folder);
    children.push(upstream.child);
    const applyFile = join(folder, 'apply.json');
    writeFileSync(applyFile, JSON.stringify(change(workspace(upstream.listen))));
    const gateway = await start('sluiced', ['--workspace', join(folder, 'workspace'), '--apply', applyFile,
      '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'], folder);
    children.push(gateway.child);
    const token = readFileSync(gateway.token_file, 'utf8').trim();
    return new Sluice(upstream.listen, gateway, token, stopAll);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

class Sluice {
  constructor(upstream, gateway, token, stopAll) {
    this.upstream = upstream;
    this.gateway = gateway.listen;
    this.admin = gateway.admin;
    this.log = gateway.log;
    this.token = token;
    this.stop = stopAll;
  }

  client(options = {}) {
    return new OpenAI({ baseURL: `${this.gateway}/v1`, apiKey: key, ...options });
  }

  /** Executes a command of the control plane; its result. */
  async execute(command, args = {}) {
    const answer = await fetch(`${this.admin}/admin/v1/commands/${command}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, `${command}: ${answer.status} ${text}`);
    return JSON.parse(text).result;
  }

  /** What has reached the upstream, each with its body parsed. */
  async journal() {
    const { requests } = await (await fetch(`${this.upstream}/sim/journal`)).json();
    return requests.map((request) => ({ ...request, json: JSON.parse(request.body) }));
  }

  /** The upstream's entry for the request whose user message is `question`. */
  async seen(question) {
    return (await this.journal()).find(({ json }) => json.messages.at(-1).content === question);
  }
}

/** A user message that no other test sends. */
let asked = 0;
export const ask = (text = 'Where is my parcel?') => `${text} (${process.pid}-${++asked})`;
export const say = (content) => [{ role: 'user', content }];
