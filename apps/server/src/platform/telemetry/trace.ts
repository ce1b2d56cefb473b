import { randomHex } from '../ids.ts'

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/
const NO_TRACE = '0'.repeat(32)

/** The trace id of a W3C `traceparent`, or a new one. 32 hex digits. */
export function traceIdOf(traceparent: string | undefined): string {
  const given = traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1]
  return given !== undefined && given !== NO_TRACE ? given : randomHex()
}
