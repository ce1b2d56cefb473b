import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { KeyRing } from '../storage/signing.ts'

/** A link lives at most this long. */
export const MAX_LINK_SECONDS = 900

const claims = z.strictObject({
  /** Which family of exports. */
  kind: z.string().max(20),
  job: z.guid(),
  tenant: z.guid(),
  user: z.guid(),
  /** The firm of the session, which in the studio may be another. */
  home: z.guid(),
  aud: z.enum(['web', 'portal', 'studio']),
  /** The session it was made in: it ends with it. */
  session: z.guid(),
  permissions: z.int(),
  /** Unix milliseconds. */
  expires: z.int(),
})
/** Who may fetch what, until when. The bearer is checked again at each use. */
export type LinkClaims = z.infer<typeof claims>
export type ReadLink =
  | { readonly result: 'ok'; readonly claims: LinkClaims }
  | { readonly result: 'invalid' | 'expired' }

const macOf = (secret: string, text: string): Buffer =>
  createHmac('sha256', secret).update(`download.1.${text}`).digest()

/** `kid.claims.mac`, as the links of files have it, under another prefix: neither opens the other. */
export function signLink(ring: KeyRing, link: LinkClaims): string {
  const [signer] = ring
  if (!signer) throw new Error('the key ring is empty')
  const text = `${signer.kid}.${Buffer.from(JSON.stringify(link)).toString('base64url')}`
  return `${text}.${macOf(signer.secret, text).toString('base64url')}`
}

/** Time is looked at only after the MAC holds. */
export function readLink(ring: KeyRing, token: string, now: Date): ReadLink {
  const [, kid, payload, mac] = /^([\w-]{1,32})\.([\w-]{1,2000})\.([\w-]{43})$/.exec(token) ?? []
  const signer = ring.find((key) => key.kid === kid)
  if (!signer || payload === undefined || mac === undefined) return { result: 'invalid' }
  const expected = macOf(signer.secret, `${signer.kid}.${payload}`)
  const given = Buffer.from(mac, 'base64url')
  if (given.length !== expected.length || given.toString('base64url') !== mac || !timingSafeEqual(given, expected))
    return { result: 'invalid' }
  const read = claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
  if (!read.success) return { result: 'invalid' }
  return read.data.expires <= now.getTime() ? { result: 'expired' } : { result: 'ok', claims: read.data }
}
