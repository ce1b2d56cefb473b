import { createHmac } from 'node:crypto'
import type { Services } from './services.ts'

const REMEMBERED_ADDRESSES = 1_000
const ipHashes = new WeakMap<Services, Map<string, string>>()
/** An address as events and sessions keep it: HMAC-SHA-256, 16 hex digits. */
export function ipHashOf(services: Services, ip: string): string {
  const known = ipHashes.get(services) ?? new Map<string, string>()
  let hashed = known.get(ip)
  if (hashed === undefined) {
    hashed = createHmac('sha256', services.config.AUTH_PEPPER).update(`ip:${ip}`).digest('hex').slice(0, 16)
    if (known.size >= REMEMBERED_ADDRESSES) known.clear()
    ipHashes.set(services, known.set(ip, hashed))
  }
  return hashed
}
