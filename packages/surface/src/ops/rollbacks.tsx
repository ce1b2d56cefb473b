import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { listRollbacks, listRollbackTargets } from '@zenops/contracts/ops-actions'
import { Button } from '@zenops/ui/button'
import { SkeletonRows } from '@zenops/ui/states'
import { StatusBadge, type StatusFamily } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { type ItemOf, rowsOf } from '../queries.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import { RollbackDialog } from './rollback-dialog.tsx'
import { t, word } from './words.ts'

export type Target = ItemOf<typeof listRollbackTargets>
type Rollback = ItemOf<typeof listRollbacks>

const FAMILY: Readonly<Record<Rollback['status'], StatusFamily>> = {
  REQUESTED: 'blue',
  APPLIED: 'green',
  FAILED: 'red',
}
const RUNNING_MS = 2_000

interface Wanted {
  readonly target: Target
  readonly version: string
}

function Versions({ target, onChoose }: { readonly target: Target; readonly onChoose: (version: string) => void }) {
  const mayRoll = useCan('ops.rollback')
  const current = target.versions.findIndex((one) => one.in_force)
  const from = target.versions[current]?.approved_at ?? ''
  return (
    <>
      <h3>{t('versions', { what: target.label })}</h3>
      <table className="z-ops-table">
        <thead>
          <tr>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('approved')}</th>
            <th scope="col">{t('note')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {target.versions.map((one) => (
            <tr key={one.version}>
              <th scope="row">
                <span className="z-row">
                  <span className="z-code">{one.version}</span>
                  {one.in_force && <StatusBadge family="green" text={t('in_force')} />}
                </span>
              </th>
              <td>
                <Instant at={one.approved_at} />
              </td>
              <td className="z-secondary">{one.note}</td>
              <td>
                {mayRoll && !one.in_force && (one.approved_at ?? '') <= from && (
                  <Button compact onClick={() => onChoose(one.version)}>
                    {t('act_rollback')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function History({ rows }: { readonly rows: readonly Rollback[] }) {
  if (rows.length === 0) return <p className="z-secondary">{t('no_history')}</p>
  return (
    <table className="z-ops-table">
      <thead>
        <tr>
          <th scope="col">{t('from_to')}</th>
          <th scope="col">{t('state')}</th>
          <th scope="col">{t('reason')}</th>
          <th scope="col">{t('when')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((one) => (
          <tr key={one.rollback_id}>
            <th scope="row" className="z-code">
              {one.from_version} → {one.to_version}
            </th>
            <td>
              <span className="z-row">
                <StatusBadge family={FAMILY[one.status]} text={word('rollback', one.status)} />
                {one.error_code && <span className="z-code z-tertiary">{one.error_code}</span>}
              </span>
            </td>
            <td className="z-secondary">
              {one.reason} <span className="z-tertiary">{one.requested_by?.name}</span>
            </td>
            <td>
              <Instant at={one.requested_at} relative />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What has versions, its versions, and what was rolled back. */
export function Rollbacks() {
  const { ask, askList } = useSurface()
  const [wanted, setWanted] = useState<Wanted | null>(null)
  const history = useInfiniteQuery({
    ...askList(listRollbacks, {}),
    // One that is under way is soon over.
    refetchInterval: ({ state }) => (rowsOf(state.data).some((one) => one.status === 'REQUESTED') ? RUNNING_MS : false),
  })
  const running = rowsOf(history.data).some((one) => one.status === 'REQUESTED')
  const targets = useQuery({ ...ask(listRollbackTargets, {}), refetchInterval: running ? RUNNING_MS : false })
  return (
    <section className="z-card">
      <h2>{t('rollbacks')}</h2>
      <p className="z-help">{t('rollbacks_why')}</p>
      {targets.isPending && <SkeletonRows rows={3} columns={3} />}
      {targets.isError && <FailureCard error={targets.error} onRetry={() => void targets.refetch()} />}
      {targets.data?.items.length === 0 && <p className="z-secondary">{t('no_targets')}</p>}
      {targets.data?.items.map((target) => (
        <Versions
          key={`${target.target_type}/${target.target_id}`}
          target={target}
          onChoose={(version) => setWanted({ target, version })}
        />
      ))}
      <h3>{t('history')}</h3>
      {history.isPending && <SkeletonRows rows={2} columns={3} />}
      {history.isError && <FailureCard error={history.error} onRetry={() => void history.refetch()} />}
      {history.data && <History rows={rowsOf(history.data)} />}
      {wanted && <RollbackDialog {...wanted} onClose={() => setWanted(null)} />}
    </section>
  )
}
