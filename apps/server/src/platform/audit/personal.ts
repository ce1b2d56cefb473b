import type { JsonValue } from '@zenops/contracts/canonical-json'
import type { QueryExecutorProvider } from 'kysely'

/** A personal value in an event: key id, nonce and ciphertext; the last two in base64. */
export interface Envelope {
  readonly $p: { readonly k: string; readonly n: string; readonly c: string }
}

/** Where an envelope stands: the associated data `tenant|event id|JSON pointer` let it open nowhere else. */
export interface PersonalPlace {
  readonly tenantId: string
  readonly eventId: string
  /** JSON Pointer within the event, such as `/after/email`. */
  readonly path: string
}

/** A person's key in a firm. Without bytes it is destroyed: what it sealed is erased. */
export interface PersonalKey {
  readonly keyId: string
  readonly bytes: Buffer | null
}

/** Keys of people, with which personal fields of the log are sealed and revealed. */
export interface RevealPort {
  /** Keys to seal with, one for each person; drawn within the transaction for who has none. */
  keysFor(
    tx: QueryExecutorProvider,
    tenantId: string,
    subjectIds: readonly string[],
  ): Promise<ReadonlyMap<string, PersonalKey>>
  /** Keys that envelopes of a firm name, by key id; an unknown id is missing. */
  keysNamed(
    tx: QueryExecutorProvider,
    tenantId: string,
    keyIds: readonly string[],
  ): Promise<ReadonlyMap<string, PersonalKey>>
  seal(key: PersonalKey, value: JsonValue, place: PersonalPlace): Envelope
  /** Undefined when the key is destroyed. Throws when the envelope was changed or stands elsewhere. */
  open(key: PersonalKey, envelope: Envelope, place: PersonalPlace): JsonValue | undefined
}

/** Shown instead of a personal field that is not revealed; of one whose key is destroyed. */
export const COVERED = '[personal]'
export const ERASED = '[erased]'

const BASE64 = /^[A-Za-z0-9+/]{8,}={0,2}$/
const KEY_ID = /^[\w-]{8,64}$/

/** An object that is an envelope and nothing else. */
export function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1 || !('$p' in value)) return false
  const inner: unknown = value.$p
  if (typeof inner !== 'object' || inner === null || Object.keys(inner).length !== 3) return false
  const has = (name: string, form: RegExp): boolean => form.test(String((inner as Record<string, unknown>)[name])) // read as text
  return has('k', KEY_ID) && has('n', BASE64) && has('c', BASE64)
}
