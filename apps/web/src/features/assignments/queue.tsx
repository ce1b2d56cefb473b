import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import type { AssignmentRow } from '@zenops/contracts/assignment-records'
import { CASE_TYPES, PRIORITIES, SERVICE_LINES, SOURCE_TYPES } from '@zenops/contracts/assignment-records'
import { ASSIGNMENT_STATUSES } from '@zenops/contracts/assignment-states'
import { listAssignments, summarizeAssignments } from '@zenops/contracts/assignments'
import { listBanks } from '@zenops/contracts/directory'
import { ButtonLink } from '@zenops/ui/button'
import { ChipToggle, KpiStrip, type FilterField, type Kpi } from '@zenops/ui/filters'
import { useFormats } from '@zenops/ui/formats'
import { IconPlus } from '@zenops/ui/icons'
import { EmptyState } from '@zenops/ui/states'
import { useCallback, useState } from 'react'
import { ListExport } from '@zenops/surface/list-export.tsx'
import { ListPage } from '@zenops/surface/list-page.tsx'
import { ask, askList, rowsOf } from '../../lib/queries.ts'
import { useCan } from '../../lib/session.tsx'
import { AssignDialog } from './assign-dialog.tsx'
import { hrefOf, NARROW_COLUMNS, QUEUE_COLUMNS, QUEUE_TEXTS, QueueCard } from './queue-columns.tsx'
import { QueuePreview } from './queue-preview.tsx'
import { figuresQuery, isOn, queueQuery, toggled, type QueueSearch, type ToggleKey } from './queue-search.ts'
import { options, statusWord, t } from './words.ts'

const FIGURES = ['open', 'due_soon', 'overdue', 'missing_docs', 'release_blocked', 'unassigned', 'on_hold'] as const
const CHIPS = ['open', 'due_soon', 'overdue', 'mine', 'unassigned', 'on_hold'] as const
const TONES: Readonly<Partial<Record<ToggleKey, 'red' | 'amber'>>> = {
  overdue: 'red',
  release_blocked: 'red',
  due_soon: 'amber',
  unassigned: 'amber',
}

const askQueue = (search: QueueSearch) => askList(listAssignments, queueQuery(search))
const askFigures = (search: QueueSearch) => ask(summarizeAssignments, { query: figuresQuery(search) })
/** What the page needs first, both at once. */
export const QUEUE_ASKS = { rows: askQueue, figures: askFigures } as const

interface FiguresProps {
  readonly search: QueueSearch
  readonly onToggle: (key: ToggleKey) => void
}

function Figures({ search, onToggle }: FiguresProps) {
  const figures = useQuery(askFigures(search))
  const formats = useFormats()
  const { data } = figures
  // "Due soon" holds what is urgent as well, as its filter does.
  const count = (key: (typeof FIGURES)[number]): number | null =>
    data ? (key === 'due_soon' ? data.due_soon + data.urgent : data[key]) : null
  const items = FIGURES.map((key): Kpi => {
    const value = count(key)
    const tone = value !== null && value > 0 ? TONES[key] : undefined
    return {
      key,
      label: t(key),
      value: value === null ? null : String(value),
      pressed: isOn(search, key),
      onToggle: () => onToggle(key),
      ...(figures.isError ? { restricted: t('figure_failed') } : {}),
      ...(tone ? { tone } : {}),
    }
  })
  const asOf = figures.dataUpdatedAt ? { asOf: t('as_of', { time: formats.time(figures.dataUpdatedAt) }) } : {}
  return <KpiStrip label={t('figures')} items={items} {...asOf} />
}

function useFields(): readonly FilterField[] {
  const banks = useInfiniteQuery(askList(listBanks, { is_active: 'true' }))
  return [
    {
      key: 'status',
      label: t('f_status'),
      options: ASSIGNMENT_STATUSES.map((value) => ({ value, label: statusWord(value) })),
    },
    { key: 'priority', label: t('f_priority'), options: options(PRIORITIES, 'p') },
    {
      key: 'bank_id',
      label: t('f_bank'),
      options: rowsOf(banks.data).map((bank) => ({ value: bank.id, label: bank.name })),
    },
    { key: 'service_line', label: t('f_service_line'), options: options(SERVICE_LINES, 'sl') },
    { key: 'source_type', label: t('f_source_type'), options: options(SOURCE_TYPES, 'st') },
    { key: 'case_type', label: t('f_case_type'), options: options(CASE_TYPES, 'ct') },
  ]
}

function NewButton() {
  return (
    <ButtonLink href="/assignments/new" kind="primary" icon={IconPlus}>
      {t('new_assignment')}
    </ButtonLink>
  )
}

/** The queue: figures and chips as filters, dense rows, the job beside them. */
export function Queue({ search }: { readonly search: QueueSearch }) {
  const navigate = useNavigate()
  const router = useRouter()
  const create = useCan('assignments.create')
  const assign = useCan('assignments.assign')
  const [assigning, setAssigning] = useState<AssignmentRow | null>(null)
  const query = useInfiniteQuery(askQueue(search))
  const rows = rowsOf(query.data)
  const fields = useFields()
  const change = useCallback(
    (patch: Readonly<Record<string, unknown>>) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
  const toggle = (key: ToggleKey) => change(toggled(search, key))
  const onKey = (key: string, row: AssignmentRow): boolean => {
    if (key === 'a' && assign) setAssigning(row)
    else if (key === 'r') void query.refetch()
    else if (key === 'n' && create) router.history.push('/assignments/new')
    else return false
    return true
  }
  return (
    <>
      <ListPage<AssignmentRow>
        title={t('assignments')}
        query={query}
        search={{ ...search }}
        columns={search.preview ? NARROW_COLUMNS : QUEUE_COLUMNS}
        rowKey={(row) => row.id}
        rowName={(row) => row.code}
        hrefOf={hrefOf}
        searchLabel={t('search')}
        fields={fields}
        kpis={<Figures search={search} onToggle={toggle} />}
        chips={CHIPS.map((key) => (
          <ChipToggle key={key} label={t(key)} pressed={isOn(search, key)} onToggle={() => toggle(key)} />
        ))}
        acts={
          <>
            <ListExport title={t('assignments')} columns={QUEUE_TEXTS} rows={rows} rowKey={(row) => row.id} />
            {create && <NewButton />}
          </>
        }
        empty={
          <EmptyState
            title={t('empty')}
            reason={t(create ? 'empty_reason' : 'empty_assigned')}
            action={create && <NewButton />}
          />
        }
        card={(row) => <QueueCard row={row} />}
        onKey={onKey}
        onPreview={(row) => change({ preview: search.preview === row.id ? undefined : row.id })}
        panel={
          search.preview && (
            <QueuePreview
              id={search.preview}
              row={rows.find((row) => row.id === search.preview)}
              onAssign={setAssigning}
              onClose={() => change({ preview: undefined })}
            />
          )
        }
      />
      {assigning && <AssignDialog job={assigning} onClose={() => setAssigning(null)} />}
    </>
  )
}
