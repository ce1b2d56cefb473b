import { hash, randomBytes, verify, X509Certificate } from 'node:crypto'
import { type Der, expectTag, inside, isOid, readDer, TAG, writeDer, writeInteger, writeOid } from './der.ts'

/** RFC 3161: what is asked of a time-stamp authority, and how its answer is judged. */

const OID = {
  sha256: '2.16.840.1.101.3.4.2.1',
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  messageDigest: '1.2.840.113549.1.9.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const
const DIGESTS: readonly (readonly [string, string])[] = [
  [OID.sha256, 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]
const MAX_CHAIN = 5

const sha256 = (bytes: Uint8Array | string): Buffer => hash('sha256', bytes, 'buffer')

export interface TimeStampRequest {
  readonly der: Buffer
  readonly imprint: Buffer
  readonly nonce: Buffer
}

/** A request for the SHA-256 of a text, with a fresh nonce and the wish for the signer's certificate. */
export function timeStampRequest(text: string): TimeStampRequest {
  const imprint = sha256(text)
  const nonce = randomBytes(8)
  const algorithm = writeDer(TAG.sequence, writeOid(OID.sha256), writeDer(TAG.nil))
  const der = writeDer(
    TAG.sequence,
    writeInteger(Buffer.of(1)),
    writeDer(TAG.sequence, algorithm, writeDer(TAG.octets, imprint)),
    writeInteger(nonce),
    writeDer(TAG.boolean, Buffer.of(0xff)),
  )
  return { der, imprint, nonce }
}

export interface TimeStamp {
  /** RFC 3339 UTC, by the authority's clock. */
  readonly at: string
  /** Hex. */
  readonly serial: string
  /** SHA-256 of the signer's certificate, hex. */
  readonly signer: string
  /** DER of the token, base64. */
  readonly token: string
}

export class TimeStampRefused extends Error {}

interface Info {
  readonly at: string
  readonly serial: string
}

/** `20261120174500.123Z` */
function instantOf(value: Der | undefined): string {
  const text = expectTag(value, TAG.time).body.toString('latin1')
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d+))?Z$/.exec(text) ?? []
  const ms = fraction.padEnd(3, '0').slice(0, 3)
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`)
  if (Number.isNaN(at.getTime())) throw new TimeStampRefused('the token has no time')
  return at.toISOString()
}

/** What the token says, held against what was asked. */
function infoOf(tstInfo: Der, { imprint, nonce }: TimeStampRequest): Info {
  const [, , asked, serial, at, ...rest] = inside(expectTag(tstInfo, TAG.sequence))
  const [algorithm, hashed] = inside(expectTag(asked, TAG.sequence))
  const [oid] = inside(expectTag(algorithm, TAG.sequence))
  if (!isOid(oid, OID.sha256) || !expectTag(hashed, TAG.octets).body.equals(imprint))
    throw new TimeStampRefused('the token is for another text')
  const told = rest.find((value) => value.tag === TAG.integer)
  if (!told?.whole.equals(writeInteger(nonce))) throw new TimeStampRefused('the token answers another request')
  return { at: instantOf(at), serial: expectTag(serial, TAG.integer).body.toString('hex') }
}

interface Signer {
  readonly digest: string
  readonly attributes: Der
  readonly signature: Buffer
}
function signerOf(value: Der | undefined): Signer {
  const parts = inside(expectTag(value, TAG.sequence))
  const at = parts.findIndex((part) => part.tag === TAG.zero && part !== parts[1])
  const [oid] = inside(expectTag(parts[2], TAG.sequence))
  const digest = DIGESTS.find(([name]) => isOid(oid, name))?.[1]
  const [attributes, signature] = [parts[at], parts[at + 2]]
  if (digest === undefined || !attributes) throw new TimeStampRefused('the token is signed in an unknown way')
  return { digest, attributes, signature: expectTag(signature, TAG.octets).body }
}

/** The signed attributes name the hash of the token's content, and the signature is over them. */
function isSignedBy(certificate: X509Certificate, content: Buffer, { digest, attributes, signature }: Signer): boolean {
  const named = inside(attributes).find((one) => isOid(inside(one)[0], OID.messageDigest))
  const [, values] = named ? inside(named) : []
  const [value] = values ? inside(values) : []
  if (!value?.body.equals(hash(digest, content, 'buffer'))) return false
  const signed = Buffer.concat([Buffer.of(TAG.set), attributes.whole.subarray(1)])
  return verify(digest, signed, certificate.publicKey, signature)
}

const stampsTime = (certificate: X509Certificate): boolean => certificate.keyUsage?.includes(OID.timeStamping) === true
const isValidAt = (certificate: X509Certificate, at: string): boolean =>
  certificate.validFromDate.getTime() <= Date.parse(at) && Date.parse(at) <= certificate.validToDate.getTime()

/** Does the certificate lead to one that is trusted, through those that came along? */
function leadsTo(
  trusted: readonly X509Certificate[],
  given: readonly X509Certificate[],
  leaf: X509Certificate,
): boolean {
  let current = leaf
  for (let step = 0; step < MAX_CHAIN; step++) {
    const issues = (one: X509Certificate): boolean => current.checkIssued(one) && current.verify(one.publicKey)
    if (trusted.some((one) => one.fingerprint256 === current.fingerprint256 || issues(one))) return true
    const next = given.find((one) => one.fingerprint256 !== current.fingerprint256 && issues(one))
    if (!next) return false
    current = next
  }
  return false
}

/** The token of an answer; throws TimeStampRefused when the authority did not grant one. */
function tokenOf(answer: Buffer): Der {
  const [status, token] = inside(readDer(answer))
  const [code] = inside(expectTag(status, TAG.sequence))
  const granted = [0, 1].includes(expectTag(code, TAG.integer).body[0] ?? 2)
  if (!granted || !token) throw new TimeStampRefused('the authority granted no time stamp')
  return token
}

/** Parts of the CMS message that a token is. */
function partsOf(token: Der): { content: Buffer; certificates: X509Certificate[]; signer: Signer } {
  const [type, wrapped] = inside(token)
  const [data] = wrapped ? inside(wrapped) : []
  if (!isOid(type, OID.signedData) || !data) throw new TimeStampRefused('not a time-stamp token')
  const [, , encapsulated, ...rest] = inside(data)
  const [kind, held] = inside(expectTag(encapsulated, TAG.sequence))
  const [octets] = held ? inside(held) : []
  if (!isOid(kind, OID.tstInfo)) throw new TimeStampRefused('not a time-stamp token')
  const set = rest.find((part) => part.tag === TAG.zero)
  const certificates = set ? inside(set).map((one) => new X509Certificate(one.whole)) : []
  const [signer] = inside(expectTag(rest.at(-1), TAG.set))
  return { content: expectTag(octets, TAG.octets).body, certificates, signer: signerOf(signer) }
}

/** Judges an answer. Throws TimeStampRefused or TypeError when it is not a good token for this request. */
export function readTimeStamp(
  answer: Buffer,
  request: TimeStampRequest,
  trusted: readonly X509Certificate[],
): TimeStamp {
  const token = tokenOf(answer)
  const { content, certificates, signer } = partsOf(token)
  const info = infoOf(readDer(content), request)
  const certificate = [...certificates, ...trusted].find((one) => stampsTime(one) && isSignedBy(one, content, signer))
  if (!certificate) throw new TimeStampRefused('no certificate for time stamps signs the token')
  if (!isValidAt(certificate, info.at) || !leadsTo(trusted, certificates, certificate))
    throw new TimeStampRefused('the signer of the token is not trusted')
  return { ...info, signer: sha256(certificate.raw).toString('hex'), token: token.whole.toString('base64') }
}
