import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from '@zenops/contracts/canonical-json'
import { canonFault } from './canon.ts'

/** RFC 8785, 3.2.2 and 3.2.4. */
const SAMPLE =
  '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}'
const SAMPLE_BYTES =
  '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d'
/** RFC 8785, appendix B: IEEE 754 bits and their text. */
const NUMBERS: readonly (readonly [string, string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
]

test('AU-03 the published vectors of RFC 8785', () => {
  assert.equal(Buffer.from(canonicalJson(JSON.parse(SAMPLE))).toString('hex'), SAMPLE_BYTES)
  for (const [bits, text] of NUMBERS) assert.equal(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE()), text, bits)
  for (const bits of ['7fffffffffffffff', '7ff0000000000000'])
    assert.throws(() => canonicalJson(Buffer.from(bits, 'hex').readDoubleBE()), TypeError)
  const names = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }
  const order = [...canonicalJson(names).matchAll(/:(\d)/g)].map((match) => match[1])
  assert.deepEqual(order, ['2', '4', '6', '7', '1', '5', '3'])
})

const faultOf = (text: string): string | null => canonFault(Buffer.from(text))

test('AU-03 canonical events are taken, whatever stands in them', () => {
  const samples: readonly object[] = [
    {},
    { a: [], b: {}, c: [{}, [1, 2]], d: true, e: false, f: null },
    { n: [0, -1, 42, 9_007_199_254_740_991, -9_007_199_254_740_991] },
    { text: 'quote " backslash \\ line \n tab \t bell \u0007 delete \u007f slash / प्रवेश 😀 \ufffd' },
    { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7, a: 8, 'a"': 9, ab: 10 },
    { constructor: 1, toString: 2 },
  ]
  for (const sample of samples) assert.equal(faultOf(canonicalJson(sample)), null, canonicalJson(sample))
})

test('AU-03 what is not canonical is refused', () => {
  const refused = [
    '',
    '[]',
    '"a"',
    '{',
    '{}x',
    ' {}',
    '{ }',
    '{"a": 1}',
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '{"ab":1,"a":1}',
    '{"\u20ac":1,"\\r":2}',
    '{"\ufb33":1,"\u{1f600}":2}',
    '{"a":1.5}',
    '{"a":1e3}',
    '{"a":1.0}',
    '{"a":01}',
    '{"a":-0}',
    '{"a":9007199254740992}',
    '{"a":10000000000000000}',
    '{"a":tru}',
    '{"a":"\\u0041"}',
    '{"a":"\\u001F"}',
    '{"a":"\\u000a"}',
    '{"a":"\\/"}',
    '{"a":"\\ud800"}',
    '{"a":"\u0001"}',
    '{"a":"x}',
    '{"a":[1,]}',
    '{"a":1,}',
    '{a:1}',
    '{"a"1}',
    `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`,
    `{"a":"${'x'.repeat(65_529)}"}`,
  ]
  for (const text of refused) assert.notEqual(faultOf(text), null, text.slice(0, 60))
  assert.equal(faultOf(`{"a":"${'x'.repeat(65_528)}"}`), null)
  assert.notEqual(canonFault(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d])), null)
  assert.notEqual(canonFault(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), null)
})
