import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { canonicalJson, type JsonValue } from '@zenops/contracts/canonical-json'
import { type QueryExecutorProvider, sql } from 'kysely'
import { type Envelope, isEnvelope, type PersonalKey, type PersonalPlace, type RevealPort } from '../audit/personal.ts'
import type { Clock } from '../clock.ts'
import type { SecretBox } from './secret-box.ts'

export { type Envelope, isEnvelope, type PersonalPlace }
/** A person's key in a firm. Without bytes it is destroyed: what it sealed is erased. */
export type SubjectKey = PersonalKey

const KEY = 32
const NONCE = 12
const TAG = 16
const aad = ({ tenantId, eventId, path }: PersonalPlace): Buffer => Buffer.from(`${tenantId}|${eventId}|${path}`)

/** Seals a value for its place. Under a destroyed key nobody can open it, now or ever. */
export function sealPersonal(key: SubjectKey, value: JsonValue, place: PersonalPlace): Envelope {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key.bytes ?? randomBytes(KEY), nonce).setAAD(aad(place))
  const body = Buffer.concat([cipher.update(canonicalJson(value), 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { $p: { k: key.keyId, n: nonce.toString('base64'), c: body.toString('base64') } }
}

/** What an envelope holds, or undefined when its key is destroyed. Throws when it was changed or stands elsewhere. */
export function openPersonal(key: SubjectKey, envelope: Envelope, place: PersonalPlace): JsonValue | undefined {
  if (key.bytes === null) return undefined
  const body = Buffer.from(envelope.$p.c, 'base64')
  const nonce = Buffer.from(envelope.$p.n, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG })
  decipher.setAAD(aad(place)).setAuthTag(body.subarray(-TAG))
  const text = Buffer.concat([decipher.update(body.subarray(0, -TAG)), decipher.final()]).toString('utf8')
  return JSON.parse(text) as JsonValue // sealed by sealPersonal
}

interface KeyRow {
  readonly subject_id: string
  readonly key_id: string
  readonly wrapped_key: Buffer | null
  readonly kek_version: string
}

/** The keys of people, in this process for at most 45 s. Known ones cost no statement. */
export interface SubjectKeys extends RevealPort {
  /** Forgets every key that this process knows. */
  clear(): void
}

const REMEMBERED_MS = 45_000
const REMEMBERED = 10_000

/** The key's row is its associated data: the bytes of another person's row do not unwrap. */
export const aboutKey = (keyId: string): string => keyId

export function createSubjectKeys({ box, clock }: { readonly box: SecretBox; readonly clock: Clock }): SubjectKeys {
  const known = new Map<string, { readonly key: SubjectKey; readonly until: number }>()
  const nameOf = (tenantId: string, subjectId: string): string => `${tenantId}|${subjectId}`
  const unwrapped = async (row: KeyRow): Promise<SubjectKey> => ({
    keyId: row.key_id,
    bytes:
      row.wrapped_key === null
        ? null
        : await box.unwrap({ kekVersion: row.kek_version, bytes: row.wrapped_key }, aboutKey(row.key_id)),
  })
  const remember = (name: string, key: SubjectKey): void => {
    if (known.size >= REMEMBERED) known.clear()
    known.set(name, { key, until: clock.now().getTime() + REMEMBERED_MS })
  }

  async function draw(tx: QueryExecutorProvider, tenantId: string, subjectIds: readonly string[]) {
    const drawn = await Promise.all(
      subjectIds.map(async () => {
        const keyId = randomUUID()
        return { keyId, wrapped: await box.wrap(randomBytes(KEY), aboutKey(keyId)) }
      }),
    )
    const { rows } = await sql<KeyRow>`select * from privacy.keys_for(${tenantId}::uuid, ${subjectIds}::uuid[],
      ${drawn.map((one) => one.keyId)}::uuid[], ${drawn.map((one) => one.wrapped.bytes)}::bytea[], ${box.kekVersion})`.execute(
      tx,
    )
    const fresh = new Set<string>(drawn.map((one) => one.keyId))
    return Promise.all(
      rows.map(async (row) => {
        const key = await unwrapped(row)
        // A key drawn here may yet be rolled back with its transaction.
        if (!fresh.has(key.keyId)) remember(nameOf(tenantId, row.subject_id), key)
        return [row.subject_id, key] as const
      }),
    )
  }

  return {
    keysFor: async (tx, tenantId, subjectIds) => {
      const now = clock.now().getTime()
      const keys = new Map<string, SubjectKey>()
      const missing = new Set<string>()
      for (const subjectId of subjectIds) {
        const one = known.get(nameOf(tenantId, subjectId))
        if (one && one.until > now) keys.set(subjectId, one.key)
        else missing.add(subjectId)
      }
      if (missing.size > 0) for (const [id, key] of await draw(tx, tenantId, [...missing])) keys.set(id, key)
      return keys
    },
    keysNamed: async (tx, tenantId, keyIds) => {
      const { rows } = await sql<KeyRow>`
        select * from privacy.keys_named(${tenantId}::uuid, ${[...new Set(keyIds)]}::uuid[])`.execute(tx)
      return new Map(await Promise.all(rows.map(async (row) => [row.key_id, await unwrapped(row)] as const)))
    },
    seal: sealPersonal,
    open: openPersonal,
    clear: () => known.clear(),
  }
}
