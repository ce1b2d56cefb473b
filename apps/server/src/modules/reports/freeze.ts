import { sameJson } from '@zenops/valuation/merge-patch'
import { currentContract } from './change-contract.ts'
import type { Command } from './context.ts'
import type { FrozenRevision } from './request-pack.ts'
import { appendRevision } from './revise.ts'
import { wholeContract } from './rules/contract.ts'
import { type Judgement, judge } from './rules/judge.ts'
import { manifestOf } from './rules/manifest.ts'
import type { Standing } from './rules/standing.ts'

export interface Frozen {
  readonly judgement: Judgement
  readonly revision: FrozenRevision
  /** A revision was written. */
  readonly fresh: boolean
}

/** The revision that says what report and evidence are now: the newest one where it still holds, else a FREEZE. */
export async function freeze(context: Command, standing: Standing): Promise<Frozen> {
  const { report } = standing
  const contract = await currentContract(context.tx, standing)
  const judgement = judge(standing, { contract, now: context.now })
  const { rev_contract, rev_content_hash } = report
  if (rev_contract && rev_content_hash && holds(standing, judgement)) {
    const revision = { n: report.latest_revision, content_hash: rev_content_hash, contract: rev_contract }
    return { judgement, revision, fresh: false }
  }
  const written = await appendRevision(context, {
    standing,
    judgement,
    contract,
    kind: 'FREEZE',
    source: 'system',
    patch: null,
    changes: [],
    reason: null,
  })
  const revision = {
    n: written.n,
    content_hash: written.content_hash,
    contract: wholeContract(contract, judgement.derived),
  }
  return { judgement, revision, fresh: true }
}

const holds = ({ report, evidence }: Standing, { profile, readiness }: Judgement): boolean =>
  sameJson(report.rev_manifest, manifestOf(evidence)) &&
  report.rev_profile?.id === profile?.id &&
  report.rev_profile?.version === profile?.version &&
  report.rev_readiness_score === readiness.completeness_score
