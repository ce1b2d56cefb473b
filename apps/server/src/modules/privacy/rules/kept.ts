/** What a firm has of a person that an erasure leaves. */
export interface KeptFacts {
  /** Jobs, reports and files that name him by his id. */
  readonly records: number
  readonly now: Date
  /** Days that events stay online and then in the archive. */
  readonly auditDays: number
  readonly businessDays: number
  readonly requestDays: number
}
export interface Kept {
  readonly class: 'audit' | 'business' | 'key_tombstone' | 'request'
  readonly reason: string
  readonly until: string | null
}

const after = (now: Date, days: number): string => new Date(now.getTime() + days * 86_400_000).toISOString()

/** What stays, why, and until when at the latest. */
export function keptOf({ records, now, auditDays, businessDays, requestDays }: KeptFacts): Kept[] {
  const always: Kept[] = [
    {
      class: 'audit',
      reason: 'The log of what was done stays, under a pseudonym; personal text in it cannot be opened any more.',
      until: after(now, auditDays),
    },
    {
      class: 'key_tombstone',
      reason: 'The number of the destroyed key stays, so that no backup brings it back.',
      until: null,
    },
    { class: 'request', reason: 'The firm has to show that it did what was asked.', until: after(now, requestDays) },
  ]
  if (records === 0) return always
  return [
    {
      class: 'business',
      reason: 'Valuations, reports, invoices and payroll stay for their statutory period, under a pseudonym.',
      until: after(now, businessDays),
    },
    ...always,
  ]
}
