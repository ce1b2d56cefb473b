import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { listKillSwitches } from '@zenops/contracts/ops-actions'
import { Button } from '@zenops/ui/button'
import { Page } from '@zenops/ui/page'
import { Countdown, SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import type { ItemOf } from '../queries.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import { FirmChoice } from './firm-choice.tsx'
import { Rollbacks } from './rollbacks.tsx'
import type { ActionsSearch } from './searches.ts'
import { SwitchDialog } from './switch-dialog.tsx'
import { switchName, t } from './words.ts'
import './ops.css'

export type KillSwitch = ItemOf<typeof listKillSwitches>
const REFRESH_MS = 10_000

interface SwitchRowProps {
  readonly one: KillSwitch
  readonly mayCut: boolean
  readonly onChoose: () => void
}

function SwitchRow({ one, mayCut, onChoose }: SwitchRowProps) {
  const cut = one.state === 'ENABLED'
  return (
    <tr>
      <th scope="row">
        {switchName(one.key)} <span className="z-code z-tertiary">{one.key}</span>
      </th>
      <td>
        <span className="z-row">
          <StatusBadge family={cut ? 'red' : 'green'} text={t(cut ? 'cut_off' : 'working')} />
          {cut && one.effective_until && (
            <span className="z-secondary">
              {t('ends_in')} <Countdown until={Date.parse(one.effective_until)} />
            </span>
          )}
        </span>
      </td>
      <td className="z-secondary">
        {one.reason}
        {one.changed_by && (
          <span className="z-tertiary">
            {' '}
            {one.changed_by.name}, <Instant at={one.changed_at} relative />
          </span>
        )}
      </td>
      <td>
        {mayCut && (
          <Button compact kind={cut ? 'primary' : 'danger'} onClick={onChoose}>
            {t(cut ? 'act_restore' : 'act_cut')}
          </Button>
        )}
      </td>
    </tr>
  )
}

interface SwitchTableProps {
  readonly title: string
  readonly switches: readonly KillSwitch[]
  readonly mayCut: boolean
  readonly onChoose: (one: KillSwitch) => void
}

function SwitchTable({ title, switches, mayCut, onChoose }: SwitchTableProps) {
  return (
    <>
      <h3>{title}</h3>
      <table className="z-ops-table">
        <thead>
          <tr>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('state')}</th>
            <th scope="col">{t('reason')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {switches.map((one) => (
            <SwitchRow key={one.key} one={one} mayCut={mayCut} onChoose={() => onChoose(one)} />
          ))}
        </tbody>
      </table>
    </>
  )
}

interface SwitchesProps {
  readonly firm: string | undefined
  readonly onChoose: (one: KillSwitch) => void
}

/** Those of the firm, and those that stand everywhere; a firm sees of these what is cut off. */
function Switches({ firm, onChoose }: SwitchesProps) {
  const { aud, ask } = useSurface()
  const mayCut = useCan('ops.killswitch')
  const studio = aud === 'studio'
  const query = studio && firm !== undefined ? { tenant_id: firm } : {}
  const switches = useQuery({ ...ask(listKillSwitches, { query }), refetchInterval: REFRESH_MS })
  if (switches.isPending) return <SkeletonRows rows={8} columns={3} />
  if (switches.isError) return <FailureCard error={switches.error} onRetry={() => void switches.refetch()} />
  const { items } = switches.data
  const here = items.filter((one) => one.scope_tenant_id !== null)
  const everywhere = items.filter((one) => one.scope_tenant_id === null && (studio || one.state === 'ENABLED'))
  return (
    <>
      {here.length > 0 && <SwitchTable title={t('this_firm')} switches={here} mayCut={mayCut} onChoose={onChoose} />}
      {everywhere.length > 0 && (
        <SwitchTable title={t('everywhere')} switches={everywhere} mayCut={mayCut && studio} onChoose={onChoose} />
      )}
    </>
  )
}

/** What is done at once when something goes wrong: cut off, or go back to what worked. */
export function ActionsPage({ search }: { readonly search: ActionsSearch }) {
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<KillSwitch | null>(null)
  return (
    <Page title={t('actions')} documentTitle={t('actions')}>
      <div className="z-stack">
        <section className="z-card">
          <h2>{t('switches')}</h2>
          <p className="z-help">{t('switches_why')}</p>
          <FirmChoice
            value={search.firm}
            none={t('everywhere')}
            onChange={(firm) => void navigate({ to: '.', search: { firm }, replace: true })}
          />
          <Switches firm={search.firm} onChoose={setChosen} />
        </section>
        <Rollbacks />
      </div>
      {chosen && <SwitchDialog one={chosen} onClose={() => setChosen(null)} />}
    </Page>
  )
}
