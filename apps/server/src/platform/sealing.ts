import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const NONCE = 12
const TAG = 16

export interface Sealed {
  /** Name of the key that opens it. */
  readonly kid: string
  /** Nonce, tag and ciphertext. */
  readonly bytes: Buffer
}

/** Seals secrets that must be kept for a while (AES-256-GCM). `purpose` gives each use keys of its own. */
export interface Sealing {
  /** `about` binds the secret to its row: elsewhere it does not open. */
  seal(text: string, about: string): Sealed
  /** Throws when the key is gone, the bytes were changed or belong elsewhere. */
  open(sealed: Sealed, about: string): string
}

/** A ring of keys: the first seals, all open. */
export function createSealing(
  ring: readonly { readonly kid: string; readonly secret: string }[],
  purpose: string,
): Sealing {
  const keys = new Map(
    ring.map(({ kid, secret }) => [kid, Buffer.from(hkdfSync('sha256', secret, '', `zenops ${purpose}`, 32))]),
  )
  const first = ring[0]?.kid ?? ''
  const keyOf = (kid: string): Buffer => {
    const key = keys.get(kid)
    if (!key) throw new Error(`no key named ${kid} to seal with or open`)
    return key
  }
  return {
    seal: (text, about) => {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', keyOf(first), nonce).setAAD(Buffer.from(about))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return { kid: first, bytes: Buffer.concat([nonce, cipher.getAuthTag(), body]) }
    },
    open: ({ kid, bytes }, about) => {
      const decipher = createDecipheriv('aes-256-gcm', keyOf(kid), bytes.subarray(0, NONCE), { authTagLength: TAG })
      decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(NONCE, NONCE + TAG))
      return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8')
    },
  }
}
