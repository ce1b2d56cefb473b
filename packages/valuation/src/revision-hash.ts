import { canonicalJson } from '@zenops/contracts/canonical-json'

/** What a revision says, without author, time or number: equal content, equal hash. */
export interface RevisionContent {
  /** The full contract; its `audit` section is left out of the hash. */
  readonly contract: object
  readonly derived: object
  readonly evidence_manifest: readonly object[]
  readonly profile: object | null
  readonly readiness: object
  readonly report_id: string
  readonly ruleset: object | string
}
/** How a revision hangs on the one before. */
export interface RevisionLink {
  readonly author_id: string | null
  readonly content_hash: string
  /** RFC 3339, UTC, milliseconds. */
  readonly created_at: string
  readonly patch_hash: string
  /** `chain_hash` of the revision before, `GENESIS` for the first. */
  readonly prev: string
  readonly reason: string | null
  readonly revision: number
}
/** SHA-256 of a UTF-8 text, in lower-case hex. */
export type Sha256 = (text: string) => string | Promise<string>

export const GENESIS = '0'.repeat(64)

/** The canonical text of each part of a revision's content. */
export type ContentTexts = Readonly<Record<Exclude<keyof RevisionContent, 'report_id'>, string>>

/** Puts each part into its canonical text; stored and hashed as it is, it is written once. */
export function contentTexts(content: RevisionContent): ContentTexts {
  const { contract, derived, evidence_manifest, profile, readiness, ruleset } = content
  const { audit: _, ...hashed } = contract as { audit?: unknown } // a contract may hold the section
  return {
    contract: canonicalJson(hashed),
    derived: canonicalJson(derived),
    evidence_manifest: canonicalJson(evidence_manifest),
    profile: canonicalJson(profile),
    readiness: canonicalJson(readiness),
    ruleset: canonicalJson(ruleset),
  }
}

/** The canonical text under `content_hash`, from those of its parts: their names stand in canonical order. */
export const joinedText = (texts: ContentTexts, report_id: string): string =>
  `{"contract":${texts.contract},"derived":${texts.derived},"evidence_manifest":${texts.evidence_manifest},"profile":${texts.profile},` +
  `"readiness":${texts.readiness},"report_id":${canonicalJson(report_id)},"ruleset":${texts.ruleset}}`

/** The canonical text under `content_hash`. */
export const contentText = (content: RevisionContent): string => joinedText(contentTexts(content), content.report_id)

/** The canonical text under `chain_hash`. */
export function chainText(link: RevisionLink): string {
  const { author_id, content_hash, created_at, patch_hash, prev, reason, revision } = link
  return canonicalJson({ author_id, content_hash, created_at, patch_hash, prev, reason, revision })
}

export interface NewRevision {
  readonly content: RevisionContent
  /** The patch as it is stored; null for revisions without one. */
  readonly patch: object | null
  readonly author_id: string | null
  readonly created_at: string
  readonly prev: string
  readonly reason: string | null
  readonly revision: number
}
export interface RevisionHashes {
  readonly content_hash: string
  readonly patch_hash: string
  readonly chain_hash: string
}

/** Both hashes of a new revision and that of its patch. */
export function revisionHashes({ content, patch, ...link }: NewRevision, sha256: Sha256): Promise<RevisionHashes> {
  return textHashes({ ...link, content: contentText(content), patch: canonicalJson(patch) }, sha256)
}

/** The same where content and patch are canonical texts already. */
export async function textHashes(
  { content, patch, ...link }: Omit<NewRevision, 'content' | 'patch'> & { content: string; patch: string },
  sha256: Sha256,
): Promise<RevisionHashes> {
  const content_hash = await sha256(content)
  const patch_hash = await sha256(patch)
  const chain_hash = await sha256(chainText({ ...link, content_hash, patch_hash }))
  return { content_hash, patch_hash, chain_hash }
}

/** A stored revision with what its hashes were made of. */
export interface StoredRevision extends NewRevision, RevisionHashes {}

export type ChainVerdict = { readonly ok: true } | { readonly ok: false; readonly first_bad: number }

/** Recomputes content and chain of revisions given in ascending order; names the first that does not hold. */
export async function verifyRevisions(
  revisions: Iterable<StoredRevision> | AsyncIterable<StoredRevision>,
  sha256: Sha256,
): Promise<ChainVerdict> {
  let prev = GENESIS
  let expected = 1
  for await (const stored of revisions) {
    const again = await revisionHashes(stored, sha256)
    const whole =
      stored.revision === expected &&
      stored.prev === prev &&
      again.content_hash === stored.content_hash &&
      again.patch_hash === stored.patch_hash &&
      again.chain_hash === stored.chain_hash
    if (!whole) return { ok: false, first_bad: Math.min(stored.revision, expected) }
    prev = stored.chain_hash
    expected += 1
  }
  return { ok: true }
}
