import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type MaskKind, maskText } from './mask.ts'

const FOUND: readonly [MaskKind, string, string][] = [
  ['mail', 'write to meera.k+x@bank.example.in today', 'write to ***@*** today'],
  ['phone', 'call +91 98765 43210.', 'call ***-****.'],
  // Its digits are those of an Aadhaar number too.
  ['phone', 'call +234123412346.', 'call ***-****.'],
  ['phone', 'call 9876543210', 'call ***-****'],
  ['phone', 'call 098765 43210', 'call ***-****'],
  ['phone', '전화 010-1234-5678', '전화 ***-****'],
  ['phone', 'फ़ोन +919876543210 है', 'फ़ोन ***-**** है'],
  ['card', 'card 4111 1111 1111 1111 used', 'card [card] used'],
  ['aadhaar', 'Aadhaar 2341 2341 2346', 'Aadhaar [aadhaar]'],
  ['pan', 'PAN ABCPK1234F', 'PAN [pan]'],
  ['passport', 'passport no. K1234567', 'passport no. [passport]'],
  ['account', 'A/c no 50100 2345 6789 12', 'A/c no [account]'],
  ['resident_number', '주민 900101-1234567', '주민 [resident number]'],
  ['ip', 'from 192.168.10.24 again', 'from [ip] again'],
  ['coordinates', 'at 18.520430, 73.856744', 'at [place]'],
  ['secret', 'otp is 482913', 'otp is [secret]'],
  ['secret', 'used eyJhbGciOi.eyJzdWIi.abc-def here', 'used [secret] here'],
  ['secret', 'header Bearer abcdef123456', 'header Bearer [secret]'],
  ['secret', 'see https://files.example/deed.pdf?X-Sig=ab12 now', 'see https://files.example/deed.pdf?[secret] now'],
  ['secret', 'link https://app.example/invite#token=abc', 'link https://app.example/invite#[secret]'],
  ['name', 'met Mr. Arun Sharma at the site', 'met Mr. [name] at the site'],
  ['name', 'श्री रमेश जी', 'श्री [name]'],
  ['address', 'Address: 12, MG Road, Pune 411001', 'Address: [address]'],
]

test('AU-02 personal values and secrets in a text are masked by kind', () => {
  for (const [kind, text, masked] of FOUND) {
    const kinds: MaskKind[] = []
    assert.equal(
      maskText(text, (hit) => void kinds.push(hit)),
      masked,
    )
    assert.ok(kinds.includes(kind), `${text}: ${kinds.join()}`)
  }
})

test('AU-02 dates, ids, amounts, numbers of the firm, IFSC and PIN codes stay', () => {
  const clean = [
    '2026-03-01T10:01:00.000Z',
    'on 2026-03-01 at 10:01',
    '01930000-0000-7000-8000-00000000000b',
    'see 01930000-0000-7000-8000-00000000000b',
    'Rs 12,34,567.50 and 9876543210.55',
    'ZN-2026-000123',
    'INV/2026-27/00042',
    'HDFC0001234',
    'Pune 411001',
    'version 1.2.3',
    'a3f5c1e2b4d6a3f5c1e2b4d6a3f5c1e2b4d6a3f5c1e2b4d6a3f5c1e2b4d6a3f5',
    'MASTERDATA_RECORD_CREATED',
    'The password was changed',
    'see https://app.example/v1/reports?state=READY&page=2#list',
    'area 1234.5678 sqft',
    'card 4111 1111 1111 1112',
  ]
  for (const text of clean) assert.equal(maskText(text), text)
})

test('AU-02 masking twice is masking once', () => {
  const piece = fc.constantFrom(...FOUND.map(([, text]) => text), ' ', '. ', 'पता 12345678', '+91', '-', '@')
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 6 }), (parts) => {
      const once = maskText(parts.join(''))
      assert.equal(maskText(once), once)
    }),
    { numRuns: 3_000 },
  )
})
