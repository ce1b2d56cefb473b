import { Button } from '@zenops/ui/button'
import { DateField } from '@zenops/ui/date-field'
import { Dialog } from '@zenops/ui/dialog'
import { Icon, IconFilter, IconX } from '@zenops/ui/icons'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { t } from './words.ts'
import type { AuditLogSearch } from './searches.ts'

type Change = (patch: Partial<AuditLogSearch>) => void

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const TRACE = /^[0-9a-f]{32}$/

interface Draft {
  readonly from: string | null
  readonly to: string | null
  readonly actor: string
  readonly targetType: string
  readonly targetId: string
  readonly trace: string
}

/** What is wrong with a draft, by field. */
function faultsOf(draft: Draft): Partial<Record<keyof Draft, string>> {
  return {
    ...(draft.actor !== '' && !ID.test(draft.actor) ? { actor: t('id_wrong') } : {}),
    ...(draft.trace !== '' && !TRACE.test(draft.trace) ? { trace: t('trace_wrong') } : {}),
    ...(draft.from !== null && draft.to !== null && draft.from > draft.to ? { to: t('days_wrong') } : {}),
  }
}

interface DialogProps {
  readonly search: AuditLogSearch
  readonly onChange: Change
  readonly onClose: () => void
}

/** Days, actor, target and trace: what has no list to choose from. */
function MoreFilters({ search, onChange, onClose }: DialogProps) {
  const [draft, setDraft] = useState<Draft>({
    from: search.from ?? null,
    to: search.to ?? null,
    actor: search.actor_user_id ?? '',
    targetType: search.target_type ?? '',
    targetId: search.target_id ?? '',
    trace: search.trace_id ?? '',
  })
  const [tried, setTried] = useState(false)
  const faults = tried ? faultsOf(draft) : {}
  const errorOf = (name: keyof Draft) => (faults[name] === undefined ? {} : { error: faults[name] })
  const set = (patch: Partial<Draft>) => setDraft({ ...draft, ...patch })
  const apply = () => {
    setTried(true)
    if (Object.keys(faultsOf(draft)).length > 0) return
    const days = draft.from !== null || draft.to !== null
    onChange({
      from: draft.from ?? undefined,
      to: draft.to ?? undefined,
      ...(days ? { period: undefined } : {}),
      actor_user_id: draft.actor || undefined,
      target_type: draft.targetType.trim() || undefined,
      target_id: draft.targetId.trim() || undefined,
      trace_id: draft.trace || undefined,
    })
    onClose()
  }
  return (
    <Dialog
      title={t('more_filters')}
      opened
      onClose={onClose}
      foot={
        <Button kind="primary" onClick={apply}>
          {t('apply_filters')}
        </Button>
      }
    >
      <form
        className="z-stack"
        onSubmit={(event) => {
          event.preventDefault()
          apply()
        }}
      >
        <DateField label={t('from_day')} value={draft.from} onChange={(from) => set({ from })} optional />
        <DateField label={t('to_day')} value={draft.to} onChange={(to) => set({ to })} optional {...errorOf('to')} />
        <TextField
          label={t('actor_id')}
          value={draft.actor}
          onChange={(actor) => set({ actor: actor.trim().toLowerCase() })}
          optional
          {...errorOf('actor')}
        />
        <TextField
          label={t('target_type')}
          value={draft.targetType}
          onChange={(targetType) => set({ targetType: targetType.toUpperCase() })}
          optional
        />
        <TextField label={t('target_id')} value={draft.targetId} onChange={(targetId) => set({ targetId })} optional />
        <TextField
          label={t('trace')}
          value={draft.trace}
          onChange={(trace) => set({ trace: trace.trim().toLowerCase() })}
          optional
          {...errorOf('trace')}
        />
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}

const SHOWN = [
  ['from', 'from_day'],
  ['to', 'to_day'],
  ['actor_user_id', 'actor'],
  ['target_type', 'target_type'],
  ['target_id', 'target_id'],
  ['trace_id', 'trace'],
] as const

/** The filters that are typed: those that are set, each removable, and the way to set more. */
export function TypedFilters({ search, onChange }: { readonly search: AuditLogSearch; readonly onChange: Change }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      {SHOWN.flatMap(([name, key]) => {
        const value = search[name]
        if (value === undefined) return []
        const what = `${t(key)}: ${value}`
        return (
          <button
            key={name}
            type="button"
            className="z-chip z-clip"
            data-active
            aria-label={t('remove_filter', { what })}
            onClick={() => onChange({ [name]: undefined })}
          >
            {what}
            <Icon of={IconX} />
          </button>
        )
      })}
      <button type="button" className="z-chip" onClick={() => setOpen(true)}>
        <Icon of={IconFilter} />
        {t('more_filters')}
      </button>
      {open && <MoreFilters search={search} onChange={onChange} onClose={() => setOpen(false)} />}
    </>
  )
}
