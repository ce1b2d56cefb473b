import { leafHash } from '@zenops/audit/hashes'
import { aud, change, every, has, may, reads, scopeAll, some, T, tenantRows, W, yes } from '../classes.ts'
import type { Names, Right, Rights, Row, TableLaw } from '../model.ts'

const studio = aud('studio')
/** Of my firm, or of none. */
const ownOrAll = some(T, has('tenant_id', null))
const HASH = `\\x${'ab'.repeat(32)}`
const readers = {
  zen_web: reads(every(T, scopeAll('audit.read'))),
  zen_studio: reads(studio),
  zen_worker: reads(W),
} as const
const sealed: Rights = { select: may(yes), insert: may(yes) }
const kept: Rights = { select: may(yes) }
/** The bytes of an event of a tenant, as the inbox and the log take them. */
export const eventOf = (tenant_id: string, id: string): string =>
  `\\x${Buffer.from(JSON.stringify({ action: 'LAW_TRIED', at: '2026-01-01T00:00:00.000Z', id, outcome: 'ok', tenant_id })).toString('hex')}`

const appends = (right: Right): Rights => ({ select: right, insert: right })
const eventRows = (names: Names): Record<string, Row> => {
  const row = (word: string, tenant_id: string): Row => {
    const canon = eventOf(tenant_id, names.id(word))
    const leaf = `\\x${leafHash(Buffer.from(canon.slice(2), 'hex')).toString('hex')}`
    return { tenant_id, epoch: 1, seq: 1, link: HASH, leaf, canon }
  }
  return { mine: row('audit event', names.firm), 'of another firm': row('other audit event', names.otherFirm) }
}

interface Kept {
  readonly table: string
  readonly extra: Row
  readonly rights?: TableLaw['rights']
}
/** Class 6 with the sealer as its one writer. */
const sealedLaw = ({ table, extra, rights }: Kept): TableLaw => ({
  table,
  class: 6,
  capabilities: ['audit.read'],
  rights: { ...readers, zen_sealer: sealed, ...rights },
  rows: (names) => tenantRows(names, extra),
})
const ownerless = (table: string, extra: Row, further: TableLaw['rights'] = {}): TableLaw => ({
  table,
  class: 6,
  noTenant: true,
  capabilities: ['audit.read'],
  rights: {
    zen_web: reads(scopeAll('audit.read')),
    zen_studio: reads(studio),
    zen_worker: reads(aud('worker', 'service')),
    zen_sealer: sealed,
    zen_keeper: kept,
    ...further,
  },
  rows: () => ({ any: extra }),
})

export const auditLaws: readonly TableLaw[] = [
  {
    table: 'audit.events',
    class: 6,
    capabilities: ['audit.read'],
    rights: { ...readers, zen_sealer: sealed, zen_keeper: { select: may(yes), delete: may(yes) } },
    rows: eventRows,
  },
  {
    table: 'audit.heads',
    class: 8,
    capabilities: ['audit.read'],
    touch: 'updated_at',
    rights: {
      ...readers,
      zen_keeper: kept,
      zen_sealer: { ...sealed, update: change(yes, yes, ['size', 'link', 'edge', 'cluster_id', 'updated_at']) },
    },
    rows: (names) => tenantRows(names, { epoch: 1, link: HASH }),
  },
  sealedLaw({
    table: 'audit.tiles',
    extra: { hashes: `\\x${'ab'.repeat(8192)}`, root: HASH },
    rights: { zen_keeper: kept },
  }),
  sealedLaw({
    table: 'audit.checkpoints',
    extra: { root: HASH, link: HASH },
    rights: { zen_keeper: kept, zen_definer: reads(yes, ['tenant_id', 'created_at']) },
  }),
  {
    ...sealedLaw({ table: 'audit.root_log', extra: {}, rights: { zen_keeper: kept } }),
    rows: ({ firm, otherFirm }) => ({
      mine: { tenant_id: firm, position: 0, leaf: HASH },
      'of another firm': { tenant_id: otherFirm, position: 1, leaf: HASH },
    }),
  },
  ownerless('audit.root_notes', { root: HASH }),
  {
    ...ownerless(
      'audit.notary_receipts',
      {},
      {
        zen_definer: reads(has('tenant_id', null), ['published_at']),
        zen_web: reads(every(ownOrAll, scopeAll('audit.read'))),
        zen_worker: {
          ...reads(every(ownOrAll, aud('worker', 'service'))),
          insert: may(every(T, aud('worker'), has('sink', 'mail')), [
            'sink',
            'root_epoch',
            'size',
            'receipt',
            'tenant_id',
          ]),
        },
      },
    ),
    rows: ({ firm, otherFirm }) => ({
      any: {},
      mailed: { sink: 'mail', tenant_id: firm },
      'mailed to another firm': { sink: 'mail', tenant_id: otherFirm },
    }),
  },
  {
    table: 'audit.signing_keys',
    class: 1,
    noTenant: true,
    touch: 'valid_to',
    rights: {
      zen_web: reads(yes),
      zen_studio: reads(yes),
      zen_worker: reads(yes),
      zen_auth: reads(yes),
      zen_keeper: kept,
      zen_sealer: { ...sealed, update: change(yes, yes, ['valid_to', 'seen_at']) },
    },
    rows: () => ({ any: { public_key: HASH } }),
  },
  {
    table: 'audit.notary_sinks',
    class: 8,
    noTenant: true,
    capabilities: ['audit.read'],
    touch: 'updated_at',
    rights: {
      zen_web: reads(scopeAll('audit.read')),
      zen_studio: reads(studio),
      zen_worker: reads(aud('worker', 'service')),
      zen_sealer: { ...sealed, update: change(yes, yes) },
    },
    rows: () => ({ any: {} }),
  },
  {
    table: 'audit.recent_views',
    class: 12,
    touch: 'seen_at',
    rights: { zen_definer: { ...sealed, update: change(yes, yes), delete: may(yes) } },
    rows: (names) => tenantRows(names, { target_id: 'x' }),
  },
  {
    table: 'audit.merged_refusals',
    class: 12,
    touch: 'count',
    rights: {
      zen_definer: { ...sealed, update: change(yes, yes), delete: may(yes) },
      zen_sealer: { select: may(yes), delete: may(yes) },
    },
    rows: (names) => tenantRows(names, { target_id: 'x' }),
  },
  sealedLaw({
    table: 'audit.retention_seals',
    extra: { link: HASH, archive_sha256: HASH, open_leaves: '\\x' },
    rights: { zen_sealer: kept, zen_keeper: appends(may(yes)) },
  }),
  {
    table: 'audit.verify_runs',
    class: 6,
    capabilities: ['audit.read', 'audit.verify'],
    rights: {
      zen_web: { ...readers.zen_web, insert: may(every(T, scopeAll('audit.verify'))) },
      zen_studio: { ...readers.zen_studio, insert: may(studio) },
      zen_worker: { ...readers.zen_worker, insert: may(W) },
      zen_sealer: kept,
      zen_keeper: { ...appends(may(yes)), delete: may(yes) },
    },
    rows: (names) => tenantRows(names),
  },
]
