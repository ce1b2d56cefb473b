import { createConfirmation } from '@zenops/contracts/identity-blocks'
import { createPrivacyRequest, listPrivacyRequests, REQUEST_KINDS, SUBJECT_KINDS } from '@zenops/contracts/privacy'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { RecordPicker, type RecordOption } from '@zenops/ui/record-picker'
import { ReasonField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { useFormFaults } from '../form-state.ts'
import { TypedConfirmation } from '../identity/typed-confirmation.tsx'
import { useAct } from '../queries.ts'
import { MIN_REASON } from './hold-dialog.tsx'
import { useContacts, usePeople } from './people.ts'
import { t } from './words.ts'

type Kind = (typeof REQUEST_KINDS)[number]
type SubjectKind = (typeof SUBJECT_KINDS)[number]
const isKind = (value: string | null): value is Kind => REQUEST_KINDS.some((kind) => kind === value)
const isSubjectKind = (value: string | null): value is SubjectKind => SUBJECT_KINDS.some((kind) => kind === value)

interface Draft {
  readonly kind: Kind
  readonly of: SubjectKind
  readonly person: RecordOption | null
  readonly evidence: string
}

const faultsOf = ({ person, evidence }: Draft): Record<string, string> => ({
  ...(person === null ? { subject: t('person_needed') } : {}),
  ...(evidence.trim().length < MIN_REASON ? { evidence: t('reason_needed', { n: MIN_REASON }) } : {}),
})

/** Asks for somebody who cannot ask himself; an erasure is confirmed by typed words. */
export function RequestDialog({ onClose }: { readonly onClose: () => void }) {
  const people = usePeople()
  const contacts = useContacts()
  const [draft, setDraft] = useState<Draft>({ kind: 'export', of: 'user', person: null, evidence: '' })
  const [asking, setAsking] = useState(false)
  const faults = useFormFaults('request', ['kind', 'of', 'subject', 'evidence'])
  const act = useAct(createPrivacyRequest, { stale: [listPrivacyRequests], onDone: onClose })
  const confirmation = useAct(createConfirmation, { onDone: () => setAsking(true) })
  const change = (patch: Partial<Draft>) => setDraft((before) => ({ ...before, ...patch }))
  const body = { kind: draft.kind, subject: { kind: draft.of, id: draft.person?.id ?? '' }, evidence: draft.evidence }
  const submit = () => {
    if (!faults.check(faultsOf(draft))) return
    if (draft.kind === 'export') act.mutate({ body }, { onError: faults.refuse })
    else confirmation.mutate({ body: { action: 'erase_person', target: body.subject.id } }, { onError: faults.refuse })
  }
  if (asking && confirmation.data)
    return (
      <TypedConfirmation
        title={t('erase_title', { name: draft.person?.name ?? '' })}
        effect={t('erase_effect')}
        phrase={confirmation.data.phrase}
        verb={t('ask_erasure')}
        busy={act.isPending}
        error={act.error}
        onConfirm={(phrase) =>
          act.mutate({
            body: { ...body, confirmation: { confirmation_id: confirmation.data.confirmation_id, phrase } },
          })
        }
        onClose={() => setAsking(false)}
      />
    )
  const busy = act.isPending || confirmation.isPending
  return (
    <Dialog title={t('new_request')} opened busy={busy} onClose={onClose}>
      <Form label={t('new_request')} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <ChoiceField
          inline
          id={faults.idOf('kind')}
          label={t('request_kind')}
          options={REQUEST_KINDS.map((value) => ({ value, label: t(`kind_${value}`) }))}
          value={draft.kind}
          onChange={(next) => isKind(next) && change({ kind: next })}
        />
        <ChoiceField
          id={faults.idOf('of')}
          label={t('subject')}
          options={SUBJECT_KINDS.map((value) => ({ value, label: t(`subject_${value}`) }))}
          value={draft.of}
          onChange={(next) => isSubjectKind(next) && change({ of: next, person: null })}
        />
        <RecordPicker
          key={draft.of}
          id={faults.idOf('subject')}
          label={t('person')}
          value={draft.person}
          search={draft.of === 'user' ? people : contacts}
          error={faults.faults['subject']}
          onChange={(person) => change({ person })}
        />
        <ReasonField
          label={t('evidence')}
          min={MIN_REASON}
          value={draft.evidence}
          error={faults.faults['evidence'] ?? null}
          onChange={(evidence) => change({ evidence })}
        />
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind={draft.kind === 'erasure' ? 'danger' : 'primary'} submit busy={busy}>
            {t(draft.kind === 'erasure' ? 'ask_erasure' : 'ask_export')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
