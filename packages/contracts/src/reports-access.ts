import { z } from 'zod'
import type { Access } from './kit.ts'
import { id, optionalText } from './values.ts'

/** Base path of a report under its public name. */
export const RW = '/v1/repogen/work-orders'

export const readReports: Access = { capability: 'reports.read' }
export const writeReports: Access = { capability: 'reports.write' }
export const renderReports: Access = { capability: 'reports.render' }
export const readProfiles: Access = { capability: 'profiles.read' }
export const writeProfiles: Access = { capability: 'profiles.write' }
export const publishProfiles: Access = { capability: 'profiles.publish' }

/** Contract counters begin at 0: the first patch sends 0. `If-Match` may carry the number instead. */
export const expectedCounter = z
  .int()
  .min(0)
  .optional()
  .meta({ description: 'contract_version this change is based on; or If-Match' })

/** Why a stored figure changes; 5 to 500 characters where it is demanded (REASON_REQUIRED). */
export const reason = optionalText(500)

export const evidenceOf = z.strictObject({ id, eid: id })
export const revisionOf = z.strictObject({ id, n: z.coerce.number<number | string>().int().min(1).max(1_000_000) })
