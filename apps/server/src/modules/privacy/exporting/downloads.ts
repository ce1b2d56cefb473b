import { dataExportLink, downloadDataExport } from '@zenops/contracts/privacy'
import { sql } from 'kysely'
import { appendAudit, NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import type { Actor } from '../../../platform/auth/actor.ts'
import { scopeOf } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { exportScope } from '../../../platform/exports/db-storage.ts'
import {
  damaged,
  type DownloadAsk,
  downloadAsk,
  downloadReply,
  isContinuation,
  movesBytes,
} from '../../../platform/exports/download.ts'
import { dropPayload } from '../../../platform/exports/engine.ts'
import { type ExportFamily, type ExportHand, moveExport } from '../../../platform/exports/family.ts'
import { MAX_LINK_SECONDS, signLink } from '../../../platform/exports/links.ts'
import { IntegrityError } from '../../../platform/exports/port.ts'
import { type CallContext, type OpenContext, operationsOf, type RawReply } from '../../../platform/operations.ts'
import { ipHashOf } from '../../../platform/ip-hash.ts'
import type { Visible } from '../context.ts'
import { ownFile } from '../queries/data-exports.ts'
import { personFamily, type PersonFile, type PrivacyExportParts } from './family.ts'

const on = operationsOf<Visible>()
const CONTINUED_SECONDS = 900
/** Which family a link belongs to. */
export const LINK_KIND = 'person'

interface Fetch {
  readonly family: ExportFamily<PersonFile>
  readonly context: CallContext
  readonly actor: Actor
  readonly id: string
}

/** Rights are settled; rows are written as the workers' role, with the caller as actor. */
const inHand = <T>({ context, actor }: Fetch, work: (hand: ExportHand) => Promise<T>): Promise<T> => {
  const { services, traceId, transport } = context
  const ipHash = ipHashOf(services, transport.ip)
  return services.database.transact(exportScope(actor.tenantId, actor.userId), (tx, unit) =>
    work({ tx, unit, actor, traceId, ipHash }),
  )
}

/** The finished file; one whose time is over expires by this very look. Errors: NOT_FOUND, …_NOT_READY, …_EXPIRED, FEATURE_SWITCHED_OFF. */
async function readyFile(fetch: Fetch): Promise<PersonFile> {
  const { family, actor, id, context } = fetch
  await context.services.switches.assertOn('exports', actor.tenantId)
  const [rows] = await context.services.database.read(scopeOf(actor), ownFile(actor, id))
  const file = rows[0]
  if (!file) throw refuse.notFound('The export')
  const expired =
    file.status === 'DONE'
      ? await inHand(fetch, (hand) => moveExport(family, hand, { key: file, move: 'expire' }))
      : null
  if (expired) await dropPayload({ family, log: context.log }, expired)
  const { status } = expired ?? file
  if (status === 'DONE') return file
  if (status === 'EXPIRED') throw new Refusal('AUDIT_EXPORT_JOB_EXPIRED', 'This file has expired. Ask for a new one.')
  throw new Refusal('AUDIT_EXPORT_JOB_NOT_READY', 'The file is not ready.', {
    details: [{ reason: 'not_ready', status }],
  })
}

/** One event for each download; what goes on with it within 15 minutes is the same one. */
async function recordDownload(fetch: Fetch, file: PersonFile, ask: DownloadAsk): Promise<void> {
  const { actor } = fetch
  await inHand(fetch, async (hand) => {
    const { rows } = await sql`
      update privacy.data_exports set downloaded_by = ${actor.userId}::uuid, downloaded_at = now()
      where tenant_id = ${file.tenant_id}::uuid and id = ${file.id}::uuid
        and not (${isContinuation(ask)}::boolean and downloaded_by = ${actor.userId}::uuid and downloaded_at > now() - ${CONTINUED_SECONDS}::int * interval '1 second')
      returning 1`.execute(hand.tx)
    if (rows.length === 0) return
    const entry = {
      action: 'PRIVACY_EXPORT_DOWNLOADED',
      target_id: file.id,
      tenant_id: file.tenant_id,
      after: { sha256: file.sha256 },
    } as const
    hand.unit.withCommit(
      appendAudit([entry], {
        at: await hand.unit.startedAt(),
        traceId: hand.traceId,
        actor,
        ipHash: hand.ipHash ?? null,
      }),
    )
  })
}

/** The bytes, for whoever may have them. */
async function servePersonFile(fetch: Fetch): Promise<RawReply> {
  const { family, context } = fetch
  const file = await readyFile(fetch)
  const ask = downloadAsk(file, context.transport)
  if (movesBytes(ask)) await recordDownload(fetch, file, ask)
  const storage = family.stores.of(file.storage_kind)
  const named = { filename: `my_data_${file.id}.json`, type: 'application/json' }
  try {
    return await downloadReply({ job: file, storage, file: named, ask }, damaged(context, file))
  } catch (error) {
    if (error instanceof IntegrityError) throw new Refusal('AUDIT_EXPORT_INTEGRITY', 'The stored file is damaged.')
    throw error
  }
}

export const downloadDataExportOperation = (family: ExportFamily<PersonFile>) =>
  on.raw(downloadDataExport, async (context, { params }) => {
    const { actor } = context
    if (!actor) throw new Refusal('AUTH_REQUIRED', 'Please sign in.')
    return servePersonFile({ family, context, actor, id: params.id })
  })

export const dataExportLinkOperation = (family: ExportFamily<PersonFile>) =>
  on.command(dataExportLink, {
    prepare: async (context, { params }) => {
      const { actor, now, services } = context
      const file = await readyFile({ family, context, actor, id: params.id })
      const expires = Math.min(now.getTime() + MAX_LINK_SECONDS * 1000, Date.parse(file.expires_at))
      if (actor.sessionId === null || (actor.aud !== 'web' && actor.aud !== 'studio' && actor.aud !== 'portal'))
        throw refuse.forbidden('person_required')
      const token = signLink([...services.config.STORAGE_SIGNING_KEYS], {
        kind: LINK_KIND,
        job: file.id,
        tenant: file.tenant_id,
        user: actor.userId,
        home: actor.aud === 'studio' ? services.config.ZENOPS_INTERNAL_TENANT_ID : actor.tenantId,
        aud: actor.aud,
        session: actor.sessionId,
        permissions: actor.permissionVersion,
        expires,
      })
      return { url: `/v1/downloads/${token}`, expires_at: new Date(expires).toISOString() }
    },
    run: async (_context, _input, body) => ({ body, audit: NOTHING_CHANGED }),
  })

/** Behind a link: the person it was made for, as he stands now, and the file that it names. */
export const servePersonLink =
  (parts: PrivacyExportParts) =>
  (context: OpenContext, { person, jobId }: { readonly person: Actor; readonly jobId: string }): Promise<RawReply> =>
    servePersonFile({ family: personFamily(parts), context, actor: person, id: jobId })
