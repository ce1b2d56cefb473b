import { listUsers } from '@zenops/contracts/identity'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { RecordPicker, type RecordOption } from '@zenops/ui/record-picker'
import { TextField } from '@zenops/ui/text-fields'
import type { FormFaults } from '../form-state.ts'
import { useSession, useSurface } from '../surface-context.tsx'
import type { BlockDraft } from './add-block-dialog.tsx'
import { useFirms } from './firm-names.ts'
import { t } from './words.ts'

export type Target = 'person' | 'address'

/** How many people the picker offers; typing narrows them. */
const LIMIT = 12
const EVERYWHERE = 'everywhere'

export interface BlockTargetProps {
  readonly draft: BlockDraft
  readonly faults: FormFaults
  readonly studio: boolean
  readonly onChange: (patch: Partial<BlockDraft>) => void
}

function FirmField({ draft, onChange }: Pick<BlockTargetProps, 'draft' | 'onChange'>) {
  const firms = useFirms()
  const options = [
    { value: EVERYWHERE, label: t('everywhere') },
    ...firms.map((firm) => ({ value: firm.id, label: firm.name })),
  ]
  return (
    <ChoiceField
      label={t('where')}
      options={options}
      value={draft.tenantId ?? EVERYWHERE}
      onChange={(next) => onChange({ tenantId: next === EVERYWHERE ? null : next })}
    />
  )
}

/** Whom or what the block meets, and where. */
export function BlockTarget({ draft, faults, studio, onChange }: BlockTargetProps) {
  const { client } = useSurface()
  const own = useSession().user.id
  const search = async (text: string, signal: AbortSignal): Promise<readonly RecordOption[]> => {
    const query = { ...(text === '' ? {} : { q: text }), limit: LIMIT }
    const { items } = await client.call(listUsers, { query }, { signal })
    // Nobody blocks himself.
    return items
      .filter((user) => user.id !== own)
      .map((user) => ({ id: user.id, name: user.name, ...(user.email ? { line: user.email } : {}) }))
  }
  return (
    <>
      <ChoiceField
        inline
        label={t('blocked_whom')}
        options={[
          { value: 'person', label: t('block_ACCOUNT') },
          { value: 'address', label: t('block_address') },
        ]}
        value={draft.target}
        onChange={(next) => onChange({ target: next === 'address' ? 'address' : 'person' })}
      />
      {draft.target === 'person' ? (
        <RecordPicker
          id={faults.idOf('user_id')}
          label={t('person')}
          error={faults.faults['user_id']}
          value={draft.person}
          search={search}
          onChange={(person) => onChange({ person })}
        />
      ) : (
        <TextField
          id={faults.idOf('value')}
          label={t('block_address')}
          help={t('address_help')}
          autoComplete="off"
          value={draft.address}
          error={faults.faults['value']}
          onChange={(address) => onChange({ address })}
        />
      )}
      {studio && <FirmField draft={draft} onChange={onChange} />}
    </>
  )
}
