import { useQuery } from '@tanstack/react-query'
import { getVerifyRun, listVerifyRuns, startVerifyRun, type ChainVerdict } from '@zenops/contracts/audit'
import { chainStatus } from '@zenops/contracts/audit-chain'
import { Button } from '@zenops/ui/button'
import { IconShieldCheck } from '@zenops/ui/icons'
import { RecordFacts } from '@zenops/ui/record'
import { StatusBadge } from '@zenops/ui/status'
import { Instant, Meter } from '@zenops/ui/values'
import { useEffect, useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { useAct } from '../queries.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import type { ChainStatus } from './chain-page.tsx'
import { t } from './words.ts'

const POLL_MS = 1_500

function Verdict({ verdict }: { readonly verdict: ChainVerdict }) {
  return (
    <>
      <div className="z-row">
        <StatusBadge family={verdict.passed ? 'green' : 'red'} text={verdict.passed ? t('passed') : t('not_passed')} />
        <span className="z-secondary">
          {t('verified_rows', { n: verdict.checked_rows })} · <Instant at={verdict.verified_at} />
        </span>
      </div>
      {!verdict.passed && (
        <RecordFacts
          facts={[
            {
              label: t('first_bad'),
              value: verdict.first_bad_seq === null ? null : <strong className="z-num">{verdict.first_bad_seq}</strong>,
            },
            { label: t('failures'), value: String(verdict.failure_count) },
            ...verdict.failure_samples.map((sample) => ({
              label: sample.chain_seq === null ? t('chain') : `${t('seq')} ${sample.chain_seq}`,
              value: <span className="z-code z-wrap">{sample.code}</span>,
            })),
          ]}
        />
      )}
    </>
  )
}

/** A run of this visit: its progress until it has a result. */
function Running({
  runId,
  inFirm,
  onEnd,
}: Pick<VerificationProps, 'inFirm'> & { readonly runId: string; readonly onEnd: () => void }) {
  const { ask, queryClient } = useSurface()
  const run = useQuery({
    ...ask(getVerifyRun, { params: { id: runId }, query: inFirm }),
    refetchInterval: (query) => (query.state.data?.finished_at ? false : POLL_MS),
  })
  const finished = run.data?.finished_at ?? null
  useEffect(() => {
    if (finished === null) return
    void queryClient.invalidateQueries({ queryKey: [chainStatus.id] })
    onEnd()
  }, [finished, onEnd, queryClient])
  if (run.isError) return <FailureCard error={run.error} onRetry={() => void run.refetch()} />
  const { rows_done: done = 0, progress_percent: percent = 0 } = run.data ?? {}
  return <Meter label={t('verifying')} value={percent} max={100} text={t('progress', { done, percent })} />
}

export interface VerificationProps {
  readonly status: ChainStatus
  readonly inFirm: { readonly tenant_id?: string }
}

/** The last verification, and a new one with its progress. */
export function Verification({ status, inFirm }: VerificationProps) {
  const mayVerify = useCan('audit.verify')
  const { last_verify } = status
  const [runId, setRunId] = useState<string | null>(null)
  const start = useAct(startVerifyRun, { stale: [listVerifyRuns], onDone: ({ run_id }) => setRunId(run_id) })
  const [end] = useState(() => () => setRunId(null))
  return (
    <section className="z-card">
      <h2>{t('verification')}</h2>
      <div className="z-stack">
        {last_verify ? <Verdict verdict={last_verify.result} /> : <p className="z-secondary">{t('never_verified')}</p>}
        {runId !== null && <Running runId={runId} inFirm={inFirm} onEnd={end} />}
        {start.isError && <FailureCard error={start.error} />}
        {mayVerify && (
          <div className="z-row">
            <Button
              icon={IconShieldCheck}
              busy={start.isPending || runId !== null}
              onClick={() => start.mutate({ body: inFirm })}
            >
              {t('verify_now')}
            </Button>
          </div>
        )}
      </div>
    </section>
  )
}
