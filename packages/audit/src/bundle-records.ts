/** The one version of the evidence bundle this code writes and reads. */
export const BUNDLE_FORMAT = 'zenops-audit-bundle/1'
/** Longest line of a bundle: 64 KiB of canon in base64, and room for notes with their receipts. */
export const MAX_LINE_BYTES = 1_048_576

export type StartReason = 'origin' | 'checkpoint' | 'retention_seal'

/** First line: what the bundle is about, and the signed state in front of its first event. */
export interface BundleHeader {
  readonly origin: string
  readonly tenant_id: string
  readonly epoch: number
  readonly from_seq: number
  readonly to_seq: number
  /** Base64 of link_(from_seq - 1). */
  readonly start_link: string
  /** Base64 of the right edge of the tree of from_seq - 1 events, largest subtree first. */
  readonly start_edge: readonly string[]
  readonly start_reason: StartReason
}

export interface BundleEvent {
  readonly seq: number
  readonly canon: Buffer
  readonly link: Buffer
}

/** Inclusion of a checkpoint in the root log, with the root log's own note and what the sinks answered. */
export interface RootInclusion {
  readonly index: number
  readonly note: string
  readonly proof: readonly string[]
  readonly receipts: readonly unknown[]
}

export type BundleRecord =
  | { readonly t: 'K'; readonly vkey: string; readonly valid_from: string; readonly valid_to: string | null }
  | { readonly t: 'C'; readonly note: string }
  | { readonly t: 'P'; readonly from: number; readonly to: number; readonly proof: readonly string[] }
  | ({ readonly t: 'N' } & RootInclusion)
