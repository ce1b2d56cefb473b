import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { listServiceTokens, revokeServiceToken } from '@zenops/contracts/identity-platform'
import { stringifySearch } from '@zenops/surface/address.ts'
import { FailureCard } from '@zenops/surface/failures.tsx'
import { useFirmNames } from '@zenops/surface/identity/firm-names.ts'
import { capabilityName } from '@zenops/surface/identity/words.ts'
import { ListExport } from '@zenops/surface/list-export.tsx'
import { ListPage } from '@zenops/surface/list-page.tsx'
import { rowsOf, useAct, type ItemOf } from '@zenops/surface/queries.ts'
import { withoutPreview } from '@zenops/surface/search-params.ts'
import { Button } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { ChipToggle } from '@zenops/ui/filters'
import { IconKey } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { useCallback, useMemo, useState } from 'react'
import { surface } from '../../lib/surface.ts'
import { CreateTokenDialog } from './create-token.tsx'
import type { TokensSearch } from './searches.ts'
import { t } from './texts.ts'

export type ServiceToken = ItemOf<typeof listServiceTokens>

const stateKey = (token: ServiceToken): 'token_live' | 'token_revoked' | 'token_expired' => {
  if (token.live) return 'token_live'
  return token.revoked_at ? 'token_revoked' : 'token_expired'
}

function TokenBadge({ token }: { readonly token: ServiceToken }) {
  return (
    <StatusBadge
      family={token.live ? 'green' : 'grey'}
      text={t(stateKey(token))}
      {...(token.live ? {} : { icon: 'ban' as const, final: true })}
    />
  )
}

const BESIDE_PANEL = 3

const columnsFor = (
  hrefOf: (row: ServiceToken) => string,
  firmsOf: (row: ServiceToken) => string,
): readonly GridColumn<ServiceToken>[] => [
  {
    key: 'name',
    header: t('name'),
    width: 220,
    grow: true,
    cell: (row) => (
      <AppLink href={hrefOf(row)} tabIndex={-1}>
        {row.name}
      </AppLink>
    ),
  },
  { key: 'state', header: t('state'), width: 110, cell: (row) => <TokenBadge token={row} /> },
  { key: 'expires', header: t('expires'), width: 180, cell: (row) => <Instant at={row.expires_at} /> },
  {
    key: 'rights',
    header: t('capabilities'),
    width: 180,
    from: 900,
    cell: (row) => <span title={row.capabilities.join(', ')}>{t('rights_n', { n: row.capabilities.length })}</span>,
  },
  { key: 'firms', header: t('firms'), width: 200, from: 1024, cell: (row) => <span>{firmsOf(row)}</span> },
  {
    key: 'used',
    header: t('last_used'),
    width: 140,
    from: 1200,
    cell: (row) =>
      row.last_used_at ? <Instant at={row.last_used_at} relative /> : <span className="z-tertiary">{t('never')}</span>,
  },
]

const card = (row: ServiceToken) => (
  <>
    <span className="z-row">
      <strong>{row.name}</strong>
      <TokenBadge token={row} />
    </span>
    <span className="z-secondary">{t('rights_n', { n: row.capabilities.length })}</span>
    <span className="z-tertiary">
      {t('expires')} <Instant at={row.expires_at} />
    </span>
  </>
)

function RevokeDialog({ token, onClose }: { readonly token: ServiceToken; readonly onClose: () => void }) {
  const act = useAct(revokeServiceToken, { stale: [listServiceTokens], onDone: onClose })
  return (
    <ConfirmDialog
      title={t('revoke_title', { name: token.name })}
      consequence={t('revoke_effect')}
      changes={[{ label: t('state'), before: t('token_live'), after: t('token_revoked') }]}
      verb={t('revoke')}
      tone="danger"
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: token.id } })}
      onClose={onClose}
    />
  )
}

interface TokenPanelProps {
  readonly token: ServiceToken
  readonly firms: string
  readonly onClose: () => void
}

