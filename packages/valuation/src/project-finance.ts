import type { ContractInputs } from '@zenops/contracts/report-contract'
import { type Decimal, dec, round, sum } from './decimal.ts'

type Projection = NonNullable<NonNullable<ContractInputs['project']>['projections']>[number]

export interface ProjectFinance {
  readonly cost: Decimal | undefined
  readonly financeTotal: Decimal | undefined
  readonly gap: Decimal | undefined
  /** One entry for each projection; absent where neither interest nor principal falls due. */
  readonly dscr: readonly (Decimal | undefined)[]
  readonly dscrAverage: Decimal | undefined
}

interface Service {
  readonly earned: Decimal
  readonly due: Decimal
}

function service(row: Projection): Service | undefined {
  const earned = sum([dec(row.pat), dec(row.depreciation), dec(row.interest)])
  const due = sum([dec(row.interest), dec(row.principal)])
  return earned && due?.gt(0) ? { earned, due } : undefined
}

const amounts = (rows: readonly { amount?: number | undefined }[] = []): Decimal | undefined =>
  sum(rows.map((row) => dec(row.amount)))

/** F20: cost, means and gap of a project; how often its earnings cover what falls due. */
export function projectFinance({ project }: ContractInputs): ProjectFinance {
  const cost = dec(project?.cost_total) ?? amounts(project?.cost_heads)
  const financeTotal = amounts(project?.means_of_finance)
  const years = (project?.projections ?? []).map(service)
  const earned = sum(years.map((year) => year?.earned))
  const due = sum(years.map((year) => year?.due))
  return {
    cost,
    financeTotal,
    gap: cost && financeTotal?.minus(cost),
    dscr: years.map((year) => year && round(year.earned.div(year.due))),
    dscrAverage: earned && due ? round(earned.div(due)) : undefined,
  }
}
