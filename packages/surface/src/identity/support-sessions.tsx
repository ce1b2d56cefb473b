import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import {
  endFirmSupportSession,
  endSupportSession,
  listFirmSupportSessions,
  listSupportSessions,
} from '@zenops/contracts/identity-platform'
import { Button } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { ChipToggle } from '@zenops/ui/filters'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { Countdown, EmptyState } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { AppLink } from '@zenops/ui/links'
import { useCallback, useMemo, useState, type ReactNode } from 'react'
import { stringifySearch } from '../address.ts'
import { FailureCard } from '../failures.tsx'
import { ListExport } from '../list-export.tsx'
import { ListPage } from '../list-page.tsx'
import { rowsOf, useAct, type ItemOf } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import type { SupportSearch } from './searches.ts'
import { t } from './words.ts'

export type SupportSession = ItemOf<typeof listSupportSessions>

function SupportBadge({ row }: { readonly row: SupportSession }) {
  return row.open ? (
    <StatusBadge family="green" text={t('support_open')} />
  ) : (
    <StatusBadge family="grey" text={t('support_ended')} icon="ban" final />
  )
}

const BESIDE_PANEL = 3

const columnsFor = (
  studio: boolean,
  hrefOf: (row: SupportSession) => string,
): readonly GridColumn<SupportSession>[] => {
  return [
    {
      key: 'who',
      header: t(studio ? 'firm' : 'who'),
      width: 200,
      cell: (row) => (
        <AppLink href={hrefOf(row)} tabIndex={-1}>
          {studio ? row.tenant_name : row.user.name}
        </AppLink>
      ),
    },
    { key: 'state', header: t('state'), width: 110, cell: (row) => <SupportBadge row={row} /> },
    { key: 'reason', header: t('reason'), width: 280, grow: true, cell: (row) => <span>{row.reason}</span> },
    ...(studio
      ? [
          {
            key: 'by',
            header: t('who'),
            width: 180,
            from: 900,
            cell: (row: SupportSession) => <span>{row.user.name}</span>,
          },
        ]
      : []),
    {
      key: 'opened',
      header: t('opened'),
      width: 150,
      from: 900,
      cell: (row) => <Instant at={row.opened_at} relative />,
    },
    {
      key: 'ends',
      header: t('ends'),
      width: 150,
      cell: (row) => <Instant at={row.closed_at ?? row.expires_at} relative />,
    },
  ]
}

const card = (row: SupportSession) => (
  <>
    <span className="z-row">
      <strong>{row.tenant_name}</strong>
      <SupportBadge row={row} />
    </span>
    <span className="z-secondary z-clip">{row.reason}</span>
    <span className="z-tertiary z-clip">
      {row.user.name} · <Instant at={row.opened_at} relative />
    </span>
  </>
)

/** Asked once before the look into a firm ends. */
export function EndSupportDialog({ row, onClose }: { readonly row: SupportSession; readonly onClose: () => void }) {
  const studio = useSurface().aud === 'studio'
  const act = useAct(studio ? endSupportSession : endFirmSupportSession, {
    stale: [listSupportSessions, listFirmSupportSessions],
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      title={t('end_support')}
      consequence={t(studio ? 'end_support_effect' : 'end_support_firm_effect', { name: row.user.name })}
      changes={[{ label: t('ends'), before: <Instant at={row.expires_at} />, after: t('now') }]}
      verb={t('end_support')}
      tone="danger"
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: row.id } })}
      onClose={onClose}
    />
  )
}

function SupportPanel({ row, onClose }: { readonly row: SupportSession; readonly onClose: () => void }) {
  const [ending, setEnding] = useState(false)
  return (
    <SidePanel title={row.tenant_name} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <SupportBadge row={row} />
          {row.open && <Countdown until={Date.parse(row.expires_at)} />}
        </div>
        {row.open && (
          <div>
            <Button kind="danger" onClick={() => setEnding(true)}>
              {t('end_support')}
            </Button>
          </div>
        )}
        <RecordFacts
          facts={[
            { label: t('who'), value: row.user.name },
            { label: t('reason'), value: row.reason },
            { label: t('opened'), value: <Instant at={row.opened_at} /> },
            { label: t('ends'), value: <Instant at={row.closed_at ?? row.expires_at} /> },
            ...(row.closed_by ? [{ label: t('ended_by'), value: row.closed_by.name }] : []),
          ]}
        />
        <p className="z-help">{t('support_rule')}</p>
      </div>
      {ending && <EndSupportDialog row={row} onClose={() => setEnding(false)} />}
    </SidePanel>
  )
}

export interface SupportSessionsProps {
  readonly search: SupportSearch
  /** Address of the page. */
  readonly path: string
  /** Studio opens sessions; a firm only ends them. */
  readonly acts?: ReactNode
  /** Why there can be none. */
  readonly none?: string | null
}

/** Looks of the platform into firms: who, why, until when; either side ends one. */
export function SupportSessionsPage({ search, path, acts, none = null }: SupportSessionsProps) {
  const { aud, askList } = useSurface()
  const studio = aud === 'studio'
  const navigate = useNavigate()
  const asked = search.open ? { open: search.open } : {}
  const query = useInfiniteQuery(askList(studio ? listSupportSessions : listFirmSupportSessions, asked))
  const rows = rowsOf(query.data)
  const change = useCallback(
    (patch: SupportSearch) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
  const hrefOf = useCallback(
    (row: SupportSession) => `${path}${stringifySearch({ ...search, preview: row.id })}`,
    [path, search],
  )
  const columns = useMemo(() => columnsFor(studio, hrefOf), [studio, hrefOf])
  const shown = rows.find((row) => row.id === search.preview)
  return (
    <ListPage<SupportSession>
      title={t('support_sessions')}
      query={query}
      search={search}
      columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
      rowKey={(row) => row.id}
      rowName={(row) => row.reason}
      hrefOf={hrefOf}
      chips={
        <ChipToggle
          label={t('support_open')}
          pressed={search.open === 'true'}
          onToggle={() => change({ open: search.open ? undefined : 'true' })}
        />
      }
      acts={
        <>
          <ListExport
            title={t('support_sessions')}
            rows={rows}
            rowKey={(row) => row.id}
            columns={[
              { header: t('firm'), text: (row) => row.tenant_name },
              { header: t('who'), text: (row) => row.user.name },
              { header: t('reason'), text: (row) => row.reason },
              { header: t('opened'), text: (row) => row.opened_at },
              { header: t('ends'), text: (row) => row.closed_at ?? row.expires_at },
            ]}
          />
          {acts}
        </>
      }
      empty={<EmptyState title={t('no_support')} reason={none ?? t('no_support_why')} action={none === null && acts} />}
      card={card}
      onPreview={(row) => change({ preview: search.preview === row.id ? undefined : row.id })}
      panel={shown && <SupportPanel key={shown.id} row={shown} onClose={() => change({ preview: undefined })} />}
    />
  )
}
