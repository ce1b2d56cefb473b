import { useQuery } from '@tanstack/react-query'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import { compareRollback, listRollbacks, listRollbackTargets, startRollback } from '@zenops/contracts/ops-actions'
import { Button } from '@zenops/ui/button'
import { ChangesTable, Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { SkeletonRows } from '@zenops/ui/states'
import { ReasonField, TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { useFormFaults } from '../form-state.ts'
import { TypedConfirmation } from '../identity/typed-confirmation.tsx'
import { useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import type { Target } from './rollbacks.tsx'
import { t } from './words.ts'

const MIN_REASON = 10
const shown = (value: unknown) => <span className="z-code">{value === undefined ? '–' : JSON.stringify(value)}</span>

interface RollbackDialogProps {
  readonly target: Target
  readonly version: string
  readonly onClose: () => void
}

/** What differs, why, and the typed words. */
export function RollbackDialog({ target, version, onClose }: RollbackDialogProps) {
  const { ask } = useSurface()
  const [reason, setReason] = useState('')
  const [incident, setIncident] = useState('')
  const [confirming, setConfirming] = useState(false)
  const faults = useFormFaults('rollback', ['reason'])
  const { target_type, target_id } = target
  const diff = useQuery(ask(compareRollback, { params: { target_type, target_id }, query: { to_version: version } }))
  const draw = useAct(createConfirmation, { onDone: () => setConfirming(true) })
  const act = useAct(startRollback, { stale: [listRollbacks, listRollbackTargets], onDone: onClose })
  const title = t('title_rollback', { version })
  const submit = () => {
    if (!faults.check(reason.trim().length < MIN_REASON ? { reason: t('reason_needed', { n: MIN_REASON }) } : {}))
      return
    draw.mutate(
      { body: { action: 'rollback', target: `${target_type}/${target_id}/${version}` } },
      { onError: faults.refuse },
    )
  }
  const { data: drawn } = draw
  if (confirming && drawn)
    return (
      <TypedConfirmation
        title={title}
        effect={t('effect_rollback', { from: target.current_version, to: version })}
        phrase={drawn.phrase}
        verb={t('act_rollback').replace('…', '')}
        busy={act.isPending}
        error={act.error}
        onConfirm={(phrase) =>
          act.mutate({
            body: {
              target_type,
              target_id,
              to_version: version,
              reason: reason.trim(),
              ...(incident.trim() === '' ? {} : { incident_id: incident.trim() }),
              confirmation: { confirmation_id: drawn.confirmation_id, phrase },
            },
          })
        }
        onClose={onClose}
      />
    )
  return (
    <Dialog title={title} opened wide busy={draw.isPending} onClose={onClose}>
      <Form label={title} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        {diff.isPending && <SkeletonRows rows={4} columns={3} />}
        {diff.isError && <FailureCard error={diff.error} onRetry={() => void diff.refetch()} />}
        {diff.data?.changes.length === 0 && <p className="z-secondary">{t('no_difference')}</p>}
        {diff.data && diff.data.changes.length > 0 && (
          <ChangesTable
            changes={diff.data.changes.map((one) => ({
              label: one.path,
              before: shown(one.before),
              after: shown(one.after),
            }))}
          />
        )}
        <ReasonField min={MIN_REASON} value={reason} error={faults.faults['reason'] ?? null} onChange={setReason} />
        <TextField label={t('incident')} optional value={incident} onChange={setIncident} />
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={draw.isPending}>
            {t('next')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
