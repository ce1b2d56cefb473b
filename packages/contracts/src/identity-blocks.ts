import { z } from 'zod'
import { operation } from './kit.ts'
import { byId, id, instant, listQuery, many, moment, optionalText, page, personRef, tenantRef, text } from './values.ts'

const both = ['web', 'studio'] as const

export const BLOCK_KINDS = ['ACCOUNT', 'IP', 'CIDR'] as const
/** The typed words that an act of wide effect asks for (`audit-and-ops.md` 6). */
export const confirmation = z.strictObject({ confirmation_id: id, phrase: text(200) })

export const CONFIRMED_ACTIONS = [
  'block_apply',
  'kill_switch_enable',
  'kill_switch_disable',
  'rollback',
  'alert_channel_delete',
  'retention_shorten',
  'retention_run',
  'erase_person',
  'erase_me',
  'lock_recover',
  'dead_jobs_replay',
  'dead_jobs_discard',
  'effect_done',
  'effect_not_done',
] as const
export const createConfirmation = operation({
  id: 'ops.createConfirmation',
  method: 'POST',
  path: '/v1/ops/confirmations',
  summary: 'Draws the phrase that an act of wide effect asks for: five minutes, one use, one person, one target.',
  access: 'person',
  audiences: ['web', 'portal', 'studio'],
  perMinute: 30,
  status: 201,
  body: z.strictObject({ action: z.enum(CONFIRMED_ACTIONS), target: text(200) }),
  ok: z.object({ confirmation_id: id, phrase: z.string(), expires_at: instant }),
  auditNone: 'a phrase grants nothing; the confirmed act is audited',
})

/** A temporary block: of a person, an address or a range of addresses. */
export const Block = z
  .object({
    id,
    tenant_id: id.nullable().meta({ description: 'null: everywhere' }),
    kind: z.enum(BLOCK_KINDS),
    user: personRef.nullable(),
    value: z.string().nullable().meta({ description: 'address or range' }),
    reason: z.string(),
    automatic: z.boolean(),
    created_by: personRef.nullable(),
    created_at: instant,
    expires_at: instant,
    lifted_at: instant.nullable(),
    lifted_by: personRef.nullable(),
    active: z.boolean(),
  })
  .meta({ id: 'Block' })

export const listBlocks = operation({
  id: 'identity.listBlocks',
  method: 'GET',
  path: '/v1/ops/blocks',
  summary: 'Blocks, newest first; `active=false` shows ended ones.',
  access: { capability: 'ops.blocks.read' },
  audiences: both,
  query: listQuery({
    active: z.enum(['true', 'false']).optional(),
    kind: many(z.enum(BLOCK_KINDS)),
    tenant_id: tenantRef.optional(),
  }),
  ok: page(Block),
})
export const applyBlock = operation({
  id: 'identity.applyBlock',
  method: 'POST',
  path: '/v1/ops/blocks',
  summary: 'Blocks a person or an address for 5 minutes to 90 days; a range asks for typed confirmation.',
  access: { capability: 'ops.blocks.write' },
  stepUp: true,
  audiences: both,
  status: 201,
  body: z.strictObject({
    kind: z.enum(BLOCK_KINDS),
    user_id: id.optional(),
    value: z.string().trim().max(60).optional(),
    reason: text(500, 5),
    expires_at: moment,
    tenant_id: tenantRef
      .nullable()
      .optional()
      .meta({ description: 'studio: of one firm; absent or null = everywhere' }),
    confirmation: confirmation.optional(),
  }),
  ok: Block,
  errors: ['CONFLICT', 'LAST_ADMIN', 'CONFIRMATION_REQUIRED', 'OPS_CONFIRMATION_MISMATCH'],
})
export const changeBlock = operation({
  id: 'identity.changeBlock',
  method: 'PATCH',
  path: '/v1/ops/blocks/:id',
  summary: 'Gives a live block another end.',
  access: { capability: 'ops.blocks.write' },
  stepUp: true,
  audiences: both,
  params: byId,
  body: z.strictObject({ expires_at: moment, reason: optionalText(500) }),
  ok: Block,
  errors: ['ILLEGAL_TRANSITION'],
})
export const liftBlock = operation({
  id: 'identity.liftBlock',
  method: 'DELETE',
  path: '/v1/ops/blocks/:id',
  summary: 'Ends a block now.',
  access: { capability: 'ops.blocks.write' },
  stepUp: true,
  audiences: both,
  params: byId,
  status: 204,
  ok: z.undefined(),
})
export const putBlock = operation({
  id: 'identity.putBlock',
  method: 'PUT',
  path: '/v1/ops/blocks/:block_id',
  summary: 'The older form: one address for applying, changing and lifting.',
  access: { capability: 'ops.blocks.write' },
  stepUp: true,
  audiences: both,
  params: z.strictObject({ block_id: id }),
  body: z.strictObject({
    block_type: z.enum(['account', 'ip', 'cidr', ...BLOCK_KINDS]),
    block_value: text(80),
    status: z.enum(['active', 'lifted']),
    reason: text(500, 5),
    expires_at: moment,
    confirmation: confirmation.optional(),
  }),
  ok: Block,
  errors: ['CONFLICT', 'LAST_ADMIN', 'ILLEGAL_TRANSITION', 'CONFIRMATION_REQUIRED', 'OPS_CONFIRMATION_MISMATCH'],
})
