// SPDX-License-Identifier: GPL-3.0-or-later
// The flags and routes that the OpenFeature tests ask for.
import { createHash } from 'node:crypto';

export const webKey = 'conformance-web-0123456789abcdef';

const flag = (variants, defaultVariant, more = {}) => ({ state: 'ENABLED', variants, defaultVariant, ...more });
export const flags = {
  metadata: { flagSetId: 'conformance' },
  $evaluators: { staff: { ends_with: [{ var: 'email' }, '@example.com'] } },
  flags: {
    bool: flag({ on: true, off: false }, 'on'),
    text: flag({ a: 'one', b: 'two' }, 'a', { targeting: { if: [{ $ref: 'staff' }, 'b', null] } }),
    integer: flag({ ten: 10 }, 'ten'),
    float: flag({ pi: 3.14 }, 'pi'),
    object: flag({ o: { list: [1, 'x', null], deep: { a: true } } }, 'o', { metadata: { team: 'web' } }),
    disabled: { ...flag({ on: true }, 'on'), state: 'DISABLED' },
    code: flag({ on: true }, null),
    'with/slash and ünï': flag({ x: 'encoded' }, 'x'),
    failing: flag({ on: true }, 'on', { targeting: { cat: ['no', 'such', 'variant'] } }),
    half: flag({ yes: 'yes', no: 'no' }, 'no', { targeting: { fractional: [['yes', 50], ['no', 50]] } }),
    version: flag({ new: 'new', old: 'old' }, 'old', { targeting: { if: [{ sem_ver: [{ var: 'version' }, '>=', '2.0.0'] }, 'new', 'old'] } }),
  },
};

/** The declarative file with flags, routes of every kind, and a second key whose attributes are fixed. */
export function withFlags(file) {
  const rule = (when, arm = 'candidate') => ({ when, arm });
  return {
    ...file,
    flags,
    routes: {
      ...file.routes,
      ruled: {
        stable: 'v1', candidate: 'v2', percent: 30, bucket_by: 'user_id', allow: ['u-3', 'u-77', '2.5'],
        rules: [
          rule({ and: [{ '==': [{ var: 'plan' }, 'pro'] }, { '!': [{ var: 'trial' }] }] }),
          rule({ in: [{ var: 'user_id' }, ['u-4', 'u-5']] }, 'stable'),
          rule({ sem_ver: [{ var: 'version' }, '^', '3.0.0'] }),
          rule({ some: [{ var: 'teams' }, { '==': [{ var: 'name' }, 'beta'] }] }),
        ],
      },
      organised: { stable: 'v1', candidate: 'v2', percent: 12.34, bucket_by: 'org_id', rules: [rule({ starts_with: [{ var: 'org_id' }, 'org-1'] })] },
      full: { stable: 'v1', candidate: 'v2', percent: 100, bucket_by: 'session_id' },
      doomed: { stable: 'v1', candidate: 'v2', percent: 60, bucket_by: 'user_id', allow: ['u-1'] },
    },
    keys: {
      ...file.keys,
      web: { sha256: createHash('sha256').update(webKey).digest('hex'), attributes: { plan: 'pro', email: 'me@example.com' }, routes: ['assistant', 'ruled'] },
    },
  };
}
