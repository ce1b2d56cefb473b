import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { canonFault } from '@zenops/audit/canon'
import { canonicalJson, type JsonValue } from '@zenops/contracts/canonical-json'
import fc from 'fast-check'
import { canonicalEvent } from './record.ts'
import { REDACTED, sanitise, sanitiseText } from './sanitise.ts'

const JWT = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg'

test('AU-02 no picture is an empty object; text is cut at a sign, without U+0000 and halves of pairs', () => {
  assert.deepEqual([sanitise(null), sanitise(undefined), sanitise({ a: null })], [{}, {}, { a: null }])
  assert.deepEqual([sanitise(new Date(Number.NaN)), sanitise({ a: new Date(Number.NaN) })], [{}, { a: null }])
  const texts = sanitise({
    short: 'x'.repeat(2_000),
    long: 'x'.repeat(2_001),
    pair: `${'x'.repeat(1_999)}😀`,
    fits: `${'x'.repeat(1_998)}😀`,
    zero: 'a\u0000b',
    half: 'a\ud800b',
    'key\u0000': 1,
  }) as Record<string, string>
  assert.deepEqual(
    Object.values(texts).map((text) => text.length),
    [2_000, 2_000, 1_999, 2_000, 3, 3, undefined],
  )
  assert.ok(texts['fits']?.endsWith('😀'))
  assert.deepEqual([texts['zero'], texts['half'], Object.keys(texts).at(-1)], ['a\ufffdb', 'a\ufffdb', 'key\ufffd'])
})

test('AU-02 depth is 8 at most, and a list of more than 100 is told by its number and hash', () => {
  const nest = (levels: number): unknown => (levels === 0 ? 'end' : { in: nest(levels - 1) })
  assert.deepEqual(sanitise(nest(8)), nest(8))
  assert.ok(JSON.stringify(sanitise(nest(9))).includes('_too_deep'))
  const items = Array.from({ length: 101 }, (_, index) => index)
  assert.deepEqual(sanitise({ list: items.slice(1) }), { list: items.slice(1) })
  assert.deepEqual(sanitise({ list: items }), {
    list: { _items: 101, _sha256: hash('sha256', JSON.stringify(items)) },
  })
  const bytes = Buffer.from('bytes')
  assert.deepEqual(sanitise({ at: new Date(0), bad: new Date(Number.NaN), bytes }), {
    at: '1970-01-01T00:00:00.000Z',
    bad: null,
    bytes: { _bytes: 5, _sha256: hash('sha256', bytes) },
  })
})

test('AU-02 fields are redacted by their name in every spelling, and their elements with them', () => {
  const names =
    'password passwd passphrase token accessToken refresh_token refresh-jti secret client_secret clientSecret apikey X-Api-Key x_api_key authorization otp TOTP recoveryCode recovery_codes cookie Set-Cookie privateKey private_key credential credentials ticket sessionToken webhook_secret dbPassword MY_PRIVATE_KEY'.split(
      ' ',
    )
  for (const name of names) {
    assert.deepEqual(sanitise({ [name]: 'x' }), { [name]: REDACTED }, name)
    assert.deepEqual(sanitise({ [name]: { inner: 1 } }), { [name]: REDACTED }, name)
    assert.deepEqual(sanitise({ [name]: ['a', 'b'] }), { [name]: REDACTED }, name)
    assert.deepEqual(sanitise({ [name]: null }), { [name]: null }, name)
  }
  const stay = { secret_ref: 'vault:1', token_count: 3, tickets: 2, otp_sent: true, passwords_changed: 1, cookies: 4 }
  assert.deepEqual(sanitise(stay), stay)
})

test('AU-02 text that is a secret by its form is redacted; a sentence with two full stops is not', () => {
  const secrets = [
    JWT,
    'abcdefgh.ijklmnop.qrstuvwx',
    'eyJhbGciOiJub25lIn0.',
    'Bearer abc',
    '-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----',
    'sk_live_1234567890',
    'ghp_abcdefghij',
    'xoxb-1234567890',
    'zst_abcdefgh1',
  ]
  for (const text of secrets) {
    assert.deepEqual(sanitise({ note: text, list: [text] }), { note: REDACTED, list: [REDACTED] }, text)
    assert.equal(sanitiseText(text, 400), REDACTED)
  }
  const sentences = [
    'It was seen. It was noted. It is done',
    'eyJ',
    'Version 1.2.3',
    'www.example.in',
    'a.b.c',
    'bearer of news',
  ]
  for (const note of sentences) assert.deepEqual(sanitise({ note }), { note })
})

test('AU-02 numbers that JSON cannot keep exactly become decimal strings', () => {
  const given = {
    edge: 2 ** 53 - 1,
    beyond: 2 ** 53,
    under: -(2 ** 53),
    half: 0.5,
    tiny: 1.5e-7,
    least: -5e-324,
    huge: 1e21,
    big: 12345678901234567890n,
    nothing: -0,
    none: Number.NaN,
  }
  const safe = sanitise(given) as Record<string, unknown>
  assert.deepEqual(
    { ...safe, least: null },
    {
      edge: 9007199254740991,
      beyond: '9007199254740992',
      under: '-9007199254740992',
      half: '0.5',
      tiny: '0.00000015',
      least: null,
      huge: '1000000000000000000000',
      big: '12345678901234567890',
      nothing: 0,
      none: 'NaN',
    },
  )
  assert.equal(Object.is(safe['nothing'], 0), true)
  assert.match(String(safe['least']), /^-0\.0{323}5$/)
})

