import { canonicalJson } from '@zenops/contracts/canonical-json'
import type { Contract } from '@zenops/contracts/report-contract'
import type { DerivedValues, Readiness } from '@zenops/contracts/report-outputs'
import type { AnnexureGrouping } from '@zenops/contracts/report-ruleset'
import type { ManifestRow } from './manifest.ts'

export interface BundleSource {
  readonly report_id: string
  readonly n: number
  readonly contract: Contract
  readonly derived: DerivedValues
  readonly readiness: Readiness
  readonly manifest: readonly ManifestRow[]
}

/** The export bundle of a revision as canonical text; its SHA-256 is the bundle hash. */
export const bundleText = (source: BundleSource, annexure_defaults: AnnexureGrouping): string =>
  canonicalJson({
    work_order_id: source.report_id,
    snapshot_version: 2 * source.n,
    contract_json: source.contract,
    derived_json: source.derived,
    readiness_json: source.readiness,
    annexure_defaults,
    evidence_manifest: source.manifest,
  })
