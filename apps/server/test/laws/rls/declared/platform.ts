import {
  aud,
  change,
  every,
  everything,
  F,
  may,
  me,
  moveTenant,
  reads,
  scopeAll,
  some,
  T,
  W,
  worker,
  yes,
} from '../classes.ts'
import { eventOf } from './audit.ts'
import type { Names, Row, Rule, TableLaw } from '../model.ts'

const studio = aud('studio')
const APPENDED = ['id', 'tenant_id', 'ord', 'canon', 'sanitiser_version']
const personal: Rule = every(T, me('user_id'))
const personRows = (names: Names): Record<string, Row> => ({
  mine: { tenant_id: names.firm, user_id: names.me },
  "a colleague's": { tenant_id: names.firm, user_id: names.colleague },
  'mine in another firm': { tenant_id: names.otherFirm, user_id: names.me },
  'a portal user': { tenant_id: names.external, user_id: names.portal },
})
const phraseOfPerson = { select: may(personal), insert: may(personal), update: change(personal, personal) }
/** A program sees its own answers, the sweeping worker its firm's. */
const program = every(T, me('user_id'), aud('service'))
const sweeps = some(worker, program)
const keysOfPerson = { select: may(personal), insert: may(personal), delete: may(personal) }

export const platformLaws: readonly TableLaw[] = [
  {
    table: 'audit.inbox',
    class: 6,
    capabilities: ['audit.read'],
    rights: {
      zen_web: { select: may(every(T, scopeAll('audit.read'))), insert: may(T, APPENDED) },
      zen_studio: { select: may(studio), insert: may(studio, APPENDED) },
      zen_portal: { insert: may(some(T, F), APPENDED) },
      zen_worker: { select: may(W), insert: may(W, APPENDED) },
      zen_auth: { insert: may(yes, APPENDED) },
      zen_sealer: { select: may(yes), insert: may(yes, APPENDED), delete: may(yes) },
    },
    rows: (names) => {
      const row = (tenant_id: string): Row => {
        const id = names.id(`audit inbox ${tenant_id}`)
        return { tenant_id, id, canon: eventOf(tenant_id, id) }
      }
      return {
        mine: row(names.firm),
        'of another firm': row(names.otherFirm),
        'of the portal lane': row(names.external),
      }
    },
  },
  {
    table: 'ops.idempotency_keys',
    class: 8,
    rights: {
      zen_web: keysOfPerson,
      zen_studio: keysOfPerson,
      zen_portal: keysOfPerson,
      zen_auth: keysOfPerson,
      zen_worker: { select: may(sweeps), insert: may(program), delete: may(sweeps) },
    },
    rows: personRows,
  },
  {
    table: 'ops.confirmations',
    class: 5,
    touch: 'consumed_at',
    rights: {
      zen_web: phraseOfPerson,
      zen_studio: phraseOfPerson,
      zen_auth: phraseOfPerson,
      zen_worker: { select: may(worker), delete: may(worker) },
    },
    rows: personRows,
    moves: (names) => ({ ...moveTenant(names), user_id: names.id('user of nobody') }),
  },
  {
    table: 'ops.rate_windows',
    class: 12,
    noTenant: true,
    touch: 'window_start',
    rights: { zen_auth: everything },
    rows: () => ({ any: {} }),
  },
  {
    table: 'ops.rate_paces',
    class: 12,
    noTenant: true,
    touch: 'due_us',
    rights: { zen_auth: everything },
    rows: () => ({ any: {} }),
  },
  {
    table: 'public.schema_migrations',
    class: 'journal',
    noTenant: true,
    touch: 'applied_at',
    rights: { zen_worker: reads(yes), zen_auth: reads(yes), zen_owner: everything },
    rows: () => ({ any: { name: '9999_law.sql', checksum: 'law' } }),
  },
]
