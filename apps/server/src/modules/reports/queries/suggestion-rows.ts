import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { SUGGESTION_METHODS, SuggestionStatus } from '@zenops/contracts/reports-evidence-records'
import { sql } from 'kysely'
import { presentValue } from '../rules/suggestion.ts'

export interface SuggestionRow {
  readonly id: string
  readonly field_key: string
  readonly value: unknown
  readonly unit: string | null
  readonly confidence: number
  readonly method: (typeof SUGGESTION_METHODS)[number]
  readonly evidence_item_id: string | null
  readonly raw_text: string | null
  readonly box: { x: number; y: number; width: number; height: number } | null
  readonly status: SuggestionStatus
  readonly out_of_range: boolean
  readonly decided_by: string | null
  readonly decided_at: string | null
  readonly created_at: string
}

export const suggestionColumns = sql`s.id, s.field_key, s.value, s.unit, s.confidence::float8 as confidence, s.method, s.evidence_item_id,
  s.raw_text, s.box, s.status, s.out_of_range, s.decided_by, s.decided_at, s.created_at`

/** A suggestion beside what the contract holds there now. */
export const suggestionOf = (row: SuggestionRow, contract: ContractInputs) => ({
  ...row,
  present_value: presentValue(contract, row.field_key),
})
