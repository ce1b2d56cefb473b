import { readFileSync } from 'node:fs'
import type { ReadyConfig } from '../../../../config.ts'
import { lockedBucketOf } from '../../../../platform/storage/locked-bucket.ts'
import { createOutgoing } from '../../../../platform/outgoing/client.ts'
import { fileSink, type Journal, type NotarySink } from '../notary.ts'
import { timeStampSink } from './rfc3161.ts'
import { lockedBucketSink } from './s3.ts'
import { webhookSink } from './webhook.ts'

/** The configured sinks: the first keeps the journal, the others are told beside it. Mails are jobs of the firms. */
export interface Sinks {
  readonly journal: Journal
  readonly others: readonly NotarySink[]
}

/** What the configuration demands where a sink is named, so its absence is a fault of the program. */
function given(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`${name} is missing`)
  return value
}

const openJournal = (config: ReadyConfig, now: () => Date): Journal =>
  config.AUDIT_NOTARY_SINKS[0] === 's3'
    ? lockedBucketSink(lockedBucketOf(config, now))
    : fileSink(config.AUDIT_NOTARY_DIR, now)

const journals = new WeakMap<ReadyConfig, Journal>()
/** The journal as whoever verifies reads it: once a process, so that each look reads what is new and no more. */
export function journalOf(config: ReadyConfig, now: () => Date): Journal {
  const journal = journals.get(config) ?? openJournal(config, now)
  journals.set(config, journal)
  return journal
}

export function openSinks(config: ReadyConfig, now: () => Date): Sinks {
  const open = {
    file: () => fileSink(config.AUDIT_NOTARY_DIR, now),
    s3: () => lockedBucketSink(lockedBucketOf(config, now)),
    webhook: () =>
      webhookSink({
        url: given(config.AUDIT_NOTARY_WEBHOOK_URL, 'AUDIT_NOTARY_WEBHOOK_URL'),
        secret: given(config.AUDIT_NOTARY_WEBHOOK_SECRET, 'AUDIT_NOTARY_WEBHOOK_SECRET'),
        outgoing: createOutgoing({ allowLoopback: config.NODE_ENV === 'test' }),
        now,
      }),
    rfc3161: () =>
      timeStampSink({
        url: given(config.AUDIT_NOTARY_TSA_URL, 'AUDIT_NOTARY_TSA_URL'),
        roots: readFileSync(given(config.AUDIT_NOTARY_TSA_CA, 'AUDIT_NOTARY_TSA_CA'), 'utf8'),
      }),
  } as const
  const [, ...rest] = config.AUDIT_NOTARY_SINKS
  return {
    journal: openJournal(config, now),
    others: rest.flatMap((name) => (name === 'mail' ? [] : [open[name]()])),
  }
}
