import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const PREFIX = 'whsec_'
/** Older and newer calls than this are not believed, seconds. */
const TOLERANCE = 300

/** A fresh secret of 32 bytes. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(32).toString('base64')

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), 'base64')
const signatureOf = (secret: string, signed: string): string =>
  `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`

/** Headers of a message by Standard Webhooks: the id stays over repeats, the time is that of this attempt (seconds). */
export function signedHeaders(
  message: { readonly id: string; readonly body: string; readonly at: number },
  secret: string,
): Record<string, string> {
  const timestamp = String(Math.floor(message.at))
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureOf(secret, `${message.id}.${timestamp}.${message.body}`),
  }
}

/** How a receiver judges a message. */
export function isSigned(
  given: { readonly headers: Readonly<Record<string, string | undefined>>; readonly body: string },
  secret: string,
  now: number,
): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = given.headers
  if (id === undefined || timestamp === undefined || signatures === undefined) return false
  if (Math.abs(now - Number(timestamp)) > TOLERANCE || !/^\d+$/.test(timestamp)) return false
  const expected = Buffer.from(signatureOf(secret, `${id}.${timestamp}.${given.body}`))
  return signatures.split(' ').some((one) => {
    const bytes = Buffer.from(one)
    return bytes.length === expected.length && timingSafeEqual(bytes, expected)
  })
}
