import { createSealing } from '../sealing.ts'

/** A key as it lies in the database: under a key of the ring. */
export interface Wrapped {
  /** Name of the key of the ring. */
  readonly kekVersion: string
  readonly bytes: Buffer
}

/** Wraps keys under a ring that never lies in the database: of the environment, or a key service's. */
export interface SecretBox {
  /** What new keys are wrapped under. */
  readonly kekVersion: string
  /** `about` binds the key to its row. */
  wrap(key: Buffer, about: string): Promise<Wrapped>
  /** Throws when the ring lacks the key, or the bytes were changed or belong elsewhere. */
  unwrap(wrapped: Wrapped, about: string): Promise<Buffer>
}

/** The box of a ring in the environment (`ZEN_KEK_KEYS`): the first wraps, all unwrap. */
export function createSecretBox(ring: readonly { readonly kid: string; readonly secret: string }[]): SecretBox {
  const sealing = createSealing(ring, 'subject keys')
  const kekVersion = ring[0]?.kid ?? ''
  return {
    kekVersion,
    wrap: async (key, about) => {
      const { kid, bytes } = sealing.seal(key.toString('base64url'), about)
      return { kekVersion: kid, bytes }
    },
    unwrap: async ({ kekVersion: kid, bytes }, about) => Buffer.from(sealing.open({ kid, bytes }, about), 'base64url'),
  }
}
