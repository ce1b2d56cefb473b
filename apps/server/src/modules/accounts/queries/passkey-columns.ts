import { sql } from 'kysely'

/** A passkey as its owner sees it. */
export interface PasskeyRow {
  readonly id: string
  readonly nickname: string
  readonly created_at: string
  readonly last_used_at: string | null
  readonly backed_up: boolean
  readonly suspended: boolean
}
export const PASSKEY_COLUMNS = sql.raw(
  'id, nickname, created_at, last_used_at, backup_state as backed_up, suspended_at is not null as suspended',
)
