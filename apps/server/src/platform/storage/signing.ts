import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/**
 * Tokens of `/v1/storage/local/:token`: `kid.claims.mac`. The MAC is HMAC-SHA-256 over everything before it, so operation,
 * document, key, part, type, size, expiry and key id cannot be changed one by one. The token is the whole credential.
 */
const keyRingSchema = z
  .array(z.strictObject({ kid: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/), secret: z.string().min(32).max(256) }))
  .min(1)
  .max(16)
  .refine((keys) => new Set(keys.map((key) => key.kid)).size === keys.length, 'two keys carry the same kid')

/** The first key signs, all verify; so a new key is put in front and the old one leaves an hour later. */
export type KeyRing = z.infer<typeof keyRingSchema>

/** `STORAGE_SIGNING_KEYS`: JSON `[{kid, secret}]`, secrets of 32–256 characters. Throws without echoing the text. */
export const parseKeyRing = (json: string): KeyRing => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new Error('STORAGE_SIGNING_KEYS is not JSON')
  }
  const ring = keyRingSchema.safeParse(value)
  if (!ring.success) throw new Error(`STORAGE_SIGNING_KEYS: ${ring.error.issues[0]?.message ?? 'invalid'}`)
  return ring.data
}

/** A ring of one random key, for a server whose URLs need not outlive it (development, tests). */
export const randomKeyRing = (): KeyRing => [{ kid: 'random', secret: randomBytes(32).toString('base64url') }]

const common = { key: z.string(), type: z.string(), expires: z.int() }
const claimsSchema = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('put'),
    ...common,
    document: z.string().optional(),
    part: z.int().optional(),
    size: z.int().min(0),
    sha256: z.string().optional(),
  }),
  z.strictObject({
    op: z.literal('get'),
    ...common,
    filename: z.string(),
    disposition: z.enum(['inline', 'attachment']),
  }),
])
/** `expires` is in Unix milliseconds, `size` in bytes. */
export type Claims = z.infer<typeof claimsSchema>
export type PutClaims = Extract<Claims, { op: 'put' }>
export type GetClaims = Extract<Claims, { op: 'get' }>

export type Verified<C extends Claims> = { result: 'ok'; claims: C } | { result: 'invalid' } | { result: 'expired' }

/** Longer ones are refused unread; the router's limit for a path parameter must not be lower. */
export const MAX_TOKEN_LENGTH = 4096

const macOf = (secret: string, text: string): Buffer =>
  createHmac('sha256', secret).update(`storage.1.${text}`).digest()

export const signToken = (ring: KeyRing, claims: Claims): string => {
  const [signer] = ring
  if (!signer) throw new Error('the key ring is empty')
  const text = `${signer.kid}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${text}.${macOf(signer.secret, text).toString('base64url')}`
}

/** Whose operation differs from `op` is `invalid`; time is looked at only after the MAC holds. */
export const verifyToken = <Op extends Claims['op']>(
  ring: KeyRing,
  token: string,
  asked: { op: Op; now: Date },
): Verified<Extract<Claims, { op: Op }>> => {
  const claims = authentic(ring, token)
  if (claims?.op !== asked.op) return { result: 'invalid' }
  if (claims.expires <= asked.now.getTime()) return { result: 'expired' }
  // The line above compared `op`, which the compiler does not follow through the type parameter.
  return { result: 'ok', claims: claims as Extract<Claims, { op: Op }> }
}

const authentic = (ring: KeyRing, token: string): Claims | undefined => {
  if (token.length > MAX_TOKEN_LENGTH) return undefined
  const [, kid, payload, mac] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token) ?? []
  const signer = ring.find((key) => key.kid === kid)
  if (!signer || payload === undefined || mac === undefined) return undefined
  return isMacOf(signer.secret, `${signer.kid}.${payload}`, mac) ? claimsIn(payload) : undefined
}

const isMacOf = (secret: string, text: string, mac: string): boolean => {
  const expected = macOf(secret, text)
  const given = Buffer.from(mac, 'base64url')
  // The last character has spare bits: only the one canonical spelling passes.
  if (given.length !== expected.length || given.toString('base64url') !== mac) return false
  return timingSafeEqual(given, expected)
}

const claimsIn = (payload: string): Claims | undefined => {
  try {
    return claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
  } catch {
    return undefined
  }
}
