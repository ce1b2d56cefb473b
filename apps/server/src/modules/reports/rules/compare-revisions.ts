import type { Contract } from '@zenops/contracts/report-contract'
import type { DerivedValues } from '@zenops/contracts/report-outputs'
import { applyPatch, type ContractChange, sameJson } from '@zenops/valuation/merge-patch'
import { inputsOf } from './contract.ts'
import type { ManifestRow } from './manifest.ts'

export interface ComparedRevision {
  readonly contract: Contract
  readonly derived: DerivedValues
  readonly evidence_manifest: readonly ManifestRow[]
  readonly readiness_score: number
}
export interface Told {
  readonly reason: string | null
  readonly author: string | null
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The merge patch that turns one JSON object into another. */
function patchBetween(before: Json, after: Json): Json {
  const patch: Json = {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [a, b] = [before[key], after[key]]
    if (sameJson(a, b)) continue
    if (b === undefined) patch[key] = null
    else patch[key] = isObject(b) ? patchBetween(isObject(a) ? a : {}, b) : b
  }
  return patch
}

const changesBetween = (before: object, after: object): readonly ContractChange[] =>
  applyPatch(before, patchBetween(before as Json, after as Json)).changes // plain JSON objects

const valuesOf = (revision: ComparedRevision | null): object => revision?.derived.computed_values ?? {}

function evidenceBetween(before: readonly ManifestRow[], after: readonly ManifestRow[]) {
  const old = new Map(before.map((row) => [row.evidence_item_id, row]))
  const now = new Set(after.map((row) => row.evidence_item_id))
  const kept = after.flatMap((row) => {
    const was = old.get(row.evidence_item_id)
    return was ? [{ row, was }] : []
  })
  return {
    added: after.filter((row) => !old.has(row.evidence_item_id)).map((row) => row.evidence_item_id),
    removed: before.filter((row) => !now.has(row.evidence_item_id)).map((row) => row.evidence_item_id),
    moved: kept
      .filter(({ row, was }) => row.annexure_order !== was.annexure_order)
      .map(({ row }) => row.evidence_item_id),
    replaced: kept
      .filter(({ row, was }) => row.document_id !== was.document_id || row.sha256 !== was.sha256)
      .map(({ row }) => row.evidence_item_id),
  }
}

/** What differs between two revisions; null stands for the empty report. */
export function compareRevisions(
  before: ComparedRevision | null,
  after: ComparedRevision | null,
  told: ReadonlyMap<string, Told>,
) {
  const inputs = changesBetween(before ? inputsOf(before.contract) : {}, after ? inputsOf(after.contract) : {})
  return {
    contract: inputs.map((change) => ({
      ...change,
      reason: told.get(change.path)?.reason ?? null,
      author: told.get(change.path)?.author ?? null,
    })),
    computed: changesBetween(valuesOf(before), valuesOf(after)).map((change) => ({ ...change })),
    evidence: evidenceBetween(before?.evidence_manifest ?? [], after?.evidence_manifest ?? []),
    readiness: { before: before?.readiness_score ?? 0, after: after?.readiness_score ?? 0 },
  }
}
