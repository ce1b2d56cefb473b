import { listAssignments } from '@zenops/contracts/assignments'
import { HOLD_SCOPES, listLegalHolds, placeLegalHold } from '@zenops/contracts/privacy'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { DateField } from '@zenops/ui/date-field'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { RecordPicker, type RecordOption } from '@zenops/ui/record-picker'
import { ReasonField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { useFormFaults } from '../form-state.ts'
import { useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { usePeople } from './people.ts'
import { t } from './words.ts'

/** The shortest reason that the contract takes. */
export const MIN_REASON = 10
const LIMIT = 12
type Scope = (typeof HOLD_SCOPES)[number]
const isScope = (value: string | null): value is Scope => HOLD_SCOPES.some((scope) => scope === value)

interface Draft {
  readonly scope: Scope
  readonly target: RecordOption | null
  readonly until: string | null
  readonly reason: string
}

function faultsOf({ scope, target, reason }: Draft): Record<string, string> {
  return {
    ...(scope === 'subject' && target === null ? { subject_id: t('person_needed') } : {}),
    ...(scope === 'assignment' && target === null ? { assignment_id: t('job_needed') } : {}),
    ...(reason.trim().length < MIN_REASON ? { reason: t('reason_needed', { n: MIN_REASON }) } : {}),
  }
}

const bodyOf = ({ scope, target, until, reason }: Draft) => ({
  scope,
  reason,
  ...(scope === 'subject' && target ? { subject_id: target.id } : {}),
  ...(scope === 'assignment' && target ? { assignment_id: target.id } : {}),
  ...(until === null ? {} : { until: `${until}T23:59:59Z` }),
})

/** Places a hold on a person, a job or the whole firm. */
export function HoldDialog({ onClose }: { readonly onClose: () => void }) {
  const { client } = useSurface()
  const people = usePeople()
  const [draft, setDraft] = useState<Draft>({ scope: 'subject', target: null, until: null, reason: '' })
  const faults = useFormFaults('hold', ['scope', 'subject_id', 'assignment_id', 'until', 'reason'])
  const act = useAct(placeLegalHold, { stale: [listLegalHolds], onDone: onClose })
  const change = (patch: Partial<Draft>) => setDraft((before) => ({ ...before, ...patch }))
  const jobs = async (text: string, signal: AbortSignal): Promise<readonly RecordOption[]> => {
    const { items } = await client.call(
      listAssignments,
      { query: { ...(text === '' ? {} : { q: text }), limit: LIMIT } },
      { signal },
    )
    return items.map((job) => ({ id: job.id, name: job.code, ...(job.title ? { line: job.title } : {}) }))
  }
  const submit = () => {
    if (faults.check(faultsOf(draft))) act.mutate({ body: bodyOf(draft) }, { onError: faults.refuse })
  }
  return (
    <Dialog title={t('place_hold')} opened busy={act.isPending} onClose={onClose}>
      <Form label={t('place_hold')} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <ChoiceField
          inline
          id={faults.idOf('scope')}
          label={t('hold_scope')}
          options={HOLD_SCOPES.map((value) => ({ value, label: t(`scope_${value}`) }))}
          value={draft.scope}
          onChange={(next) => isScope(next) && change({ scope: next, target: null })}
        />
        {draft.scope !== 'tenant' && (
          <RecordPicker
            key={draft.scope}
            id={faults.idOf(draft.scope === 'subject' ? 'subject_id' : 'assignment_id')}
            label={t(draft.scope === 'subject' ? 'person' : 'job')}
            value={draft.target}
            search={draft.scope === 'subject' ? people : jobs}
            error={faults.faults[draft.scope === 'subject' ? 'subject_id' : 'assignment_id']}
            onChange={(target) => change({ target })}
          />
        )}
        <DateField
          optional
          id={faults.idOf('until')}
          label={t('hold_until')}
          value={draft.until}
          error={faults.faults['until']}
          onChange={(until) => change({ until })}
        />
        <ReasonField
          min={MIN_REASON}
          value={draft.reason}
          error={faults.faults['reason'] ?? null}
          onChange={(reason) => change({ reason })}
        />
        <p className="z-help">{t('hold_effect')}</p>
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending}>
            {t('place_hold')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
