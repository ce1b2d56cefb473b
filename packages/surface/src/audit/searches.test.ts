import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuditLogSearch, auditLogQuery } from './searches.ts'

const NOW = Date.parse('2026-11-20T10:00:30.000Z')

test('AU-12 an address of the log asks what it says, and what does not fit is dropped', () => {
  const search = AuditLogSearch.parse({
    outcome: 'denied',
    trace_id: 'x',
    actor_user_id: 'me',
    period: '24h',
    q: 'bank',
  })
  assert.deepEqual(auditLogQuery(search, NOW), { outcome: 'denied', q: 'bank', from_utc: '2026-11-19T10:00:00.000Z' })
  assert.deepEqual(auditLogQuery(AuditLogSearch.parse({ from: '2026-11-01', to: '2026-11-02', period: '1h' }), NOW), {
    from_utc: '2026-11-01T00:00:00.000Z',
    to_utc: '2026-11-02T23:59:59.999Z',
  })
  assert.deepEqual(auditLogQuery(AuditLogSearch.parse({ preview: '01930000-0000-7000-8000-00000000000b' }), NOW), {})
})
