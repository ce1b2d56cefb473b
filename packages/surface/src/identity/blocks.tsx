import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { BLOCK_KINDS, listBlocks } from '@zenops/contracts/identity-blocks'
import { Button } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import { ChipToggle, type FilterField } from '@zenops/ui/filters'
import { IconShieldX } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useCallback, useMemo, useState } from 'react'
import { stringifySearch } from '../address.ts'
import { ListExport } from '../list-export.tsx'
import { ListPage } from '../list-page.tsx'
import { rowsOf } from '../queries.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import { AddBlockDialog } from './add-block-dialog.tsx'
import { BlockPanel } from './block-panel.tsx'
import { BlockBadge, blockState, byWhom, targetOf, type Block } from './block-words.tsx'
import { useFirmNames } from './firm-names.ts'
import { blocksQuery, type BlocksSearch } from './searches.ts'
import { t } from './words.ts'

const fields: readonly FilterField[] = [
  { key: 'kind', label: t('kind'), options: BLOCK_KINDS.map((value) => ({ value, label: t(`block_${value}`) })) },
]
const BESIDE_PANEL = 3

interface ColumnInput {
  readonly studio: boolean
  readonly hrefOf: (row: Block) => string
  readonly firmName: (id: string | null) => string
}

function columnsFor({ studio, hrefOf, firmName }: ColumnInput): readonly GridColumn<Block>[] {
  const where: GridColumn<Block> = {
    key: 'tenant',
    header: t('where'),
    width: 160,
    cell: (row) => <span>{firmName(row.tenant_id)}</span>,
  }
  return [
    {
      key: 'target',
      header: t('blocked_whom'),
      width: 220,
      grow: true,
      cell: (row) => (
        <AppLink href={hrefOf(row)} tabIndex={-1} {...(row.value ? { className: 'z-code' } : {})}>
          {targetOf(row)}
        </AppLink>
      ),
    },
    { key: 'state', header: t('state'), width: 120, cell: (row) => <BlockBadge block={row} /> },
    {
      key: 'ends',
      header: t('ends'),
      width: 150,
      cell: (row) => <Instant at={row.lifted_at ?? row.expires_at} relative />,
    },
    { key: 'kind', header: t('kind'), width: 120, from: 900, cell: (row) => <span>{t(`block_${row.kind}`)}</span> },
    ...(studio ? [where] : []),
    { key: 'reason', header: t('reason'), width: 260, from: 1024, cell: (row) => <span>{row.reason}</span> },
    { key: 'by', header: t('set_by'), width: 160, from: 1200, cell: (row) => <span>{byWhom(row)}</span> },
  ]
}

const card = (row: Block) => (
  <>
    <span className="z-row">
      <strong className={row.value ? 'z-code' : undefined}>{targetOf(row)}</strong>
      <BlockBadge block={row} />
    </span>
    <span className="z-secondary z-clip">{row.reason}</span>
    <span className="z-tertiary">
      {t('ends')} <Instant at={row.lifted_at ?? row.expires_at} relative />
    </span>
  </>
)

/** Blocks of people and addresses: those at work, and past ones. */
export function BlocksPage({ search }: { readonly search: BlocksSearch }) {
  const { aud, askList } = useSurface()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const mayWrite = useCan('ops.blocks.write')
  const firmName = useFirmNames()
  const query = useInfiniteQuery(askList(listBlocks, blocksQuery(search)))
  const rows = rowsOf(query.data)
  const change = useCallback(
    (patch: BlocksSearch) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
  const hrefOf = useCallback(
    (row: Block) => `/admin/blocks${stringifySearch({ ...search, preview: row.id })}`,
    [search],
  )
  const columns = useMemo(() => columnsFor({ studio: aud === 'studio', hrefOf, firmName }), [aud, hrefOf, firmName])
  const shown = rows.find((row) => row.id === search.preview)
  const add = mayWrite && (
    <Button kind="primary" icon={IconShieldX} onClick={() => setAdding(true)}>
      {t('add_block')}
    </Button>
  )
  return (
    <>
      <ListPage<Block>
        title={t('blocks')}
        query={query}
        search={search}
        columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
        rowKey={(row) => row.id}
        rowName={targetOf}
        hrefOf={hrefOf}
        searchLabel={t('search_blocks')}
        fields={fields}
        chips={
          <>
            <ChipToggle
              label={t('at_work')}
              pressed={!search.past}
              onToggle={() => change({ past: undefined, preview: undefined })}
            />
            <ChipToggle
              label={t('past')}
              pressed={search.past === 'true'}
              onToggle={() => change({ past: 'true', preview: undefined })}
            />
          </>
        }
        acts={
          <>
            <ListExport
              title={t('blocks')}
              rows={rows}
              rowKey={(row) => row.id}
              columns={[
                { header: t('blocked_whom'), text: targetOf },
                { header: t('kind'), text: (row) => t(`block_${row.kind}`) },
                { header: t('state'), text: (row) => t(blockState(row).key) },
                { header: t('reason'), text: (row) => row.reason },
                { header: t('set_by'), text: byWhom },
                { header: t('set_at'), text: (row) => row.created_at },
                { header: t('ends'), text: (row) => row.lifted_at ?? row.expires_at },
              ]}
            />
            {add}
          </>
        }
        empty={
          <EmptyState
            title={t(search.past ? 'no_past_blocks' : 'no_blocks')}
            reason={t('no_blocks_why')}
            action={search.past ? undefined : add}
          />
        }
        card={card}
        onPreview={(row) => change({ preview: search.preview === row.id ? undefined : row.id })}
        panel={shown && <BlockPanel key={shown.id} block={shown} onClose={() => change({ preview: undefined })} />}
      />
      {adding && <AddBlockDialog onClose={() => setAdding(false)} />}
    </>
  )
}
