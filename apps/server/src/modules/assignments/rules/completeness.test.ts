import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completenessOf, type HeaderFacts } from './completeness.ts'

const empty: HeaderFacts = {
  source_type: 'bank',
  bank_id: null,
  bank_branch_id: null,
  property_id: null,
  fee_paise: null,
  due_basis: 'DEFAULT',
  primary_contact_id: null,
}
const steps: Partial<HeaderFacts>[] = [
  { property_id: 'p' },
  { fee_paise: 0 },
  { due_basis: 'EXPLICIT' },
  { primary_contact_id: 'c' },
  { bank_id: 'b' },
  { bank_branch_id: 'r' },
]

test('OP-27 six checks, and four for direct jobs, scored half-up', () => {
  const walk = (source_type: HeaderFacts['source_type'], count: number) => {
    let header = { ...empty, source_type }
    const scores = [completenessOf(header).score]
    for (const step of steps.slice(0, count)) {
      header = { ...header, ...step }
      scores.push(completenessOf(header).score)
    }
    return scores
  }
  assert.deepEqual(walk('bank', 6), [0, 17, 33, 50, 67, 83, 100])
  assert.deepEqual(walk('channel', 6), [0, 17, 33, 50, 67, 83, 100])
  assert.deepEqual(walk('direct', 4), [0, 25, 50, 75, 100])
})

test('OP-27 what is missing is named in the order of the checks', () => {
  assert.deepEqual(completenessOf(empty), {
    score: 0,
    passed: 0,
    total: 6,
    missing: ['bank', 'branch', 'property', 'fee', 'due_date', 'contact'],
  })
  assert.deepEqual(completenessOf({ ...empty, source_type: 'direct', fee_paise: 100 }).missing, [
    'property',
    'due_date',
    'contact',
  ])
})
