import { useQueryClient } from '@tanstack/react-query'
import { listUsers } from '@zenops/contracts/identity'
import { getUser, updateUser } from '@zenops/contracts/identity-people'
import type { InputOf } from '@zenops/contracts/kit'
import { DateField } from '@zenops/ui/date-field'
import { InlineField } from '@zenops/ui/inline-field'
import { RecordFacts, type Fact } from '@zenops/ui/record'
import { TextField } from '@zenops/ui/text-fields'
import { DayValue, Instant } from '@zenops/ui/values'
import type { ReactNode } from 'react'
import { useRecordChanges, type RecordPatch } from '../record-changes.tsx'
import { useCan, useSurface } from '../surface-context.tsx'
import type { Person } from './change-jobs-dialog.tsx'
import { inFirmOf } from './firm-names.ts'
import { t } from './words.ts'

const PROFESSIONAL = ['designation', 'qualification', 'registration_body', 'registration_no'] as const
const NOTHING = {
  designation: null,
  qualification: null,
  registration_body: null,
  registration_no: null,
  valid_until: null,
} as const

const LABELS = { name: 'name', phone: 'phone', professional: 'professional' } as const
const isLabelled = (path: string): path is keyof typeof LABELS => Object.hasOwn(LABELS, path)

interface TextFactProps {
  readonly label: string
  readonly value: string | null
  readonly editable: boolean
  readonly type?: 'tel'
  readonly onSave: (value: string | null) => Promise<string | null>
}

/** A fact that is edited where it stands, if one may. */
const textFact = ({ label, value, editable, type, onSave }: TextFactProps): Fact => ({
  label,
  value: editable ? (
    <InlineField<string>
      label={label}
      shown={value ?? <span className="z-tertiary">–</span>}
      value={value ?? ''}
      editor={(draft, onChange) => (
        <TextField label={label} value={draft} onChange={onChange} {...(type ? { type } : {})} />
      )}
      onSave={(text) => onSave(text.trim() || null)}
    />
  ) : (
    value
  ),
})

function useChanges(person: Person) {
  const { client, ask } = useSurface()
  const cache = useQueryClient()
  return useRecordChanges<Person & { readonly version: number }>({
    read: () => client.call(getUser, { params: { id: person.id }, query: inFirmOf(person) }),
    send: (patch, version) => {
      const input = {
        params: { id: person.id },
        query: inFirmOf(person),
        body: { ...patch, expected_version: version },
      }
      // Cast: the patches of this page name fields of the contract.
      return client.call(updateUser, input as InputOf<typeof updateUser>)
    },
    onSaved(saved) {
      cache.setQueryData(ask(getUser, { params: { id: person.id }, query: inFirmOf(person) }).queryKey, saved)
      void cache.invalidateQueries({ queryKey: [listUsers.id] })
    },
    labelOf: (path) => (isLabelled(path) ? t(LABELS[path]) : path),
    show: (_, value): ReactNode =>
      typeof value === 'object' && value !== null
        ? Object.values(value).filter(Boolean).join(', ')
        : ((value as string | null) ?? '–'), // fields here are text, null or the professional record
  })
}

function ProfessionalFacts({
  person,
  editable,
  save,
}: {
  readonly person: Person
  readonly editable: boolean
  readonly save: (patch: RecordPatch) => Promise<string | null>
}) {
  const held = person.professional ?? NOTHING
  const set = (field: string, value: string | null) => save({ professional: { ...held, [field]: value } })
  const validUntil: Fact = {
    label: t('valid_until'),
    value: editable ? (
      <InlineField<string | null>
        label={t('valid_until')}
        shown={<DayValue day={held.valid_until} />}
        value={held.valid_until}
        editor={(draft, onChange) => <DateField label={t('valid_until')} optional value={draft} onChange={onChange} />}
        onSave={(day) => set('valid_until', day)}
      />
    ) : (
      <DayValue day={held.valid_until} />
    ),
  }
  return (
    <RecordFacts
      facts={[
        ...PROFESSIONAL.map((field) =>
          textFact({ label: t(field), value: held[field], editable, onSave: (value) => set(field, value) }),
        ),
        validUntil,
      ]}
    />
  )
}

/** About the person: contact, second factor, profession. */
export function PersonFacts({ person }: { readonly person: Person }) {
  const changes = useChanges(person)
  const mayWrite = useCan('users.write')
  const editable = mayWrite && person.status !== 'ended' && person.status !== 'erased'
  const save = (patch: RecordPatch) => changes.tryChange(patch, person)
  const { factors } = person
  return (
    <aside className="z-stack" aria-label={t('about')}>
      <section className="z-card">
        <h2>{t('about')}</h2>
        <RecordFacts
          facts={[
            textFact({ label: t('name'), value: person.name, editable, onSave: (name) => save({ name }) }),
            { label: t('email'), value: person.email },
            { label: t('verified'), value: t(person.email_verified ? 'yes' : 'not_yet') },
            textFact({
              label: t('phone'),
              value: person.phone,
              editable,
              type: 'tel',
              onSave: (phone) => save({ phone }),
            }),
            { label: t('last_seen'), value: person.last_seen_at && <Instant at={person.last_seen_at} relative /> },
            { label: t('member_since'), value: <Instant at={person.created_at} /> },
          ]}
        />
      </section>
      <section className="z-card">
        <h2>{t('factor')}</h2>
        <RecordFacts
          facts={[
            { label: t('authenticator'), value: t(factors.totp ? 'set_up' : 'factor_off') },
            { label: t('passkeys'), value: factors.passkeys || t('factor_off') },
            { label: t('recovery_left'), value: factors.recovery_left },
          ]}
        />
      </section>
      <section className="z-card">
        <h2>{t('professional')}</h2>
        <ProfessionalFacts person={person} editable={editable} save={save} />
        <p className="z-help z-under-field">{t('professional_help')}</p>
      </section>
      {changes.dialog}
    </aside>
  )
}