function TokenPanel({ token, firms, onClose }: TokenPanelProps) {
  const [revoking, setRevoking] = useState(false)
  return (
    <SidePanel title={token.name} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <TokenBadge token={token} />
        </div>
        {token.live && (
          <div>
            <Button kind="danger" onClick={() => setRevoking(true)}>
              {t('revoke')}
            </Button>
          </div>
        )}
        <RecordFacts
          facts={[
            { label: t('expires'), value: <Instant at={token.expires_at} /> },
            { label: t('last_used'), value: token.last_used_at && <Instant at={token.last_used_at} relative /> },
            { label: t('firms'), value: firms },
            { label: t('created'), value: <Instant at={token.created_at} /> },
            { label: t('created_by'), value: token.created_by?.name },
            ...(token.revoked_at ? [{ label: t('revoked_at'), value: <Instant at={token.revoked_at} /> }] : []),
            {
              label: t('capabilities'),
              value: (
                <ul>
                  {token.capabilities.map((capability) => (
                    <li key={capability} title={capability}>
                      {capabilityName(capability)}
                    </li>
                  ))}
                </ul>
              ),
            },
          ]}
        />
      </div>
      {revoking && <RevokeDialog token={token} onClose={() => setRevoking(false)} />}
    </SidePanel>
  )
}

/** Tokens of programs: what they may do, until when, and when they were last seen. */
export function TokensPage({ search }: { readonly search: TokensSearch }) {
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  const query = useInfiniteQuery(surface.askList(listServiceTokens, withoutPreview(search)))
  const rows = rowsOf(query.data)
  const firmName = useFirmNames()
  const firmsOf = useCallback(
    (row: ServiceToken) =>
      row.tenant_ids.length === 0 ? t('everywhere') : row.tenant_ids.map((id) => firmName(id)).join(', '),
    [firmName],
  )
  const change = useCallback(
    (patch: TokensSearch) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
  const hrefOf = useCallback(
    (row: ServiceToken) => `/service-tokens${stringifySearch({ ...search, preview: row.id })}`,
    [search],
  )
  const columns = useMemo(() => columnsFor(hrefOf, firmsOf), [hrefOf, firmsOf])
  const shown = rows.find((row) => row.id === search.preview)
  const create = (
    <Button kind="primary" icon={IconKey} onClick={() => setCreating(true)}>
      {t('new_token')}
    </Button>
  )
  return (
    <>
      <ListPage<ServiceToken>
        title={t('tokens')}
        query={query}
        search={search}
        columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        hrefOf={hrefOf}
        searchLabel={t('search_tokens')}
        chips={
          <ChipToggle
            label={t('live')}
            pressed={search.live === 'true'}
            onToggle={() => change({ live: search.live ? undefined : 'true' })}
          />
        }
        acts={
          <>
            <ListExport
              title={t('tokens')}
              rows={rows}
              rowKey={(row) => row.id}
              columns={[
                { header: t('name'), text: (row) => row.name },
                { header: t('state'), text: (row) => t(stateKey(row)) },
                { header: t('capabilities'), text: (row) => row.capabilities.join(' ') },
                { header: t('firms'), text: firmsOf },
                { header: t('expires'), text: (row) => row.expires_at },
                { header: t('last_used'), text: (row) => row.last_used_at ?? '' },
              ]}
            />
            {create}
          </>
        }
        empty={<EmptyState title={t('no_tokens')} reason={t('no_tokens_why')} action={create} />}
        card={card}
        onPreview={(row) => change({ preview: search.preview === row.id ? undefined : row.id })}
        panel={
          shown && (
            <TokenPanel
              key={shown.id}
              token={shown}
              firms={firmsOf(shown)}
              onClose={() => change({ preview: undefined })}
            />
          )
        }
      />
      {creating && <CreateTokenDialog onClose={() => setCreating(false)} />}
    </>
  )
}
