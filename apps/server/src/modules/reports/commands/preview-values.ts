import type { ContractInputs } from '@zenops/contracts/report-contract'
import { previewValues } from '@zenops/contracts/reports'
import { applyPatch } from '@zenops/valuation/merge-patch'
import { operationsOf } from '../../../platform/operations.ts'
import { currentContract, readPatch } from '../change-contract.ts'
import type { Visible } from '../context.ts'
import { readStanding } from '../read-standing.ts'
import { judge } from '../rules/judge.ts'

export const previewValuesOperation = operationsOf<Visible>().unaudited(previewValues, {
  run: async ({ tx, actor, now }, { params, body }) => {
    const standing = await readStanding(tx, { tenantId: actor.tenantId, id: params.id })
    const patch = readPatch(standing, body.patch, now)
    const { contract } = applyPatch<ContractInputs>(await currentContract(tx, standing), patch)
    const { derived, readiness } = judge(standing, { contract, now })
    return { body: { derived_json: derived, readiness } }
  },
})