test('AU-02 a picture of more than 16 KiB is told by its size and hash, a record of more than 64 KiB is refused', () => {
  const many = (bytes: number) => ({ a: Array.from({ length: 100 }, (_, n) => 'x'.repeat(n < 99 ? 160 : bytes)) })
  const overhead = Buffer.byteLength(canonicalJson(many(0)))
  const edge = many(16_384 - overhead)
  assert.equal(Buffer.byteLength(canonicalJson(edge)), 16_384)
  assert.deepEqual(sanitise(edge), edge)
  const over = many(16_385 - overhead)
  assert.deepEqual(sanitise(over), { _truncated: true, _bytes: 16_385, _sha256: hash('sha256', canonicalJson(over)) })
  const event = (refs: number) =>
    canonicalEvent(
      {
        action: 'TENANT_UPDATED',
        target_id: 't',
        tenant_id: 't',
        refs: Array.from({ length: refs }, () => 'x'.repeat(1_000)),
      },
      { at: '2026-03-01T10:01:00.000Z', traceId: 'a'.repeat(32), actor: null, ipHash: null },
      'id',
    )
  assert.ok(event(64).canon.length <= 65_536)
  assert.throws(() => event(66), /64 KiB/)
})

test('AU-01 an event without a trace is refused', () => {
  const entry = { action: 'TENANT_UPDATED', target_id: 't', tenant_id: 't' } as const
  const stamp = { at: '2026-03-01T10:01:00.000Z', actor: null, ipHash: null }
  const event = (traceId: string) => canonicalEvent(entry, { ...stamp, traceId }, 'id')
  assert.ok(event('a'.repeat(32)).canon.length > 0)
  for (const none of ['', 'a'.repeat(31), 'A'.repeat(32)]) assert.throws(() => event(none), /needs a trace/)
})

test('AU-02 personal fields are covered where the catalogue names them, other text is masked', () => {
  const personal = new Set(['name', 'phone'])
  const cover = (value: JsonValue, pointer: string): JsonValue => ({ at: pointer, value })
  const covered = sanitise(
    {
      name: 'Meera',
      phone: ['+919876543210', 'x'],
      token: 'x',
      nested: { name: { first: 'M' } },
      note: 'call +91 98765 43210',
    },
    { personal, cover, pointer: '/after' },
  )
  assert.deepEqual(covered, {
    name: { at: '/after/name', value: 'Meera' },
    phone: { at: '/after/phone', value: ['+919876543210', 'x'] },
    token: REDACTED,
    nested: { name: { at: '/after/nested/name', value: { first: 'M' } } },
    note: 'call ***-****',
  })
  assert.equal(sanitiseText('INC-7 by meera@example.test', 400), 'INC-7 by ***@***')
  assert.equal(sanitiseText('x'.repeat(500), 400).length, 400)
})

test('AU-02 an event that was sanitised stays as it is, envelopes included', () => {
  const envelope = {
    $p: { k: '01930000-0000-7000-8000-00000000000b', n: 'AAAAAAAAAAAAAAAA', c: `${'QUJD'.repeat(900)}` },
  }
  const kept = { name: envelope, list: [envelope], status: 'ACTIVE' }
  assert.deepEqual(sanitise(kept, { again: true }), kept)
  // What only looks like one is read as anything else.
  const sly = { $p: { k: '01930000-0000-7000-8000-00000000000b', n: 'AAAAAAAAAAAAAAAA', c: 'Bearer of secrets' } }
  assert.deepEqual(sanitise({ name: sly }, { again: true }), { name: { $p: { ...sly.$p, c: REDACTED } } })
  assert.deepEqual(sanitise({ name: { $p: { ...envelope.$p, password: 'x' } } }, { again: true }), {
    name: { $p: { ...envelope.$p, c: envelope.$p.c.slice(0, 2_000), password: REDACTED } },
  })
})

const SECRETS = [JWT, 'Bearer abcdefghijk', 'sk_live_abcdefgh12', '-----BEGIN RSA PRIVATE KEY-----\nAAAA']
const planted = fc.constantFrom(...SECRETS)
const anything = fc.anything({
  withDate: true,
  withBigInt: true,
  withTypedArray: true,
  maxDepth: 6,
  withNullPrototype: true,
})

test('AU-02 whatever is given, the result is canonical JSON of bounded size, and sanitising it again changes nothing', () => {
  fc.assert(
    fc.property(anything, (value) => {
      const safe = sanitise(value)
      const text = canonicalJson({ after: safe })
      assert.equal(canonFault(Buffer.from(text)), null)
      assert.ok(Buffer.byteLength(text) <= 16_384 + 11)
      assert.equal(canonicalJson({ after: sanitise(safe, { again: true }) }), text)
    }),
    { numRuns: 3_000 },
  )
})

test('AU-02 a secret planted anywhere in anything is not in the result', () => {
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), planted),
      fc.array(tie('node'), { maxLength: 5 }),
      fc.dictionary(fc.string({ maxLength: 12 }), tie('node'), { maxKeys: 5 }),
      fc.record({
        clientSecret: fc.constant('canary-in-a-field'),
        'X-Api-Key': fc.array(fc.constant('canary-in-a-list')),
      }),
    ),
  })).node
  fc.assert(
    fc.property(tree, (value) => {
      const text = JSON.stringify(sanitise({ value }))
      assert.ok(!text.includes('canary'))
      for (const secret of SECRETS) assert.ok(!text.includes(JSON.stringify(secret).slice(1, -1)))
    }),
    { numRuns: 3_000 },
  )
})
