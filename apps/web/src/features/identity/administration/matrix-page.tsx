import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { getMatrix } from '@zenops/contracts/identity-rights'
import { FailureCard } from '@zenops/surface/failures.tsx'
import { jobName, scopeWord } from '@zenops/surface/identity/words.ts'
import { ListExport } from '@zenops/surface/list-export.tsx'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { ChipToggle, FilterBar } from '@zenops/ui/filters'
import { Matrix, type MatrixCell } from '@zenops/ui/matrix'
import { EmptyState, SkeletonRows } from '@zenops/ui/states'
import { useNarrow } from '@zenops/ui/width'
import { useCallback, useMemo, useState } from 'react'
import { ask } from '../../../lib/queries.ts'
import { CellDialog } from './cell-dialog.tsx'
import { cellKey, cellsOf, groupsOf, jobColumns, type Cell, type RightsMatrix } from './matrix-model.ts'
import { RolesFrame } from './roles-frame.tsx'
import type { MatrixSearch } from './searches.ts'
import { t } from './texts.ts'

const TONES = { all: 'wide', assigned: 'middle', own: 'narrow', none: 'none' } as const

const noteOf = (cell: Cell): string | undefined => {
  if (cell.pending_request_id !== null) return t('note_pending')
  if (cell.override !== null) return t('note_override', { scope: scopeWord(cell.default) })
  return cell.overridable ? undefined : t('note_fixed')
}

/** How a cell looks; one that the server does not name grants nothing and cannot be changed. */
function drawn(cell: Cell | undefined): MatrixCell {
  if (!cell) return { text: t('short_none'), tone: 'none', fixed: true }
  const note = noteOf(cell)
  return {
    text: t(`short_${cell.effective}`),
    tone: TONES[cell.effective],
    marked: cell.override !== null,
    pending: cell.pending_request_id !== null,
    fixed: !cell.overridable,
    ...(note === undefined ? {} : { note }),
  }
}

function Legend({ matrix }: { readonly matrix: RightsMatrix }) {
  return (
    <p className="z-row z-matrix-legend">
      <span>{t('matrix_rule', { n: matrix.approvals_needed })}</span>
      {(['all', 'assigned', 'own'] as const).map((scope) => (
        <span key={scope}>
          <strong>{t(`short_${scope}`)}</strong> {t(`legend_${scope}`)}
        </span>
      ))}
      <span className="z-matrix-mark" data-kind="marked">
        {t('legend_override')}
      </span>
      <span className="z-matrix-mark" data-kind="pending">
        {t('legend_pending')}
      </span>
    </p>
  )
}

interface FilledProps {
  readonly matrix: RightsMatrix
  readonly search: MatrixSearch
  readonly change: (patch: MatrixSearch) => void
}

/** The matrix itself; on a phone one job at a time. */
function Filled({ matrix, search, change }: FilledProps) {
  const narrow = useNarrow()
  const [open, setOpen] = useState<Cell | null>(null)
  const cells = useMemo(() => cellsOf(matrix), [matrix])
  const groups = useMemo(() => groupsOf(matrix, search), [matrix, search])
  const all = useMemo(() => jobColumns(matrix, (n) => t('people_n', { n })), [matrix])
  const columns = narrow ? all.filter((column) => column.key === (search.job ?? all[0]?.key)) : all
  const peopleOf = (job: string): number => matrix.job_templates.find(({ key }) => key === job)?.people ?? 0
  return (
    <>
      {narrow && (
        <ChoiceField
          label={t('job')}
          options={all.map(({ key, header }) => ({ value: key, label: header }))}
          value={search.job ?? all[0]?.key ?? null}
          // Cast: the options are job templates, and the address drops what it does not know.
          onChange={(next) => change({ job: next as MatrixSearch['job'] })}
        />
      )}
      <Legend matrix={matrix} />
      {groups.length === 0 ? (
        <EmptyState title={t('no_rights_match')} reason={t('no_rights_match_why')} />
      ) : (
        <Matrix
          label={t('matrix')}
          corner={t('right')}
          columns={columns}
          groups={groups}
          cellOf={(capability, job) => drawn(cells.get(cellKey(capability, job)))}
          onChoose={(capability, job) => setOpen(cells.get(cellKey(capability, job)) ?? null)}
        />
      )}
      {open && (
        <CellDialog
          cell={open}
          people={peopleOf(open.job_template)}
          approvalsNeeded={matrix.approvals_needed}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  )
}

/** Who may do what, with what differs from the default and what waits; every cell opens the request that changes it. */
export function MatrixPage({ search }: { readonly search: MatrixSearch }) {
  const navigate = useNavigate()
  const query = useQuery(ask(getMatrix, { query: {} }))
  const change = useCallback(
    (patch: MatrixSearch) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
  const onSearch = useCallback((text: string) => change({ q: text || undefined }), [change])
  const count = (wanted: (cell: Cell) => boolean): number | null => query.data?.cells.filter(wanted).length ?? null
  const toggle = (only: 'overridden' | 'pending') => change({ only: search.only === only ? undefined : only })
  const filtered = search.q !== undefined || search.only !== undefined
  return (
    <RolesFrame
      fill
      acts={
        <ListExport
          title={t('matrix')}
          rows={query.data?.cells ?? []}
          rowKey={(cell) => cellKey(cell.capability, cell.job_template)}
          columns={[
            { header: t('right'), text: (cell) => cell.capability },
            { header: t('job'), text: (cell) => jobName(cell.job_template) },
            { header: t('default'), text: (cell) => scopeWord(cell.default) },
            { header: t('override'), text: (cell) => (cell.override === null ? '' : scopeWord(cell.override)) },
            { header: t('now'), text: (cell) => scopeWord(cell.effective) },
          ]}
        />
      }
      bar={
        <FilterBar
          search={{ label: t('search_rights'), value: search.q ?? '', onSearch }}
          chips={
            <>
              <ChipToggle
                label={t('only_overridden')}
                pressed={search.only === 'overridden'}
                count={count((cell) => cell.override !== null)}
                onToggle={() => toggle('overridden')}
              />
              <ChipToggle
                label={t('only_pending')}
                pressed={search.only === 'pending'}
                count={count((cell) => cell.pending_request_id !== null)}
                onToggle={() => toggle('pending')}
              />
            </>
          }
          value={{}}
          activeCount={search.only ? 1 : 0}
          onChange={() => {}}
          onClear={filtered ? () => change({ q: undefined, only: undefined }) : undefined}
        />
      }
    >
      {query.isPending && <SkeletonRows rows={10} columns={8} />}
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Filled matrix={query.data} search={search} change={change} />}
    </RolesFrame>
  )
}
