import { Refusal } from '../../platform/errors.ts'
import type { RollbackTarget } from '../../platform/rollbacks.ts'

export const invalidTarget = (reason: string): Refusal =>
  new Refusal(
    'OPS_ROLLBACK_INVALID_TARGET',
    'This is no approved older version of something that can be rolled back.',
    {
      details: [{ path: 'to_version', reason }],
    },
  )

export const targetOf = (targets: readonly RollbackTarget[], type: string): RollbackTarget => {
  const target = targets.find((one) => one.type === type)
  if (!target) throw invalidTarget('no_versions')
  return target
}
