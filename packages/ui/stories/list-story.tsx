import { useState } from 'react'
import { Button } from '../src/button.tsx'
import { DataGrid, type GridColumn, type GridSort } from '../src/data-grid.tsx'
import { ChipToggle, FilterBar, KpiStrip } from '../src/filters.tsx'
import { IconPlus } from '../src/icons.tsx'
import { Page, SidePanel } from '../src/page.tsx'
import { RecordFacts } from '../src/record.tsx'
import { EmptyState } from '../src/states.tsx'
import { StatusBadge, type StatusFamily } from '../src/status.tsx'
import { FrameStory } from './frame-story.tsx'

interface Row {
  readonly id: string
  readonly code: string
  readonly state: readonly [StatusFamily, string, boolean]
  readonly branch: string
  readonly borrower: string
  readonly due: string
  readonly fee: string
}

const STATES: readonly (readonly [StatusFamily, string, boolean])[] = [
  ['cyan', 'Collecting', false],
  ['violet', 'In quality check', false],
  ['orange', 'Changes requested', false],
  ['blue', 'Delivered', false],
  ['green', 'Paid', false],
  ['green', 'Closed', true],
  ['grey', 'Draft', false],
  ['red', 'Overdue', false],
]
const ROWS: readonly Row[] = Array.from({ length: 10_000 }, (_, at) => ({
  id: String(at),
  code: `Z-2611-${String(10_000 - at).padStart(4, '0')}`,
  state: STATES[at % STATES.length] ?? ['grey', 'Draft', false],
  branch:
    [
      'State Bank of India, Indiranagar',
      'Canara Bank, Koramangala 4th Block',
      'Saraswat Co-operative Bank, Whitefield',
    ][at % 3] ?? '',
  borrower: `Borrower ${String(at).padStart(4, '0')}`,
  due: `${1 + (at % 28)} Nov`,
  fee: `₹${(2_500 + at * 35).toLocaleString('en-IN')}.00`,
}))

const COLUMNS: readonly GridColumn<Row>[] = [
  {
    key: 'code',
    header: 'Code',
    width: 132,
    sortable: true,
    cell: (row) => (
      <a href="#record" tabIndex={-1} className="z-num">
        {row.code}
      </a>
    ),
  },
  {
    key: 'state',
    header: 'State',
    width: 168,
    cell: (row) => <StatusBadge family={row.state[0]} text={row.state[1]} final={row.state[2]} />,
  },
  {
    key: 'branch',
    header: 'Bank and branch',
    width: 240,
    grow: true,
    cell: (row) => <span title={row.branch}>{row.branch}</span>,
  },
  { key: 'borrower', header: 'Borrower', width: 160, from: 1000, cell: (row) => <span>{row.borrower}</span> },
  { key: 'due', header: 'Due', width: 90, sortable: true, cell: (row) => <span className="z-num">{row.due}</span> },
  { key: 'fee', header: 'Fee', width: 120, align: 'end', cell: (row) => <span>{row.fee}</span> },
]

export function ListStory() {
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set())
  const [sort, setSort] = useState<GridSort>({ key: 'due', direction: 'asc' })
  const [preview, setPreview] = useState<Row | null>(null)
  const [q, setQ] = useState('')
  const rows = ROWS.filter((row) => row.borrower.includes(q))
  return (
    <FrameStory crumbs={[{ label: 'Assignments', href: '#list' }]}>
      <Page
        title="Assignments"
        documentTitle="Assignments"
        fill
        acts={
          <Button kind="primary" icon={IconPlus}>
            New assignment
          </Button>
        }
        bar={
          <>
            <KpiStrip
              label="Numbers"
              items={[
                { key: 'open', label: 'Open', value: '86', pressed: true },
                { key: 'due', label: 'Due today', value: '5', tone: 'amber' },
                { key: 'late', label: 'Overdue', value: '3', tone: 'red' },
                { key: 'hold', label: 'On hold', value: '2' },
                { key: 'fee', label: 'Fees open', value: null, restricted: 'Needs billing.read' },
              ]}
            />
            <FilterBar
              search={{ label: 'Search assignments', value: q, onSearch: setQ }}
              chips={
                <>
                  <ChipToggle label="Open" pressed count={86} onToggle={() => {}} />
                  <ChipToggle label="Mine" pressed={false} onToggle={() => {}} />
                </>
              }
              fields={[
                { key: 'state', label: 'State', options: [{ value: 'DRAFT', label: 'Draft' }] },
                { key: 'bank', label: 'Bank', options: [{ value: 'sbi', label: 'State Bank of India' }] },
              ]}
              value={{ bank: 'sbi' }}
              onChange={() => {}}
              onClear={() => {}}
            />
          </>
        }
        panel={
          preview && (
            <SidePanel title={preview.code} onClose={() => setPreview(null)}>
              <RecordFacts
                facts={[
                  { label: 'Borrower', value: preview.borrower },
                  { label: 'Branch', value: preview.branch },
                  { label: 'Due', value: preview.due },
                ]}
              />
            </SidePanel>
          )
        }
      >
        <DataGrid
          label="Assignments"
          columns={COLUMNS}
          rows={rows}
          rowKey={(row) => row.id}
          rowName={(row) => row.code}
          state="ready"
          empty={<EmptyState title="Nothing matches" reason="Take a filter away." />}
          onOpen={() => {}}
          onPreview={setPreview}
          previewKey={preview?.id ?? null}
          sort={sort}
          onSort={setSort}
          selection={selection}
          onSelection={setSelection}
          bulk={<Button compact>Assign</Button>}
          card={(row) => (
            <>
              <span className="z-row">
                <strong className="z-num">{row.code}</strong>
                <StatusBadge family={row.state[0]} text={row.state[1]} final={row.state[2]} />
              </span>
              <span className="z-secondary">{row.branch}</span>
              <span className="z-meta">
                {row.borrower} · due {row.due}
              </span>
            </>
          )}
        />
      </Page>
    </FrameStory>
  )
}
