import type { QueryExecutorProvider } from 'kysely'
import type { AuditEntry } from '../../platform/audit/record.ts'

/** A transaction as neighbours take it: something that statements run on. */
export type Tx = QueryExecutorProvider

/** A property and where a photo says it stands; WGS 84 degrees. */
export interface PhotoPlace {
  readonly property_id: string
  readonly latitude: number
  readonly longitude: number
}

/**
 * What documents must ask of modules that stand above them. The composition root hands them in; a module that is not
 * there yet leaves its question out, and its targets count as unknown.
 */
export interface Neighbours {
  /** Parents of a living report of the acting firm, seen with the caller's rights. */
  report?(
    tx: Tx,
    id: string,
  ): Promise<{ readonly assignment_id: string; readonly commission_id: string | null } | undefined>
  /** A living commission that the caller may write on; for portal users this says which firm it belongs to. */
  commission?(
    tx: Tx,
    id: string,
  ): Promise<
    | { readonly tenant_id: string; readonly assignment_id: string | null; readonly external_party_id: string | null }
    | undefined
  >
  /** Stand-alone targets: the firm of a living one that the caller may write on. */
  employee?(tx: Tx, id: string): Promise<{ readonly tenant_id: string } | undefined>
  invoice?(tx: Tx, id: string): Promise<{ readonly tenant_id: string } | undefined>
  conversation?(tx: Tx, id: string): Promise<{ readonly tenant_id: string } | undefined>
  /** Takes coordinates read from a photo over to the property, `coord_source` EXIF; answers its audit event. */
  placeProperty?(tx: Tx, place: PhotoPlace): Promise<AuditEntry>
  /** How many frozen revisions and packs use a document. */
  frozenUses?(tx: Tx, documentId: string): Promise<number>
  /** Whether the requester may take a released deliverable; otherwise the code of the billing gate. */
  downloadGate?(
    tx: Tx,
    documentId: string,
  ): Promise<{ readonly allowed: true } | { readonly allowed: false; readonly code: string }>
}
