import { createPrivateKey, createPublicKey } from 'node:crypto'

interface SigningKey {
  readonly kid: string
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly d?: unknown
}

/** Public halves of keys that stand in standards and examples (RFC 8037, RFC 8032): whoever reads can sign with them. */
const WELL_KNOWN = new Set([
  '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  'PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw',
  '_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU',
])

/** The key is one that can work: 32 bytes, and its private half is that of its public one. */
function isSound({ kty, crv, x, d }: SigningKey): boolean {
  try {
    if (d === undefined) return createPublicKey({ key: { kty, crv, x }, format: 'jwk' }).asymmetricKeyType === 'ed25519'
    if (typeof d !== 'string') return false
    const own = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' })
    return createPublicKey(own).export({ format: 'jwk' }).x === x
  } catch {
    return false
  }
}

/** Keys whose every byte is the same, or that stand in a book. */
const isGuessable = ({ x, d }: SigningKey): boolean =>
  WELL_KNOWN.has(x) || (typeof d === 'string' && new Set(Buffer.from(d, 'base64url')).size < 8)

/** Why a ring cannot sign and verify, or null. */
export function ringFault(keys: readonly SigningKey[]): string | null {
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) return 'two keys have the same kid'
  const broken = keys.find((key) => !isSound(key))
  if (broken) return `the key ${broken.kid} is no Ed25519 key, or its halves do not belong together`
  return keys.some(({ d }) => d !== undefined) ? null : 'no key has a private part to sign with'
}

/** The first key that anybody may know, or null; production refuses it. */
export const guessableKey = (keys: readonly SigningKey[]): string | null => keys.find(isGuessable)?.kid ?? null
