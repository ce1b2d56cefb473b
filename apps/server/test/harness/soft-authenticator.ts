import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** COSE numbers of the key types that the kit can make; ES384 is there to be refused. */
export type SoftAlgorithm = 'ES256' | 'RS256' | 'EdDSA' | 'ES384'
const COSE_ALG: Readonly<Record<SoftAlgorithm, number>> = { ES256: -7, RS256: -257, EdDSA: -8, ES384: -35 }

type Cbor = number | string | Buffer | Map<number | string, Cbor>

/** Head of a CBOR item: its kind and its size or value. */
function head(kind: number, value: number): Buffer {
  const first = kind << 5
  if (value < 24) return Buffer.from([first | value])
  if (value < 256) return Buffer.from([first | 24, value])
  return Buffer.from([first | 25, value >> 8, value & 0xff])
}

/** As much CBOR as authenticators speak: integers, texts, bytes and maps. */
export function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])])
}

interface Key {
  readonly secret: KeyObject
  readonly cose: Buffer
}

function newKey(algorithm: SoftAlgorithm): Key {
  const alg = COSE_ALG[algorithm]
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url')
  if (algorithm === 'RS256') {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const { n, e } = publicKey.export({ format: 'jwk' })
    return {
      secret: privateKey,
      cose: cbor(
        new Map<number, Cbor>([
          [1, 3],
          [3, alg],
          [-1, bytes(n)],
          [-2, bytes(e)],
        ]),
      ),
    }
  }
  if (algorithm === 'EdDSA') {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const { x } = publicKey.export({ format: 'jwk' })
    return {
      secret: privateKey,
      cose: cbor(
        new Map<number, Cbor>([
          [1, 1],
          [3, alg],
          [-1, 6],
          [-2, bytes(x)],
        ]),
      ),
    }
  }
  const curve = algorithm === 'ES256' ? { name: 'P-256', id: 1 } : { name: 'P-384', id: 2 }
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve.name })
  const { x, y } = publicKey.export({ format: 'jwk' })
  const members: [number, Cbor][] = [
    [1, 2],
    [3, alg],
    [-1, curve.id],
    [-2, bytes(x)],
    [-3, bytes(y)],
  ]
  return { secret: privateKey, cose: cbor(new Map(members)) }
}

const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest()

/** What an answer does differently from an honest one. */
export interface Twist {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly challenge?: string
  readonly crossOrigin?: boolean
  readonly topOrigin?: string
  readonly present?: boolean
  readonly verified?: boolean
  readonly counter?: number
  readonly handle?: string | null
  readonly format?: string
  readonly statement?: Map<string, Cbor>
  /** Last word on the finished parts, after the signature. */
  readonly tamper?: (parts: Record<string, string>) => Record<string, string>
}

/** The options that the server gives, as far as the kit reads them. */
export interface SoftOptions {
  readonly challenge: string
  readonly user?: { readonly id: string }
}

const UP = 0x01
const UV = 0x04
const AT = 0x40

/** A passkey in software: one credential, as a browser hands its answers over. */
export class SoftPasskey {
  readonly id: string
  readonly #key: Key
  readonly #algorithm: SoftAlgorithm
  readonly #home: { readonly origin: string; readonly rpId: string }
  #handle = ''
  counter = 0

  constructor(
    home: { readonly origin: string; readonly rpId: string },
    {
      algorithm = 'ES256',
      id = randomBytes(32).toString('base64url'),
    }: { algorithm?: SoftAlgorithm; id?: string } = {},
  ) {
    this.#home = home
    this.#algorithm = algorithm
    this.#key = newKey(algorithm)
    this.id = id
  }

  #clientData(type: string, options: SoftOptions, twist: Twist): Buffer {
    const { origin = this.#home.origin, challenge = options.challenge, crossOrigin = false, topOrigin } = twist
    return Buffer.from(JSON.stringify({ type: twist.type ?? type, challenge, origin, crossOrigin, topOrigin }))
  }

  #authenticatorData(twist: Twist, attested: Buffer = Buffer.alloc(0)): Buffer {
    const { rpId = this.#home.rpId, present = true, verified = true, counter = this.counter } = twist
    const flags = (present ? UP : 0) | (verified ? UV : 0) | (attested.length > 0 ? AT : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, attested])
  }

  /** The answer to `navigator.credentials.create`. */
  register(options: SoftOptions, twist: Twist = {}) {
    this.#handle = options.user?.id ?? ''
    const id = Buffer.from(this.id, 'base64url')
    const size = Buffer.from([id.length >> 8, id.length & 0xff])
    const attested = Buffer.concat([Buffer.alloc(16), size, id, this.#key.cose])
    const attestation = cbor(
      new Map<string, Cbor>([
        ['fmt', twist.format ?? 'none'],
        ['attStmt', twist.statement ?? new Map()],
        ['authData', this.#authenticatorData(twist, attested)],
      ]),
    )
    const response = {
      clientDataJSON: this.#clientData('webauthn.create', options, twist).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
    }
    return {
      ...this.#named(),
      response: { ...(twist.tamper?.(response) ?? response), transports: ['internal', 'odd'] },
    }
  }

  /** The answer to `navigator.credentials.get`; the counter goes up by one each time. */
  assert(options: SoftOptions, twist: Twist = {}) {
    if (twist.counter === undefined) this.counter += 1
    const data = this.#authenticatorData(twist)
    const client = this.#clientData('webauthn.get', options, twist)
    const digest = { EdDSA: null, RS256: 'sha256', ES256: 'sha256', ES384: 'sha384' }[this.#algorithm]
    const signature = sign(digest, Buffer.concat([data, sha256(client)]), this.#key.secret)
    const handle = twist.handle === undefined ? this.#handle : twist.handle
    const response = {
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
      ...(handle === null ? {} : { userHandle: handle }),
    }
    return { ...this.#named(), response: twist.tamper?.(response) ?? response }
  }

  #named() {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {} }
  }
}
