import { useQueryClient } from '@tanstack/react-query'
import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import { AREA_UNITS } from '@zenops/contracts/values'
import { getAssignment, listActivities, listAssignments, putFloors } from '@zenops/contracts/assignments'
import { ApiError } from '@zenops/client/api-error'
import { errorText } from '@zenops/client/error-texts'
import { Button, IconButton } from '@zenops/ui/button'
import { useAnnounce } from '@zenops/ui/announcer'
import { IconArrowUp, IconPlus, IconTrash } from '@zenops/ui/icons'
import { AreaField } from '@zenops/ui/number-fields'
import { TextField } from '@zenops/ui/text-fields'
import { Area } from '@zenops/ui/values'
import { useState } from 'react'
import { useAct } from '../../lib/queries.ts'
import { bodyOfFloors, floorFault, movedUp, rowsOf, type FloorRow } from './floor-rows.ts'
import { useHeaderLock } from './job-changes.tsx'
import { t } from './words.ts'

const UNIT_OPTIONS = AREA_UNITS.map((unit) => ({ value: unit, label: unit }))
const MAX_FLOORS = 200

interface FloorLineProps {
  readonly row: FloorRow
  readonly place: number
  readonly onChange: (patch: Partial<FloorRow>) => void
  readonly onUp: () => void
  readonly onRemove: () => void
}

function FloorLine({ row, place, onChange, onUp, onRemove }: FloorLineProps) {
  const name = row.name || t('floor_n', { n: place + 1 })
  const unitOf = (value: string) => AREA_UNITS.find((unit) => unit === value) ?? row.unit
  return (
    <li className="z-floor">
      <TextField label={t('floor_name')} value={row.name} onChange={(next) => onChange({ name: next })} />
      <AreaField
        label={t('floor_area')}
        value={row.area}
        units={{ value: row.unit, options: UNIT_OPTIONS, onChange: (unit) => onChange({ unit: unitOf(unit) }) }}
        onChange={(area) => onChange({ area })}
      />
      <span className="z-row">
        <IconButton icon={IconArrowUp} label={t('floor_up', { name })} disabled={place === 0} onClick={onUp} />
        <IconButton icon={IconTrash} label={t('remove_floor', { name })} onClick={onRemove} />
      </span>
    </li>
  )
}

function FloorList({ job }: { readonly job: AssignmentDetail }) {
  if (job.floors.length === 0) return <p className="z-secondary">{t('no_floors')}</p>
  return (
    <ul className="z-list">
      {job.floors.map((floor) => (
        <li key={floor.id}>
          <span>{floor.name}</span>
          <Area value={String(floor.area)} unit={floor.unit} />
        </li>
      ))}
    </ul>
  )
}

/** The floors of the building; saved together, their sum becomes the built-up area. */
export function Floors({ job }: { readonly job: AssignmentDetail }) {
  const locked = useHeaderLock(job)
  const cache = useQueryClient()
  const announce = useAnnounce()
  const [draft, setDraft] = useState<{ rows: readonly FloorRow[]; version: number } | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const act = useAct(putFloors, { stale: [getAssignment, listAssignments, listActivities] })
  const rows = draft?.rows ?? rowsOf(job.floors)
  const edit = (next: readonly FloorRow[]) =>
    setDraft((before) => ({ rows: next, version: before?.version ?? job.version }))
  const add = () =>
    edit([
      ...rows,
      {
        key: crypto.randomUUID(),
        name: t('floor_n', { n: rows.length + 1 }),
        area: null,
        unit: rows.at(-1)?.unit ?? 'sqm',
      },
    ])
  const save = () => {
    if (!draft) return
    const wrong = floorFault(draft.rows)
    setFault(wrong)
    if (wrong !== null) return
    act.mutate(
      { params: { id: job.id }, body: { items: bodyOfFloors(draft.rows), expected_version: draft.version } },
      {
        onSuccess() {
          setDraft(null)
          announce(t('save_floors'))
        },
        onError(error) {
          const stale = error instanceof ApiError && error.is('REVISION_MISMATCH')
          setFault(stale ? t('floors_conflict') : errorText(error))
          if (!stale) return
          void cache.invalidateQueries({ queryKey: [getAssignment.id] }).then(() => {
            const newest = cache.getQueriesData<AssignmentDetail>({ queryKey: [getAssignment.id] })
            const version = newest.find(([, data]) => data?.id === job.id)?.[1]?.version
            if (version !== undefined) setDraft((now) => now && { ...now, version })
          })
        },
      },
    )
  }
  if (locked !== null)
    return (
      <section className="z-card" aria-label={t('floors')}>
        <h2>{t('floors')}</h2>
        <FloorList job={job} />
      </section>
    )
  return (
    <section className="z-card" aria-label={t('floors')}>
      <h2>{t('floors')}</h2>
      <p className="z-lead">{t('floors_help')}</p>
      <ul className="z-floors" aria-label={t('floors')}>
        {rows.map((row, place) => (
          <FloorLine
            key={row.key}
            row={row}
            place={place}
            onChange={(patch) => edit(rows.map((one) => (one.key === row.key ? { ...one, ...patch } : one)))}
            onUp={() => edit(movedUp(rows, place))}
            onRemove={() => edit(rows.filter((one) => one.key !== row.key))}
          />
        ))}
      </ul>
      {fault && (
        <p className="z-field-error" role="alert">
          {fault}
        </p>
      )}
      <div className="z-row">
        {rows.length < MAX_FLOORS && (
          <Button icon={IconPlus} onClick={add}>
            {t('add_floor')}
          </Button>
        )}
        {draft && (
          <>
            <Button kind="primary" busy={act.isPending} onClick={save}>
              {t('save_floors')}
            </Button>
            <Button
              kind="quiet"
              onClick={() => {
                setDraft(null)
                setFault(null)
              }}
            >
              {t('discard')}
            </Button>
          </>
        )}
        {!draft && job.built_up_area && job.floors.length > 0 && (
          <span className="z-secondary">
            {t('total')} <Area value={String(job.built_up_area.value)} unit={job.built_up_area.unit} />
          </span>
        )}
      </div>
    </section>
  )
}
