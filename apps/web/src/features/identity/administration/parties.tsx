import type { OutputOf } from '@zenops/contracts/kit'
import { PARTY_KINDS, type listPortalUsers } from '@zenops/contracts/identity-people'
import { Button, IconButton } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { Field } from '@zenops/ui/field'
import { IconX } from '@zenops/ui/icons'
import { RecordPicker } from '@zenops/ui/record-picker'
import { useState } from 'react'
import { searchBranches, searchClients, type RecordSearch } from '../../../lib/record-search.ts'
import { t } from './texts.ts'

export type Party = OutputOf<typeof listPortalUsers>['items'][number]['parties'][number]
type PartyKind = Party['kind']

/** Kinds that can be chosen; channels join them when the directory has them. */
const SEARCHES: Readonly<Partial<Record<PartyKind, RecordSearch>>> = {
  bank_branch: searchBranches(null),
  client_org: searchClients,
}
const CHOSEN = ['bank_branch', 'client_org', 'self'] as const
const isChosen = (value: string | null): value is (typeof CHOSEN)[number] => CHOSEN.some((kind) => kind === value)

export const partyName = ({ kind, name }: Party): string =>
  kind === 'self' ? t('party_self') : (name ?? t(`party_${kind}`))
export const partyNames = (parties: readonly Party[]): string => parties.map(partyName).join(', ')
export const partyOptions = () => PARTY_KINDS.map((value) => ({ value, label: t(`party_${value}`) }))

const keyOf = ({ kind, id }: Party): string => `${kind}:${id ?? ''}`

/** Parties as they are sent. */
export const sentParties = (parties: readonly Party[]) =>
  parties.map(({ kind, id }) => (kind === 'self' ? { kind } : { kind, id }))

export interface PartiesFieldProps {
  readonly id: string
  readonly value: readonly Party[]
  readonly error: string | undefined
  readonly onChange: (value: readonly Party[]) => void
}

/** For whom a portal user acts: a list, and one line that adds to it. */
export function PartiesField({ id, value, error, onChange }: PartiesFieldProps) {
  const [kind, setKind] = useState<(typeof CHOSEN)[number]>('bank_branch')
  const add = (party: Party) => {
    if (!value.some((one) => keyOf(one) === keyOf(party))) onChange([...value, party])
  }
  const search = SEARCHES[kind]
  return (
    <Field group id={id} label={t('acts_for')} help={t('acts_for_help')} error={error}>
      {() => (
        <div className="z-stack">
          {value.length > 0 && (
            <ul className="z-list">
              {value.map((party) => (
                <li key={keyOf(party)}>
                  <span>
                    {partyName(party)}{' '}
                    <span className="z-tertiary">{party.kind !== 'self' && t(`party_${party.kind}`)}</span>
                  </span>
                  <IconButton
                    icon={IconX}
                    compact
                    label={t('remove_party', { name: partyName(party) })}
                    onClick={() => onChange(value.filter((one) => keyOf(one) !== keyOf(party)))}
                  />
                </li>
              ))}
            </ul>
          )}
          <ChoiceField
            inline
            label={t('add_party')}
            options={CHOSEN.map((one) => ({ value: one, label: t(`party_${one}`) }))}
            value={kind}
            onChange={(next) => isChosen(next) && setKind(next)}
          />
          {search ? (
            <RecordPicker
              key={kind}
              label={t(`party_${kind}`)}
              value={null}
              search={search}
              onChange={(option) => option && add({ kind, id: option.id, name: option.name })}
            />
          ) : (
            <div>
              <Button onClick={() => add({ kind: 'self', id: null, name: null })}>{t('add_self')}</Button>
            </div>
          )}
        </div>
      )}
    </Field>
  )
}
