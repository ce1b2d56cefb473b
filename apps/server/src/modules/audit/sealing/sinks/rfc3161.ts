import { X509Certificate } from 'node:crypto'
import type { NotarySink } from '../notary.ts'
import { readTimeStamp, timeStampRequest } from './time-stamp.ts'

export interface TimeStampOptions {
  readonly url: string
  /** PEM of the roots that the authority's certificate must lead to. */
  readonly roots: string
  readonly timeoutMs?: number
}

const ANSWER_MAX = 32 * 1024
const TIMEOUT_MS = 15_000
const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** Has each note time-stamped. The receipt holds the tokens, which anybody can verify with the authority's root. */
export function timeStampSink({ url, roots, timeoutMs = TIMEOUT_MS }: TimeStampOptions): NotarySink {
  const trusted = [...roots.matchAll(PEM)].map(([pem]) => new X509Certificate(pem))
  if (trusted.length === 0) throw new TypeError('AUDIT_NOTARY_TSA_CA holds no certificate')
  return {
    name: 'rfc3161',
    publish: async (notes) => {
      const stamps = []
      for (const note of notes) {
        const request = timeStampRequest(note)
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
          body: new Uint8Array(request.der),
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        })
        if (!response.ok) throw new Error(`the authority answered ${response.status}`)
        const answer = Buffer.from(await response.arrayBuffer())
        if (answer.length > ANSWER_MAX) throw new Error('the answer is too large')
        stamps.push(readTimeStamp(answer, request, trusted))
      }
      return { stamps }
    },
  }
}
