import { patchContract } from '@zenops/contracts/reports'
import { operationsOf } from '../../../platform/operations.ts'
import { changeContract } from '../change-contract.ts'
import type { Visible } from '../context.ts'
import { rememberRow } from '../lock-report.ts'
import { lockStanding } from '../read-standing.ts'

export const patchContractOperation = operationsOf<Visible>().command(patchContract, {
  run: async (context, { params, body }) => {
    const standing = await lockStanding(context, params.id)
    const changed = await changeContract(context, standing, { ...body, source: 'form' })
    if (changed.row) rememberRow(context, standing.lock, changed.row)
    return changed
  },
})
