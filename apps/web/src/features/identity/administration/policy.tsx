import { useQuery } from '@tanstack/react-query'
import { authConfig, REGISTRATIONS } from '@zenops/contracts/identity'
import { getSignInPolicy, listApprovalRequests, MFA_POLICIES, setSignInPolicy } from '@zenops/contracts/identity-rights'
import type { OutputOf } from '@zenops/contracts/kit'
import { FailureCard } from '@zenops/surface/failures.tsx'
import { PendingNote } from '@zenops/surface/identity/pending-note.tsx'
import { mfaPolicyName, registrationName } from '@zenops/surface/identity/request-words.ts'
import { useAct } from '@zenops/surface/queries.ts'
import { Button } from '@zenops/ui/button'
import { ChoiceCards } from '@zenops/ui/choice-cards'
import { ConfirmDialog, type Change } from '@zenops/ui/dialog'
import { Form } from '@zenops/ui/field'
import { Page } from '@zenops/ui/page'
import { Banner, SkeletonRows } from '@zenops/ui/states'
import { ParagraphField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { ask } from '../../../lib/queries.ts'
import { t } from './texts.ts'

type Policy = OutputOf<typeof getSignInPolicy>
type Rules = Pick<Policy, 'mfa_policy' | 'passwordless' | 'registration'>

const MAX_REASON = 500
const onOff = (on: boolean): string => t(on ? 'on' : 'off')

/** Before → after; only what differs. */
function changesOf(before: Rules, after: Rules): readonly Change[] {
  return [
    {
      label: t('mfa_policy'),
      before: mfaPolicyName(before.mfa_policy),
      after: mfaPolicyName(after.mfa_policy),
    },
    { label: t('passwordless'), before: onOff(before.passwordless), after: onOff(after.passwordless) },
    {
      label: t('registration'),
      before: registrationName(before.registration),
      after: registrationName(after.registration),
    },
  ].filter((change) => change.before !== change.after)
}

interface FieldsProps {
  readonly rules: Rules
  readonly onChange: (patch: Partial<Rules>) => void
}

function Fields({ rules, onChange }: FieldsProps) {
  return (
    <>
      <ChoiceCards
        single
        label={t('mfa_policy')}
        help={t('mfa_policy_help')}
        options={MFA_POLICIES.map((value) => ({ value, label: mfaPolicyName(value), line: t(`mfa_line_${value}`) }))}
        value={[rules.mfa_policy]}
        // Casts here and below: the cards offer the values of the contract only.
        onChange={([next]) => onChange({ mfa_policy: next as Rules['mfa_policy'] })}
      />
      <ChoiceCards
        single
        label={t('passwordless')}
        options={[
          { value: 'off', label: t('off'), line: t('passwordless_line_off') },
          { value: 'on', label: t('on'), line: t('passwordless_line_on') },
        ]}
        value={[rules.passwordless ? 'on' : 'off']}
        onChange={([next]) => onChange({ passwordless: next === 'on' })}
      />
      <ChoiceCards
        single
        label={t('registration')}
        options={REGISTRATIONS.map((value) => ({
          value,
          label: registrationName(value),
          line: t(`registration_line_${value}`),
        }))}
        value={[rules.registration]}
        onChange={([next]) => onChange({ registration: next as Rules['registration'] })}
      />
    </>
  )
}

interface ConfirmProps {
  readonly policy: Policy
  readonly rules: Rules
  readonly onClose: () => void
  readonly onPending: (answer: { request_id: string; approvals_needed: number } | null) => void
}

function Confirm({ policy, rules, onClose, onPending }: ConfirmProps) {
  const [reason, setReason] = useState('')
  const act = useAct(setSignInPolicy, {
    stale: [getSignInPolicy, listApprovalRequests, authConfig],
    onDone(answer) {
      onPending(answer.result === 'pending' ? answer : null)
      onClose()
    },
  })
  const body = { ...rules, ...(reason.trim() ? { reason } : {}), expected_version: policy.version }
  return (
    <ConfirmDialog
      title={t('change_policy')}
      consequence={t('policy_effect')}
      changes={changesOf(policy, rules)}
      verb={t('change_policy')}
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ query: {}, body })}
      onClose={onClose}
    >
      <div className="z-under-field">
        <ParagraphField label={t('reason')} optional max={MAX_REASON} value={reason} onChange={setReason} />
      </div>
    </ConfirmDialog>
  )
}

function PolicyForm({ policy }: { readonly policy: Policy }) {
  const [edited, setEdited] = useState<Partial<Rules>>({})
  const [confirming, setConfirming] = useState(false)
  const [pending, setPending] = useState<{ request_id: string; approvals_needed: number } | null>(null)
  const rules: Rules = {
    mfa_policy: edited.mfa_policy ?? policy.mfa_policy,
    passwordless: edited.passwordless ?? policy.passwordless,
    registration: edited.registration ?? policy.registration,
  }
  const changed = changesOf(policy, rules).length > 0
  return (
    <Form label={t('policy')} onSubmit={() => setConfirming(true)}>
      {pending && <PendingNote answer={pending} />}
      <Fields rules={rules} onChange={(patch) => setEdited((before) => ({ ...before, ...patch }))} />
      <Banner tone="blue" inset>
        {t('weaker_waits')}
      </Banner>
      <div className="z-row">
        <Button kind="primary" submit unmet={changed ? null : t('nothing_changed')}>
          {t('change_policy')}
        </Button>
        {changed && <Button onClick={() => setEdited({})}>{t('discard')}</Button>}
      </div>
      {confirming && changed && (
        <Confirm
          policy={policy}
          rules={rules}
          onClose={() => setConfirming(false)}
          onPending={(answer) => {
            setPending(answer)
            setEdited({})
          }}
        />
      )}
    </Form>
  )
}

/** How people of this firm sign in. */
export function PolicyPage() {
  const query = useQuery(ask(getSignInPolicy, { query: {} }))
  return (
    <Page title={t('policy')} documentTitle={t('policy')}>
      {query.isPending && <SkeletonRows rows={8} columns={2} />}
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <PolicyForm policy={query.data} />}
    </Page>
  )
}
