import { isIP } from 'node:net'
import { type NoteKey, parseVkey } from '@zenops/audit/notes'
import { z } from 'zod'
import { isPublicAddress } from './platform/outgoing/addresses.ts'
import { ringFault } from './platform/auth/signing-keys.ts'

/** The forms that variables of the environment come in. */
export const bool = (fallback: boolean) =>
  z
    .string()
    .optional()
    .transform((value, ctx) => {
      if (value === undefined || value === '') return fallback
      if (/^(1|true|yes|on)$/i.test(value)) return true
      if (/^(0|false|no|off)$/i.test(value)) return false
      ctx.addIssue({ code: 'custom', message: 'expected true or false' })
      return z.NEVER
    })
export const whole = (fallback: number, min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(fallback)
export const text = z.string().min(1)
export const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )

/** `host:port` of the machine itself or of a private network: the internet must not read it. */
export const privateAddress = z.string().transform((value, ctx) => {
  const parts = /^\[?([0-9a-f.:]+|localhost)\]?:(\d{1,5})$/i.exec(value)
  const [host, port] = [parts?.[1] === 'localhost' ? '127.0.0.1' : (parts?.[1] ?? ''), Number(parts?.[2] ?? 0)]
  if (isIP(host) !== 0 && !/^0\.0\.0\.0$|^::$/.test(host) && !isPublicAddress(host) && port > 0 && port < 65_536)
    return { host, port }
  ctx.addIssue({ code: 'custom', message: 'expected a private address and a port' })
  return z.NEVER
})

const SEED_BYTES = 32
export const seeds = z.string().transform((value, ctx) => {
  const keys = value.split(',').map((part) => Buffer.from(part.trim(), 'base64url'))
  if (keys.every((key) => key.length === SEED_BYTES)) return keys
  ctx.addIssue({ code: 'custom', message: 'expected 32 bytes in base64url each' })
  return z.NEVER
})

/** Verifier keys as `/v1/audit-keys` lists them. */
export const verifierKeys = z
  .string()
  .default('')
  .transform((value, ctx): NoteKey[] => {
    try {
      return value.split(',').flatMap((part) => (part.trim() === '' ? [] : [parseVkey(part)]))
    } catch {
      ctx.addIssue({ code: 'custom', message: 'expected verifier keys, name+id+key each' })
      return z.NEVER
    }
  })

/** Undecided when empty: the environment decides. */
export const optionalBool = z
  .enum(['1', 'true', 'yes', 'on', '0', 'false', 'no', 'off'])
  .transform((value) => ['1', 'true', 'yes', 'on'].includes(value))
  .optional()
export const clientTypes = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(['web', 'mobile', 'widget', 'trusted_cli'])))
export const secretToken = z.string().trim().min(16).optional()

export const signingKey = z.object({ kid: z.string().min(1).max(40), secret: z.string().min(32) })
export const keyRing = z
  .string()
  .transform((value, ctx) => {
    try {
      return JSON.parse(value) as unknown
    } catch {
      ctx.addIssue({ code: 'custom', message: 'expected JSON' })
      return z.NEVER
    }
  })
  .pipe(z.array(signingKey).min(1))

export const jwtKey = z.looseObject({
  kid: z.string().min(1).max(40),
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
})
export const jwtRing = z
  .string()
  .transform((value, ctx) => {
    try {
      return JSON.parse(value) as unknown
    } catch {
      ctx.addIssue({ code: 'custom', message: 'expected JSON' })
      return z.NEVER
    }
  })
  .pipe(z.array(jwtKey).min(1))
  .superRefine((keys, ctx) => {
    const fault = ringFault(keys)
    if (fault !== null) ctx.addIssue({ code: 'custom', message: fault })
  })
