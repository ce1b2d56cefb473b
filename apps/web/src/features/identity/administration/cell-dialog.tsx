import { getMatrix, listApprovalRequests, requestMatrixChange } from '@zenops/contracts/identity-rights'
import { FailureCard } from '@zenops/surface/failures.tsx'
import { PendingNote, type PendingAnswer } from '@zenops/surface/identity/pending-note.tsx'
import { areaName, capabilityName, jobName, reachWord } from '@zenops/surface/identity/words.ts'
import { useAct } from '@zenops/surface/queries.ts'
import { useCan } from '@zenops/surface/surface-context.tsx'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { ChangesTable, Dialog } from '@zenops/ui/dialog'
import { AppLink } from '@zenops/ui/links'
import { RecordFacts } from '@zenops/ui/record'
import { Banner } from '@zenops/ui/states'
import { ReasonField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { offeredScopes, type Cell, type Scope } from './matrix-model.ts'
import { t } from './texts.ts'

/** The shortest reason that the contract takes. */
const MIN_REASON = 10

export interface CellDialogProps {
  readonly cell: Cell
  /** Active people who hold the job. */
  readonly people: number
  readonly approvalsNeeded: number
  readonly onClose: () => void
}

/** Why nothing can be asked in this cell; null where it can. */
function fixedReason(cell: Cell, mayRequest: boolean): string | null {
  if (!cell.overridable) return t('cell_fixed')
  return mayRequest ? null : t('cell_no_right')
}

function CellFacts({ cell, people }: Pick<CellDialogProps, 'cell' | 'people'>) {
  return (
    <RecordFacts
      facts={[
        { label: t('area'), value: areaName(cell.capability) },
        { label: t('code'), value: <span className="z-code">{cell.capability}</span> },
        { label: t('default'), value: reachWord(cell.default) },
        { label: t('now'), value: reachWord(cell.effective) },
        { label: t('held_by'), value: t('people_n', { n: people }) },
      ]}
    />
  )
}

interface AskProps extends CellDialogProps {
  readonly onPending: (answer: PendingAnswer) => void
}

/** The request: the new reach, what it does to whom, and why. */
function AskForChange({ cell, people, approvalsNeeded, onClose, onPending }: AskProps) {
  const [scope, setScope] = useState<Scope | null>(null)
  const [reason, setReason] = useState('')
  const act = useAct(requestMatrixChange, { stale: [getMatrix, listApprovalRequests], onDone: onPending })
  const job = jobName(cell.job_template)
  const short = reason.trim().length < MIN_REASON ? t('reason_needed', { n: MIN_REASON }) : null
  const submit = () => {
    if (scope === null) return
    act.mutate({ params: { capability: cell.capability }, body: { job_template: cell.job_template, scope, reason } })
  }
  return (
    <>
      <ChoiceField
        label={t('new_scope')}
        options={offeredScopes(cell).map((value) => ({
          value,
          label: value === cell.default ? t('scope_default', { scope: reachWord(value) }) : reachWord(value),
        }))}
        value={scope}
        // Cast: the field offers scopes only.
        onChange={(next) => setScope(next as Scope | null)}
      />
      {scope !== null && (
        <section aria-label={t('effect')}>
          <ChangesTable changes={[{ label: job, before: reachWord(cell.effective), after: reachWord(scope) }]} />
          <p className="z-help z-under-field">{t('effect_people', { n: people, job, approvals: approvalsNeeded })}</p>
        </section>
      )}
      <ReasonField value={reason} onChange={setReason} min={MIN_REASON} />
      {act.isError && <FailureCard error={act.error} />}
      <div className="z-dialog-foot">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button kind="primary" busy={act.isPending} unmet={scope === null ? t('choose_scope') : short} onClick={submit}>
          {t('request_change')}
        </Button>
      </div>
    </>
  )
}

/** One cell of the matrix: what stands, and the request that would change it. */
export function CellDialog(props: CellDialogProps) {
  const { cell, people, onClose } = props
  const mayRequest = useCan('users.rbac.request')
  const [made, setMade] = useState<PendingAnswer | null>(null)
  const fixed = fixedReason(cell, mayRequest)
  const waiting = cell.pending_request_id
  const asking = fixed === null && waiting === null && made === null
  return (
    <Dialog
      title={t('cell_title', { job: jobName(cell.job_template), right: capabilityName(cell.capability) })}
      opened
      onClose={onClose}
      foot={asking ? undefined : <Button onClick={onClose}>{t('close')}</Button>}
    >
      <div className="z-stack">
        <CellFacts cell={cell} people={people} />
        {made && <PendingNote answer={made} />}
        {fixed && <p className="z-secondary">{fixed}</p>}
        {waiting && (
          <Banner tone="blue" inset>
            {t('cell_waits')} <AppLink href={`/approvals?preview=${waiting}`}>{t('see_request')}</AppLink>
          </Banner>
        )}
        {asking && <AskForChange {...props} onPending={setMade} />}
      </div>
    </Dialog>
  )
}
