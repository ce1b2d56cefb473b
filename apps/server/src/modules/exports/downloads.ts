import { createDownloadUrl, downloadExport, fetchDownload } from '@zenops/contracts/exports'
import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { audited, type AuditEntry } from '../../platform/audit/record.ts'
import { type Actor, scopeFor } from '../../platform/auth/actor.ts'
import { scopeOf } from '../../platform/db/scope.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import { damaged, downloadAsk, downloadReply, isContinuation, movesBytes } from '../../platform/exports/download.ts'
import { dropPayload } from '../../platform/exports/engine.ts'
import { type ExportFamily, type ExportHand, moveExport, recordBoth } from '../../platform/exports/family.ts'
import { type LinkClaims, MAX_LINK_SECONDS, readLink, signLink } from '../../platform/exports/links.ts'
import { IntegrityError } from '../../platform/exports/port.ts'
import { limited } from '../../platform/limits/port.ts'
import { type CallContext, type OpenContext, operationsOf, type RawReply } from '../../platform/operations.ts'
import { ipHashOf } from '../../platform/ip-hash.ts'
import type { Services } from '../../platform/services.ts'
import { StorageError } from '../../platform/storage/port.ts'
import { assertOwnTenant, type AuditExport, EXPORT_TABLES, type Visible } from './context.ts'
import { assertDone, fileOf } from './downloadable.ts'
import { findJob } from './find-job.ts'

const on = operationsOf<Visible>()
const PER_MINUTE = 60
const CONTINUED_SECONDS = 900
/** Which family a link belongs to. */
const KIND = 'audit'

export interface DownloadParts {
  readonly family: ExportFamily<AuditExport>
  /** The person a link was made for, as he stands now. Throws what his own call would meet: session, block, rights. */
  readonly bearerOf: (claims: LinkClaims, at: { readonly ip: string; readonly path: string }) => Promise<Actor>
  /** Links of other families of exports, by their kind. */
  readonly doors: Readonly<Record<string, LinkDoor>>
}

/** Serves what a link of another family names; the bearer is checked, his right to that file is the door's matter. */
export type LinkDoor = (
  context: OpenContext,
  given: { readonly person: Actor; readonly jobId: string },
) => Promise<RawReply>

async function countCall({ limits }: Services, actor: Actor): Promise<void> {
  const result = await limits.hit({ key: `rl:exports:download:${actor.userId}`, limit: PER_MINUTE })
  if (!result.allowed) throw limited(result, 'RATE_LIMITED')
}

interface Fetch extends DownloadParts {
  readonly context: CallContext
  readonly actor: Actor
  readonly jobId: string
}

const inHand = <T>({ context, actor }: Fetch, work: (hand: ExportHand) => Promise<T>): Promise<T> => {
  const { services, traceId, transport } = context
  const ipHash = ipHashOf(services, transport.ip)
  return services.database.transact(scopeOf(actor), (tx, unit) => work({ tx, unit, actor, traceId, ipHash }))
}

/** Personal fields in clear text are for who may see them, whoever asked for the file. */
function assertMayRead({ include_personal }: AuditExport, actor: Actor): void {
  if (include_personal && scopeFor(actor, 'documents.pii') === null)
    throw refuse.forbidden('missing_capability', { capability: 'documents.pii', scope: 'none' })
}

/**
 * The finished job. One whose time is over expires by this very look, and stays so although the answer is a refusal.
 * Errors: NOT_FOUND, FORBIDDEN, AUDIT_EXPORT_JOB_NOT_READY, AUDIT_EXPORT_JOB_EXPIRED, FEATURE_SWITCHED_OFF.
 */
async function readyJob(fetch: Fetch): Promise<AuditExport> {
  const { family, actor, jobId, context } = fetch
  await context.services.switches.assertOn('exports', actor.tenantId)
  const looked = await inHand(fetch, async (hand) => {
    const job = await findJob(hand.tx, { tenantId: actor.tenantId, jobId })
    assertMayRead(job, actor)
    const expired = await moveExport(family, hand, { key: job, move: 'expire' })
    return { job, expired }
  })
  if (looked.expired) await dropPayload({ family, log: context.log }, looked.expired)
  const job = looked.expired ?? looked.job
  assertDone(job)
  return job
}

/** One event for each download; what goes on with it within 15 minutes is the same one. */
async function recordDownload(hand: ExportHand, job: AuditExport, continued: boolean): Promise<void> {
  const { actor } = hand
  const { rows } = await sql`
      update ${sql.table(EXPORT_TABLES.jobs)} set downloaded_by = ${actor.userId}::uuid, downloaded_at = now()
      where tenant_id = ${job.tenant_id}::uuid and id = ${job.id}::uuid
        and not (${continued}::boolean and downloaded_by = ${actor.userId}::uuid and downloaded_at > now() - ${CONTINUED_SECONDS}::int * interval '1 second')
      returning 1 as begun`.execute(hand.tx)
  if (rows.length === 0) return
  const after = { sha256: job.sha256, stored_bytes: job.total_bytes }
  const entry = { action: 'AUDIT_EXPORT_DOWNLOADED', target_id: job.id, tenant_id: job.tenant_id, after } as const
  await recordBoth(hand, entry, {
    metric_key: 'audit_export_downloaded',
    dimensions: { format: job.export_format, profile: job.profile },
  })
}

