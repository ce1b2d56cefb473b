import { isRestricted, type Sensitivity } from '@zenops/contracts/document-records'
import { Refusal } from '../../platform/errors.ts'

interface Openable {
  readonly open: boolean
  readonly review_state: string
}

/** Throws DOCUMENT_PII_REQUIRED when what the act touches is withheld from the caller. */
export function assertOpen(row: Pick<Openable, 'open'>): void {
  if (row.open) return
  throw new Refusal('DOCUMENT_PII_REQUIRED', 'This document holds personal data that you may not open.', {
    details: [{ reason: 'missing_capability', capability: 'documents.pii' }],
  })
}

/** Throws DOCUMENT_FINAL once the review has ended. */
export function assertNotFinal(row: Pick<Openable, 'review_state'>): void {
  if (row.review_state !== 'FINAL') return
  throw new Refusal('DOCUMENT_FINAL', 'The review of this document has ended; it does not change any more.', {
    details: [{ reason: 'final' }],
  })
}

export function assertEditable(row: Openable): void {
  assertOpen(row)
  assertNotFinal(row)
}

/** Throws FILE_NOT_READY unless the bytes are verified. */
export function assertUploaded(row: { readonly status: string }): void {
  if (row.status === 'uploaded') return
  throw new Refusal('FILE_NOT_READY', 'The file is not ready yet.', { details: [{ reason: row.status }] })
}

/** Names may tell what is withheld: the log keeps them of harmless files only. */
export const loggedName = (sensitivity: Sensitivity, name: string): string =>
  isRestricted(sensitivity) ? 'changed' : name
