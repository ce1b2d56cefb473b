import { createConfirmation } from '@zenops/contracts/identity-blocks'
import { listKillSwitches, setKillSwitch } from '@zenops/contracts/ops-actions'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { useFormats } from '@zenops/ui/formats'
import { ReasonField, TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { useFormFaults } from '../form-state.ts'
import { TypedConfirmation } from '../identity/typed-confirmation.tsx'
import { useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import type { KillSwitch } from './actions.tsx'
import { switchName, t } from './words.ts'

const MIN_REASON = 10
const LENGTHS = ['300', '3600', '14400', '86400'] as const
type Length = (typeof LENGTHS)[number]
const isLength = (value: string | null): value is Length => LENGTHS.some((one) => one === value)

interface SwitchDialogProps {
  readonly one: KillSwitch
  readonly onClose: () => void
}

/** Reason and time first, then the typed words. */
export function SwitchDialog({ one, onClose }: SwitchDialogProps) {
  const studio = useSurface().aud === 'studio'
  const formats = useFormats()
  const cutting = one.state === 'DISABLED'
  const [length, setLength] = useState<Length>('3600')
  const [reason, setReason] = useState('')
  const [incident, setIncident] = useState('')
  const [from] = useState(() => Date.now())
  const [confirming, setConfirming] = useState(false)
  const faults = useFormFaults('switch', ['reason', 'incident_id', 'effective_seconds'])
  const draw = useAct(createConfirmation, { onDone: () => setConfirming(true) })
  const act = useAct(setKillSwitch, { stale: [listKillSwitches], onDone: onClose })
  const what = switchName(one.key)
  const where = t(one.scope_tenant_id === null ? 'in_everywhere' : 'in_firm')
  const title = t(cutting ? 'title_cut' : 'title_restore', { what })
  const target = studio && one.scope_tenant_id !== null ? `${one.key}/${one.scope_tenant_id}` : one.key
  const submit = () => {
    if (!faults.check(reason.trim().length < MIN_REASON ? { reason: t('reason_needed', { n: MIN_REASON }) } : {}))
      return
    const action = cutting ? ('kill_switch_enable' as const) : ('kill_switch_disable' as const)
    draw.mutate({ body: { action, target } }, { onError: faults.refuse })
  }
  const { data: drawn } = draw
  if (confirming && drawn)
    return (
      <TypedConfirmation
        title={title}
        effect={
          cutting
            ? t('effect_cut', { where, until: formats.instant(new Date(from + Number(length) * 1_000).toISOString()) })
            : t('effect_restore', { where })
        }
        phrase={drawn.phrase}
        verb={t(cutting ? 'cut_off' : 'act_restore').replace('…', '')}
        busy={act.isPending}
        error={act.error}
        onConfirm={(phrase) =>
          act.mutate({
            // Keys of rows that the server sent.
            params: { key: one.key as never },
            body: {
              action: cutting ? 'enable' : 'disable',
              reason: reason.trim(),
              ...(incident.trim() === '' ? {} : { incident_id: incident.trim() }),
              ...(cutting ? { effective_seconds: Number(length) } : {}),
              ...(studio && one.scope_tenant_id !== null ? { tenant_id: one.scope_tenant_id } : {}),
              confirmation: { confirmation_id: drawn.confirmation_id, phrase },
            },
          })
        }
        onClose={onClose}
      />
    )
  return (
    <Dialog title={title} opened busy={draw.isPending} onClose={onClose}>
      <Form label={title} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        {cutting && (
          <ChoiceField
            label={t('for_how_long')}
            id={faults.idOf('effective_seconds')}
            value={length}
            options={LENGTHS.map((value) => ({ value, label: t(`length_${value}`) }))}
            onChange={(next) => isLength(next) && setLength(next)}
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
