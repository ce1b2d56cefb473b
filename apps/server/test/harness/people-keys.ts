import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { canonicalJson, type JsonValue } from '@zenops/contracts/canonical-json'
import type { PersonalKey, PersonalPlace, RevealPort } from '../../src/platform/audit/personal.ts'

/** Keys of people in memory: the same port as the kept ones, for tests of who uses it. */
export interface MemoryKeys extends RevealPort {
  destroy(subjectId: string): void
}

const aad = ({ tenantId, eventId, path }: PersonalPlace): Buffer => Buffer.from(`${tenantId}|${eventId}|${path}`)

export function memoryKeys(): MemoryKeys {
  const bySubject = new Map<string, PersonalKey>()
  const keyOf = (subjectId: string): PersonalKey => {
    const key = bySubject.get(subjectId) ?? { keyId: randomUUID(), bytes: randomBytes(32) }
    bySubject.set(subjectId, key)
    return key
  }
  return {
    destroy: (subjectId) => void bySubject.set(subjectId, { ...keyOf(subjectId), bytes: null }),
    keysFor: async (_tx, _tenantId, subjectIds) => new Map(subjectIds.map((id) => [id, keyOf(id)])),
    keysNamed: async (_tx, _tenantId, keyIds) =>
      new Map([...bySubject.values()].filter((key) => keyIds.includes(key.keyId)).map((key) => [key.keyId, key])),
    seal: (key, value, place) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key.bytes ?? randomBytes(32), nonce).setAAD(aad(place))
      const body = Buffer.concat([cipher.update(canonicalJson(value), 'utf8'), cipher.final(), cipher.getAuthTag()])
      return { $p: { k: key.keyId, n: nonce.toString('base64'), c: body.toString('base64') } }
    },
    open: (key, envelope, place) => {
      if (key.bytes === null) return undefined
      const body = Buffer.from(envelope.$p.c, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(envelope.$p.n, 'base64'))
      decipher.setAAD(aad(place)).setAuthTag(body.subarray(-16))
      const text = Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]).toString('utf8')
      return JSON.parse(text) as JsonValue // sealed above
    },
  }
}
