import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf, EMPTY_JOB, faultsOf, suggestedDays, titleOf } from './job-form.ts'

const sbi = { id: '0198f0a0-0000-7000-8000-000000000001', name: 'State Bank of India' }
const flat = { id: '0198f0a0-0000-7000-8000-000000000002', name: 'Flat 4B' }

test('a bank job needs its bank and a title, which is made from borrower and property', () => {
  assert.deepEqual(Object.keys(faultsOf(EMPTY_JOB)), ['bank_id', 'title'])
  const form = { ...EMPTY_JOB, bank: sbi, borrower: ' Borrower 0142 ', property: flat }
  assert.deepEqual(faultsOf(form), {})
  assert.equal(titleOf(form), 'Borrower 0142, Flat 4B')
  assert.equal(titleOf({ ...form, title: 'Own title' }), 'Own title')
  assert.deepEqual(Object.keys(faultsOf({ ...form, phone: '12345' })), ['borrower_phone'])
})

test('the fee travels as whole paise, and what is empty does not travel', () => {
  const body = bodyOf({ ...EMPTY_JOB, bank: sbi, borrower: 'B', fee: '850000', phone: '98450 12345' })
  assert.deepEqual(body, {
    title: 'B',
    source_type: 'bank',
    service_line: 'VALUATION',
    priority: 'normal',
    bank_id: sbi.id,
    borrower_name: 'B',
    borrower_phone: '98450 12345',
    fee_paise: 850000,
  })
  assert.equal('bank_id' in bodyOf({ ...EMPTY_JOB, source: 'direct', bank: sbi, title: 'T' }), false)
})

test('suggested days go over the end of a month', () => {
  assert.deepEqual(
    suggestedDays('2026-02-27').map(({ day }) => day),
    ['2026-02-28', '2026-03-02', '2026-03-06'],
  )
})
