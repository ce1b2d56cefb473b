import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bankTypeOfName, resolveBankType } from './bank-type.ts'

const NAMES = {
  SBI: ['State Bank of India', 'SBI, Kuvempunagar', 'sbi home loans'],
  COOP: [
    'Mysore Sahakari Bank',
    'Saraswat Co-op Bank',
    'Cosmos Co-operative Bank',
    'Shri Souharda Sahakara',
    'Bank of India Cooperative',
  ],
  PSU_GENERIC: [
    'Bank of India',
    'Bank of Baroda',
    'Bank of Maharashtra',
    'Canara Bank',
    'Central Bank of India',
    'Indian Bank',
    'Indian Overseas Bank',
    'Punjab National Bank',
    'Punjab & Sind Bank',
    'UCO Bank',
    'Union Bank of India',
  ],
  OTHER: ['HDFC Bank', 'South Indian Bank', 'SBICAP', 'Euco Finance', '', null],
} as const

for (const [type, names] of Object.entries(NAMES)) {
  for (const name of names) test(`RP-01 ${name} is ${type}`, () => assert.equal(bankTypeOfName(name), type))
}
test('RP-01 the given type wins, then that of the master record', () => {
  const bank_name = 'Canara Bank'
  assert.equal(resolveBankType({ given: 'AGRI', master: 'COOP', bank_name }), 'AGRI')
  assert.equal(resolveBankType({ given: null, master: 'COOP', bank_name }), 'COOP')
  assert.equal(resolveBankType({ bank_name }), 'PSU_GENERIC')
})
