import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExportRequest } from '@zenops/contracts/exports'
import { BeyondLimit, settle } from './limits.ts'

const NOW = new Date('2026-11-20T10:00:00.000Z')
const settled = (body: object, maxRows = 5_000_000) => settle(ExportRequest.parse(body), { now: NOW, maxRows })
/** The profile it becomes, or the reason it is refused for. */
const verdict = (body: object): string => {
  try {
    return settled(body).profile
  } catch (error) {
    assert.ok(error instanceof BeyondLimit)
    return error.detail.reason
  }
}
const daysAgo = (days: number, ms = 0): object => ({
  from_utc: new Date(NOW.getTime() - days * 86_400_000 - ms).toISOString(),
  to_utc: NOW.toISOString(),
})

test('AU-14 every limit at its edges: below, at and beyond, alone', () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ row_limit: 1 }, 'interactive'],
    [{ row_limit: 4_999 }, 'interactive'],
    [{ row_limit: 5_000 }, 'interactive'],
    [{ row_limit: 5_001 }, 'bulk'],
    [{ row_limit: 5_000_000 }, 'bulk'],
    [{ row_limit: 5_000_001 }, 'value_out_of_range'],
    [{ max_bytes: 1_023 }, 'value_out_of_range'],
    [{ max_bytes: 1_024 }, 'interactive'],
    [{ max_bytes: 10_485_760 }, 'interactive'],
    [{ max_bytes: 10_485_761 }, 'bulk'],
    [{ max_bytes: 16 * 1024 ** 3 }, 'bulk'],
    [{ max_bytes: 16 * 1024 ** 3 + 1 }, 'value_out_of_range'],
    [{ max_duration_sec: 4 }, 'value_out_of_range'],
    [{ max_duration_sec: 5 }, 'interactive'],
    [{ max_duration_sec: 120 }, 'interactive'],
    [{ max_duration_sec: 121 }, 'bulk'],
    [{ max_duration_sec: 3_600 }, 'bulk'],
    [{ max_duration_sec: 3_601 }, 'value_out_of_range'],
    [daysAgo(31), 'interactive'],
    [daysAgo(31, 1), 'bulk'],
    [daysAgo(366), 'bulk'],
    [daysAgo(366, 1), 'range_exceeded'],
    [{ from_utc: NOW.toISOString(), to_utc: NOW.toISOString() }, 'interactive'],
    [{ from_utc: NOW.toISOString() }, 'invalid_time_range'],
    [{ to_utc: NOW.toISOString() }, 'invalid_time_range'],
    [{ from_utc: '2026-11-02T00:00:00Z', to_utc: '2026-11-01T00:00:00Z' }, 'invalid_time_range'],
  ]
  for (const [body, wanted] of cases) assert.equal(verdict(body), wanted, JSON.stringify(body))
})

test('AU-14 limits hold together: a profile that is named is not widened, and one breach is enough', () => {
  assert.equal(verdict({ profile: 'interactive', ...daysAgo(32) }), 'range_exceeded')
  assert.equal(verdict({ profile: 'interactive', row_limit: 5_001 }), 'value_out_of_range')
  assert.equal(verdict({ profile: 'bulk', row_limit: 1 }), 'bulk')
  assert.equal(verdict({ row_limit: 10, max_bytes: 2_000, max_duration_sec: 3_601 }), 'value_out_of_range')
  assert.equal(verdict({ row_limit: 6_000, max_bytes: 1_023 }), 'value_out_of_range')
  assert.throws(() => settled({ row_limit: 11 }, 10), BeyondLimit)
  assert.equal(settled({ row_limit: 10 }, 10).row_limit, 10)
})

test('AU-15 what is left out is the usual of the profile, and the last day', () => {
  assert.deepEqual(settled({}), {
    profile: 'interactive',
    compress: 'none',
    from_utc: '2026-11-19T10:00:00.000Z',
    to_utc: '2026-11-20T10:00:00.000Z',
    row_limit: 1_000,
    max_bytes: 3_145_728,
    max_duration_sec: 30,
  })
  const bulk = settled({ profile: 'bulk' })
  assert.deepEqual(
    [bulk.compress, bulk.row_limit, bulk.max_bytes, bulk.max_duration_sec],
    ['gzip', null, 8 * 1024 ** 3, 1_800],
  )
})