async function serve(fetch: Fetch): Promise<RawReply> {
  const { family, context } = fetch
  await countCall(context.services, fetch.actor)
  const job = await readyJob(fetch)
  const ask = downloadAsk(job, context.transport)
  const given = { job, storage: family.stores.of(job.storage_kind), file: fileOf(job), ask }
  const reply = await downloadReply(given, damaged(context, job)).catch((error: unknown) => {
    if (error instanceof IntegrityError)
      throw new Refusal('AUDIT_EXPORT_INTEGRITY', 'The file is damaged and is not handed out. Create the export again.')
    throw error instanceof StorageError ? refuse.unavailable('export_storage') : error
  })
  try {
    if (movesBytes(ask)) await inHand(fetch, (hand) => recordDownload(hand, job, isContinuation(ask)))
  } catch (error) {
    if (reply.body instanceof Readable) reply.body.destroy()
    throw error
  }
  return reply
}

export const downloadOperation = (parts: DownloadParts) =>
  on.raw(downloadExport, async (context, { params, query }): Promise<RawReply> => {
    const actor = signedIn(context)
    assertOwnTenant(actor, query.tenant_id)
    return serve({ ...parts, context, actor, jobId: params.job_id })
  })

function signedIn(context: OpenContext): Actor {
  if (!context.actor) throw new Refusal('AUTH_REQUIRED', 'Please sign in.')
  return context.actor
}

export const fetchDownloadOperation = (parts: DownloadParts) =>
  on.raw(fetchDownload, async (context, { params }): Promise<RawReply> => {
    const read = readLink([...context.services.config.STORAGE_SIGNING_KEYS], params.token, context.now)
    if (read.result === 'expired')
      throw new Refusal('STORAGE_TOKEN_EXPIRED', 'This link has expired. Ask for a fresh one.')
    const door = read.result === 'ok' ? parts.doors[read.claims.kind] : undefined
    if (read.result !== 'ok' || (read.claims.kind !== KIND && !door))
      throw new Refusal('STORAGE_TOKEN_INVALID', 'This link is not valid.')
    const { claims } = read
    const person = await parts.bearerOf(claims, { ip: context.transport.ip, path: fetchDownload.path })
    if (door) return door(context, { person, jobId: claims.job })
    if (scopeFor(person, 'audit.export') === null)
      throw refuse.forbidden('missing_capability', { capability: 'audit.export', scope: 'none' })
    return serve({ ...parts, context, actor: { ...person, tenantId: claims.tenant }, jobId: claims.job })
  })

export const downloadUrlOperation = (parts: DownloadParts) =>
  on.command(createDownloadUrl, {
    prepare: async (context, { params, query }) => {
      const { actor, services } = context
      assertOwnTenant(actor, query.tenant_id)
      await countCall(services, actor)
      const fetch = { ...parts, context, actor, jobId: params.job_id }
      const job = await readyJob(fetch)
      const expires = Math.min(context.now.getTime() + MAX_LINK_SECONDS * 1000, Date.parse(job.expires_at))
      const storage = parts.family.stores.of(job.storage_kind)
      const seconds = Math.max(1, Math.floor((expires - context.now.getTime()) / 1000))
      if (!storage.signedUrl) return { url: `/v1/downloads/${linkOf(context, job, expires)}`, expires, past: null }
      const { filename, type } = fileOf(job)
      return { url: await storage.signedUrl(job, { filename, type, seconds }), expires, past: job }
    },
    run: async ({ tx, unit, actor, traceId }, _input, { url, expires, past }) => {
      const entries: AuditEntry[] = []
      const hand = { tx: tx as never, unit, actor, traceId, collect: (entry: AuditEntry) => void entries.push(entry) } // the same builder
      // Bytes leave past the product: the handing out of the link is what can be seen.
      if (past) await recordDownload(hand, past, false)
      return { body: { url, expires_at: new Date(expires).toISOString() }, audit: audited(entries) }
    },
  })

function linkOf(
  { services, actor }: { readonly services: Services; readonly actor: Actor },
  job: AuditExport,
  expires: number,
): string {
  if (actor.sessionId === null || (actor.aud !== 'web' && actor.aud !== 'studio'))
    throw refuse.forbidden('person_required')
  return signLink([...services.config.STORAGE_SIGNING_KEYS], {
    kind: KIND,
    job: job.id,
    tenant: job.tenant_id,
    user: actor.userId,
    home: actor.aud === 'studio' ? services.config.ZENOPS_INTERNAL_TENANT_ID : actor.tenantId,
    aud: actor.aud,
    session: actor.sessionId,
    permissions: actor.permissionVersion,
    expires,
  })
}
