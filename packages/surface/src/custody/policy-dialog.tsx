import { createConfirmation } from '@zenops/contracts/identity-blocks'
import { listRetentionPolicies, putRetentionPolicy } from '@zenops/contracts/retention'
import { Button } from '@zenops/ui/button'
import { CheckField } from '@zenops/ui/choice-fields'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { useFormFaults } from '../form-state.ts'
import { TypedConfirmation } from '../identity/typed-confirmation.tsx'
import { useAct } from '../queries.ts'
import type { Policy } from './policies.tsx'
import { className, t } from './words.ts'

/** Another period for a class; a shorter one asks for typed words. */
export function PolicyDialog({ policy, onClose }: { readonly policy: Policy; readonly onClose: () => void }) {
  const [days, setDays] = useState(String(policy.days))
  const [enabled, setEnabled] = useState(policy.enabled)
  const [asking, setAsking] = useState(false)
  const faults = useFormFaults('policy', ['days', 'enabled'])
  const act = useAct(putRetentionPolicy, { stale: [listRetentionPolicies], onDone: onClose })
  const confirmation = useAct(createConfirmation, { onDone: () => setAsking(true) })
  const wanted = /^\d{1,5}$/.test(days.trim()) ? Number(days) : Number.NaN
  const removesMore = enabled && (!policy.enabled || wanted < policy.days)
  const body = { days: wanted, enabled, expected_version: policy.version }
  const params = { class: policy.class }
  const submit = () => {
    const missing = !(wanted >= policy.floor_days)
    if (!faults.check(missing ? { days: t('period_missing', { floor: policy.floor_days }) } : {})) return
    if (removesMore)
      confirmation.mutate({ body: { action: 'retention_shorten', target: policy.class } }, { onError: faults.refuse })
    else act.mutate({ params, body }, { onError: faults.refuse })
  }
  if (asking && confirmation.data)
    return (
      <TypedConfirmation
        title={className(policy.class)}
        effect={t('shorten_effect')}
        phrase={confirmation.data.phrase}
        verb={t('shorten')}
        busy={act.isPending}
        error={act.error}
        onConfirm={(phrase) =>
          act.mutate({
            params,
            body: { ...body, confirmation: { confirmation_id: confirmation.data.confirmation_id, phrase } },
          })
        }
        onClose={() => setAsking(false)}
      />
    )
  const busy = act.isPending || confirmation.isPending
  return (
    <Dialog title={t('change_period')} opened busy={busy} onClose={onClose}>
      <Form label={t('change_period')} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <TextField
          id={faults.idOf('days')}
          label={t('period_days')}
          help={t('period_help', { floor: t('n_days', { n: policy.floor_days }) })}
          value={days}
          error={faults.faults['days']}
          onChange={setDays}
        />
        <CheckField label={t('enabled')} checked={enabled} onChange={setEnabled} />
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={busy}>
            {t('save')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
