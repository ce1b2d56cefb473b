import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { Refusal, refuse } from '../errors.ts'

const ISSUER = 'zenops'
const SKEW_SECONDS = 30
/** What every token must be; the algorithm is the key's, never the header's. */
const CHECKS = { issuer: ISSUER, typ: 'at+jwt', algorithms: ['EdDSA'], clockTolerance: SKEW_SECONDS }
const CACHE_MAX = 10_000

/** What an access token says; rights are read from the database, never from here. `exp`: epoch seconds. */
const Claims = z.object({
  sub: z.guid(),
  aud: z.enum(['web', 'portal', 'studio']),
  tenant_id: z.guid(),
  sid: z.guid(),
  permission_version: z.int(),
  exp: z.number(),
})
export type AccessClaims = z.infer<typeof Claims>

type OpenKey = { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; use: 'sig'; alg: 'EdDSA' }
type VerifyKey = Awaited<ReturnType<typeof importJWK>>

export interface KeyRing {
  readonly signing: { readonly kid: string; readonly key: VerifyKey }
  readonly verifying: ReadonlyMap<string, VerifyKey>
  readonly publicKeys: readonly OpenKey[]
}

/** Imports the ring; the first key with a private part signs, all verify. */
export async function importKeyRing(keys: readonly (JWK & { kid: string; x: string })[]): Promise<KeyRing> {
  const signer = keys.find((key) => typeof key.d === 'string')
  if (!signer) throw new Error('JWT_KEYS: no private key to sign with')
  const verifying = new Map<string, VerifyKey>()
  for (const { d: _private, ...open } of keys) verifying.set(open.kid, await importJWK(open, 'EdDSA'))
  return {
    signing: { kid: signer.kid, key: await importJWK(signer, 'EdDSA') },
    verifying,
    publicKeys: keys.map(({ kid, x }) => ({ kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' })),
  }
}

/** A fresh private Ed25519 JWK, for installations that bring none. */
export async function newSigningKey(): Promise<JWK & { kid: string; x: string }> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, x: jwk.x ?? '', kid: (await calculateJwkThumbprint(jwk)).slice(0, 12) }
}

/** Signs and verifies access tokens (JWT, `at+jwt`, EdDSA by the key's own algorithm). */
export function createAccessTokens(ring: KeyRing, options: { ttlSeconds: number; now: () => Date }) {
  const cache = new Map<string, AccessClaims>()
  const keyOf = ({ kid }: { kid?: string }): VerifyKey => {
    const key = kid === undefined ? undefined : ring.verifying.get(kid)
    if (!key) throw refuse.credential('unknown_key')
    return key
  }
  const verify = async (token: string): Promise<AccessClaims> => {
    const { payload } = await jwtVerify(token, keyOf, { ...CHECKS, currentDate: options.now() })
    return Claims.parse(payload)
  }
  return {
    publicKeys: ring.publicKeys,
    ttlSeconds: options.ttlSeconds,
    sign: (claims: Record<string, unknown> & { sub: string; aud: string }): Promise<string> => {
      const at = Math.floor(options.now().getTime() / 1000)
      return new SignJWT({ ...claims, jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: ring.signing.kid })
        .setIssuer(ISSUER)
        .setIssuedAt(at)
        .setExpirationTime(at + options.ttlSeconds)
        .sign(ring.signing.key)
    },
    /** The claims of a valid token; AUTH_INVALID otherwise. Verified tokens are remembered until they expire. */
    read: async (token: string): Promise<AccessClaims> => {
      const known = cache.get(token)
      if (known && known.exp + SKEW_SECONDS > options.now().getTime() / 1000) return known
      const claims = await verify(token).catch((error: unknown) => {
        throw error instanceof Refusal ? error : refuse.credential('token')
      })
      if (cache.size >= CACHE_MAX) cache.clear()
      cache.set(token, claims)
      return claims
    },
  }
}
export type AccessTokens = ReturnType<typeof createAccessTokens>
