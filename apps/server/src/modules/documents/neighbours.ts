import type { QueryExecutorProvider } from 'kysely'

/** A transaction as neighbours take it: something that statements run on. */
export type Tx = QueryExecutorProvider

/** Where a property stands; WGS 84 degrees as the wire gives them. */
export interface PropertyPlace {
  readonly property_id: string
  readonly latitude: number | null
  readonly longitude: number | null
}

/** A line of the business history of an assignment. */
export interface DocumentActivity {
  readonly kind: 'document_attached' | 'document_detached'
  readonly tenant_id: string
  readonly document_id: string
  readonly actor_user_id: string
  readonly trace_id: string
  readonly assignment_id: string | null
  readonly commission_id: string | null
  readonly report_id: string | null
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
  /** The property of an assignment. */
  property?(tx: Tx, assignmentId: string): Promise<PropertyPlace | undefined>
  /** Takes coordinates read from a photo over to the property, `coord_source` EXIF. */
  placeProperty?(
    tx: Tx,
    place: { readonly property_id: string; readonly latitude: number; readonly longitude: number },
  ): Promise<void>
  /** How many frozen revisions and packs use a document. */
  frozenUses?(tx: Tx, documentId: string): Promise<number>
  /** Whether the requester may take a released deliverable; otherwise the code of the billing gate. */
  downloadGate?(
    tx: Tx,
    documentId: string,
  ): Promise<{ readonly allowed: true } | { readonly allowed: false; readonly code: string }>
  /** Writes the business event of a link that came or went. */
  recordActivity?(tx: Tx, activity: DocumentActivity): Promise<void>
}
