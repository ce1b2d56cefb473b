import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { readStorage, writeStorage } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import { compileOnly } from '../../platform/db/database.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import { type OpenContext, operationsOf, type RawReply } from '../../platform/operations.ts'
import type { LocalStorage } from '../../platform/storage/local.ts'
import { PUT_REFUSALS, receivePut, serveGet } from '../../platform/storage/local-http.ts'
import { localStorageOf } from '../../platform/storage/open.ts'
import { StorageError } from '../../platform/storage/port.ts'
import { type Claims, verifyToken } from '../../platform/storage/signing.ts'
import type { Visible } from './context.ts'

const on = operationsOf<Visible>()

/** Only the local driver's links lead here. */
function localOf(context: OpenContext): LocalStorage {
  const local = localStorageOf(context.services.storage)
  if (!local) throw refuse.notFound('The file')
  return local
}

function claimsOf<Op extends Claims['op']>(context: OpenContext, token: string, op: Op): Extract<Claims, { op: Op }> {
  const verified = verifyToken([...context.services.config.STORAGE_SIGNING_KEYS], token, { op, now: context.now })
  if (verified.result === 'ok') return verified.claims
  if (verified.result === 'expired')
    throw new Refusal('STORAGE_TOKEN_EXPIRED', 'This link has expired. Ask for a fresh one.')
  throw new Refusal('STORAGE_TOKEN_INVALID', 'This link is not valid.')
}

/** Storage faults as callers may see them. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    throw error.fault === 'not_found' ? refuse.notFound('The file') : refuse.unavailable('storage')
  }
}

/** The upload that a token was handed out for may still take bytes. The token names firm and document. */
async function assertPending(context: OpenContext, document: string | undefined): Promise<void> {
  const [tenantId, id] = (document ?? '').split('/')
  if (!tenantId || !id) throw new Refusal('STORAGE_TOKEN_INVALID', 'This link is not valid.')
  const scope = { role: 'zen_worker', tenantId, userId: null, aud: 'worker' } as const
  const [rows] = await context.database.read(
    scope,
    sql<{
      status: string
    }>`select status from documents.documents where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and deleted_at is null`.compile(
      compileOnly,
    ),
  )
  if (rows[0]?.status === 'pending') return
  throw new Refusal('UPLOAD_ALREADY_CONFIRMED', 'This upload has ended.', {
    details: [{ reason: rows[0]?.status ?? 'deleted' }],
  })
}

const bodyOf = (context: OpenContext): Readable => {
  const { stream } = context.transport
  return stream instanceof Readable ? stream : Readable.from([])
}
// Cast: the transport keeps one value a name, which is a narrower form of the same headers.
const headersOf = (context: OpenContext): IncomingHttpHeaders => context.transport.headers as IncomingHttpHeaders

export const writeStorageOperation = on.raw(writeStorage, async (context, { params }): Promise<RawReply> => {
  const { disk } = localOf(context)
  const claims = claimsOf(context, params.token, 'put')
  await assertPending(context, claims.document)
  const outcome = await guarded(() => receivePut(disk, claims, { headers: headersOf(context), body: bodyOf(context) }))
  if (outcome.result === 'stored') {
    // A confirm that finished meanwhile has its bytes; these would stay behind for nobody.
    await assertPending(context, claims.document).catch(async (error: unknown) => {
      await disk.remove(claims.key)
      throw error
    })
    return { status: 200, headers: { etag: outcome.etag } }
  }
  const refusal = PUT_REFUSALS[outcome.result]
  // What is left of the body is not read: the connection ends with the answer.
  throw new Refusal(refusal.error_code, 'The file is not what was announced.', {
    details: [{ reason: outcome.result }],
    headers: { connection: 'close' },
  })
})

export const readStorageOperation = on.raw(readStorage, async (context, { params }): Promise<RawReply> => {
  const { disk } = localOf(context)
  const claims = claimsOf(context, params.token, 'get')
  const method = context.transport.method === 'HEAD' ? 'HEAD' : 'GET'
  const reply = await guarded(() => serveGet(disk, claims, { method, headers: headersOf(context) }))
  if (reply.status === 416) {
    throw new Refusal('RANGE_NOT_SATISFIABLE', 'The file has no such bytes.', {
      headers: { 'content-range': reply.headers['content-range'] ?? 'bytes */*' },
    })
  }
  return { status: reply.status, headers: reply.headers, ...(reply.body ? { body: reply.body } : {}) }
})
