import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { chainStatus } from '@zenops/contracts/audit-chain'
import type { OutputOf } from '@zenops/contracts/kit'
import { ButtonLink } from '@zenops/ui/button'
import { FilterBar } from '@zenops/ui/filters'
import { Page } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { Banner, SkeletonRows } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useCallback, type ReactNode } from 'react'
import '@zenops/ui/account.css'
import { stringifySearch } from '../address.ts'
import { FailureCard } from '../failures.tsx'
import { useFirms } from '../identity/firm-names.ts'
import { useSurface } from '../surface-context.tsx'
import { Checkpoints } from './checkpoints.tsx'
import { Evidence } from './evidence.tsx'
import type { AuditChainSearch } from './searches.ts'
import { RunbookLink } from '../ops/runbook-link.tsx'
import { Sinks } from './sinks.tsx'
import { Verification } from './verification.tsx'
import { t, wordOf } from './words.ts'

export type ChainStatus = OutputOf<typeof chainStatus>

const REFRESH_MS = 15_000

function lagText({ lag }: ChainStatus): string {
  if (lag.waiting === 0) return t('lag_none')
  return t('lag_some', { n: lag.waiting, seconds: Math.round(lag.oldest_ms / 100) / 10 })
}

function Head({ status }: { readonly status: ChainStatus }) {
  const { head, last_checkpoint, retention_seal, detection_window } = status
  const seal = retention_seal && {
    label: t('retention_seal'),
    value: (
      <span className="z-wrap">
        {t('seal_text', { n: retention_seal.upto_seq, bytes: retention_seal.archive_bytes })}{' '}
        <Instant at={retention_seal.created_at} />
        <br />
        {t('archive_hash')} <span className="z-code z-wrap">{retention_seal.archive_sha256}</span>
      </span>
    ),
  }
  return (
    <section className="z-card">
      <h2>{t('head')}</h2>
      <div className="z-stack">
        <RecordFacts
          facts={[
            { label: t('size'), value: head && String(head.size) },
            { label: t('epoch'), value: head && String(head.epoch) },
            { label: t('lag'), value: lagText(status) },
            {
              label: t('last_checkpoint'),
              value: last_checkpoint ? (
                <>
                  {last_checkpoint.size} · <Instant at={last_checkpoint.created_at} relative />
                </>
              ) : (
                t('none_yet')
              ),
            },
            { label: t('link'), value: head && <span className="z-code z-wrap">{head.link}</span> },
            { label: t('origin'), value: <span className="z-code z-wrap">{status.origin}</span> },
            ...(seal ? [seal] : []),
          ]}
        />
        <section>
          <h3>{t('window')}</h3>
          <p>
            {t('window_text', {
              seal: detection_window.seal_seconds,
              sign: detection_window.checkpoint_seconds,
              publish: detection_window.publication_seconds,
            })}
          </p>
        </section>
        <section>
          <h3>{t('runbook')}</h3>
          <p className="z-secondary">
            {t('runbook_text')} <RunbookLink name="audit_chain" />
          </p>
        </section>
      </div>
    </section>
  )
}

function Warnings({ status }: { readonly status: ChainStatus }) {
  if (status.warnings.length === 0) return null
  return (
    <Banner>
      <ul aria-label={t('warnings')}>
        {status.warnings.map((warning) => (
          <li key={warning}>{wordOf('warn', warning)}</li>
        ))}
      </ul>
    </Banner>
  )
}

/** Studio looks at one firm at a time. */
function FirmPicker({ tenantId }: { readonly tenantId: string | undefined }) {
  const firms = useFirms()
  const navigate = useNavigate()
  const change = useCallback(
    (_: string, tenant_id: string | undefined) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, tenant_id }), replace: true }),
    [navigate],
  )
  return (
    <FilterBar
      fields={[
        { key: 'tenant_id', label: t('firm'), options: firms.map((firm) => ({ value: firm.id, label: firm.name })) },
      ]}
      value={{ tenant_id: tenantId }}
      activeCount={tenantId === undefined ? 0 : 1}
      onChange={change}
    />
  )
}

export interface AuditChainPageProps {
  readonly search: AuditChainSearch
  /** The way to an evidence bundle, where exports are offered. */
  readonly bundle?: ReactNode
}

/** How the chain of the log stands, and all that an auditor takes with him. */
export function AuditChainPage({ search, bundle }: AuditChainPageProps) {
  const { aud, ask } = useSurface()
  const { tenant_id } = search
  const inFirm = tenant_id === undefined ? {} : { tenant_id }
  const status = useQuery({ ...ask(chainStatus, { query: inFirm }), refetchInterval: REFRESH_MS })
  return (
    <Page
      title={t('chain')}
      documentTitle={t('chain')}
      acts={<ButtonLink href={`/admin/audit${stringifySearch(inFirm)}`}>{t('see_log')}</ButtonLink>}
      bar={aud === 'studio' && <FirmPicker tenantId={tenant_id} />}
    >
      {status.isPending && <SkeletonRows rows={10} columns={2} />}
      {status.isError && <FailureCard error={status.error} onRetry={() => void status.refetch()} />}
      {status.data && (
        <div className="z-stack">
          <Warnings status={status.data} />
          <div className="z-columns">
            <div className="z-stack">
              <Verification key={tenant_id} status={status.data} inFirm={inFirm} />
              <Sinks sinks={status.data.sinks} />
              <Checkpoints inFirm={inFirm} />
            </div>
            <div className="z-stack">
              <Head status={status.data} />
              <Evidence bundle={bundle} />
            </div>
          </div>
        </div>
      )}
    </Page>
  )
}
