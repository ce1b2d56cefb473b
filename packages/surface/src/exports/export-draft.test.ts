import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draftOf, EMPTY_DRAFT, faultsOf, requestOf } from './export-draft.ts'

test('days become whole days of UTC, an export that is created again keeps its instants', () => {
  assert.deepEqual(requestOf(EMPTY_DRAFT, undefined), { format: 'json', filters: {}, include_personal: false })
  const days = { ...EMPTY_DRAFT, format: 'csv', from: '2026-11-01', to: '2026-11-02', much: 'all' } as const
  assert.deepEqual(requestOf(days, 'f'), {
    format: 'csv',
    from_utc: '2026-11-01T00:00:00.000Z',
    to_utc: '2026-11-02T23:59:59.999Z',
    profile: 'bulk',
    columns: 'base',
    filters: {},
    include_personal: false,
    tenant_id: 'f',
  })
  const job = {
    format: 'bundle',
    profile: 'interactive',
    columns: 'base',
    include_personal: false,
    filters: { outcome: 'ok' },
    from_utc: '2026-11-01T10:00:00.000Z',
    to_utc: '2026-11-02T10:00:00.000Z',
  } as const
  const again = draftOf(job as Parameters<typeof draftOf>[0]) // the members that it reads
  assert.deepEqual(requestOf(again, undefined), { format: 'bundle', from_utc: job.from_utc, to_utc: job.to_utc })
})

test('half a range and a range turned round stand in the way', () => {
  assert.deepEqual(faultsOf({ ...EMPTY_DRAFT, from: '2026-11-01' }), { to_utc: 'both_days' })
  assert.deepEqual(faultsOf({ ...EMPTY_DRAFT, to: '2026-11-01' }), { from_utc: 'both_days' })
  assert.deepEqual(faultsOf({ ...EMPTY_DRAFT, from: '2026-11-02', to: '2026-11-01' }), { to_utc: 'days_wrong' })
  assert.deepEqual(faultsOf({ ...EMPTY_DRAFT, from: '2026-11-01', to: '2026-11-01' }), {})
})
