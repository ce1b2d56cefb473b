import { sql } from 'kysely'
import { z } from 'zod'
import { EXTRA_KINDS, type ExtraKind } from '../../platform/files/kinds.ts'
import type { Tx } from './neighbours.ts'

const settings = z.object({
  max_file_mb: z.int().min(1).max(200).catch(50),
  extra_file_types: z.array(z.enum(EXTRA_KINDS)).catch([]),
})

/** A firm's own limits for files. */
export interface FirmRules {
  readonly timeZone: string
  readonly maxBytes: number
  readonly extraKinds: readonly ExtraKind[]
}

export async function firmRules(tx: Tx, tenantId: string): Promise<FirmRules> {
  const { rows } = await sql<{
    time_zone: string
    settings: unknown
  }>`select time_zone, settings from documents.firm_rules(${tenantId}::uuid)`.execute(tx)
  const row = rows[0]
  const rules = settings.parse(row?.settings ?? {})
  return {
    timeZone: row?.time_zone ?? 'Asia/Kolkata',
    maxBytes: rules.max_file_mb * 1024 * 1024,
    extraKinds: rules.extra_file_types,
  }
}
