import { useQuery } from '@tanstack/react-query'
import { listControlTenants, listSupportSessions, openSupportSession } from '@zenops/contracts/identity-platform'
import { useFormFaults } from '@zenops/surface/form-state.ts'
import { useAct } from '@zenops/surface/queries.ts'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import type { RecordOption } from '@zenops/ui/record-picker'
import { RecordPicker } from '@zenops/ui/record-picker'
import { ReasonField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { surface } from '../../lib/surface.ts'
import { t } from './texts.ts'

/** The shortest reason that the contract takes. */
const MIN_REASON = 10
const MINUTES = [15, 30, 45, 60] as const
const OFFERED = 12

const searchFirms = async (text: string, signal: AbortSignal): Promise<readonly RecordOption[]> => {
  const query = { lane: 'tenant' as const, ...(text === '' ? {} : { q: text }), limit: OFFERED }
  const { items } = await surface.client.call(listControlTenants, { query }, { signal })
  return items.map(({ id, name, slug }) => ({ id, name, line: slug }))
}

/** Whether there is any firm beside the house firm; undefined while that is asked. */
export function useForeignFirms(): boolean | undefined {
  const query = useQuery(surface.ask(listControlTenants, { query: { lane: 'tenant', limit: 1 } }))
  return query.data && query.data.items.length > 0
}

export interface OpenSupportDialogProps {
  /** Known already on a firm's own page. */
  readonly tenant?: { readonly id: string; readonly name: string }
  readonly onClose: () => void
}

/** Opens a read-only look into a firm, with a reason and an end. */
export function OpenSupportDialog({ tenant, onClose }: OpenSupportDialogProps) {
  const [firm, setFirm] = useState<RecordOption | null>(tenant ?? null)
  const [reason, setReason] = useState('')
  const [minutes, setMinutes] = useState('30')
  const faults = useFormFaults('support', ['firm', 'reason', 'minutes'])
  const act = useAct(openSupportSession, { stale: [listSupportSessions], onDone: onClose })
  const submit = () => {
    const found = {
      ...(firm === null ? { firm: t('choose_firm') } : {}),
      ...(reason.trim().length < MIN_REASON ? { reason: t('reason_needed', { n: MIN_REASON }) } : {}),
    }
    if (!faults.check(found) || firm === null) return
    act.mutate({ params: { id: firm.id }, body: { reason, minutes: Number(minutes) } }, { onError: faults.refuse })
  }
  return (
    <Dialog title={t('open_support')} opened busy={act.isPending} onClose={onClose}>
      <Form label={t('open_support')} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <RecordPicker
          id={faults.idOf('firm')}
          label={t('firm')}
          disabled={tenant !== undefined}
          error={faults.faults['firm']}
          value={firm}
          search={searchFirms}
          onChange={setFirm}
        />
        <ReasonField
          label={t('support_reason')}
          min={MIN_REASON}
          value={reason}
          error={faults.faults['reason'] ?? null}
          onChange={setReason}
        />
        <ChoiceField
          inline
          id={faults.idOf('minutes')}
          label={t('minutes')}
          options={MINUTES.map((n) => ({ value: String(n), label: t('minutes_n', { n }) }))}
          value={minutes}
          error={faults.faults['minutes']}
          onChange={(next) => setMinutes(next ?? '30')}
        />
        <p className="z-help">{t('support_effect')}</p>
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending}>
            {t('open_support')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
