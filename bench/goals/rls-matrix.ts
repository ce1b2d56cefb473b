import { catalogueLaws } from '../../apps/server/test/laws/catalogue.ts'
import { describe, runMatrix } from '../../apps/server/test/laws/rls/matrix.ts'
import { judgeAll } from '../../apps/server/test/laws/rls/mutants.ts'
import { installProbe } from '../../apps/server/test/laws/rls/probe.ts'
import { grantDifferences } from '../../apps/server/test/laws/rls/rights.ts'
import { openLawWorld } from '../../apps/server/test/laws/rls/world.ts'
import type { Goal, GoalResult } from '../goal-kit.ts'

const MATRIX_LIMIT_S = 20
const SHOWN = 10

/** Every relation × role × command × context as declared, and every planted defect noticed. */
async function rlsMatrix({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const world = await openLawWorld()
  try {
    await installProbe(world)
    // The planted defect: one policy forgets the tenant.
    if (planted)
      await world.client.query('alter policy memberships__web_read on identity.memberships using (user_id is not null)')
    const started = performance.now()
    const matrix = await runMatrix(world)
    const seconds = Math.round((performance.now() - started) / 100) / 10
    const grants = await grantDifferences(world.client, world.laws.values())
    const strays = [...matrix.undeclared, ...matrix.missing, ...grants.granted, ...grants.withheld]
    const mutants = await judgeAll(world, { nth: full ? 1 : 23, laws: catalogueLaws })
    return {
      ok:
        matrix.differences.length === 0 &&
        strays.length === 0 &&
        mutants.survivors.length === 0 &&
        (!full || seconds <= MATRIX_LIMIT_S),
      figures: {
        tables: matrix.tables,
        cases: matrix.cases,
        statements: matrix.statements,
        leaks: matrix.differences.length,
        ...(matrix.differences.length > 0 ? { first_leaks: matrix.differences.slice(0, SHOWN).map(describe) } : {}),
        undeclared: strays.length,
        matrix_seconds: seconds,
        mutants: mutants.planted,
        caught_by: mutants.caught,
        equal_in_effect: mutants.equal,
        survivors: mutants.survivors.length,
        ...(mutants.survivors.length > 0
          ? { first_survivors: mutants.survivors.slice(0, SHOWN).map((one) => `${one.table}: ${one.label}`) }
          : {}),
      },
    }
  } finally {
    await world.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'rls:matrix', correctness: true, run: rlsMatrix }]
