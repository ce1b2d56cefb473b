import { useQuery } from '@tanstack/react-query'
import {
  cancelExportJob,
  createDownloadUrl,
  deleteExportJob,
  type ExportJob,
  getExportJob,
  getExportManifest,
  listExportJobs,
} from '@zenops/contracts/exports'
import { useAnnounce } from '@zenops/ui/announcer'
import { Button } from '@zenops/ui/button'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { fileSize } from '@zenops/ui/files'
import { IconBan, IconCopy, IconDownload, IconRefresh, IconTrash } from '@zenops/ui/icons'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { Banner, Countdown } from '@zenops/ui/states'
import { Instant, Meter } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { ExportBadge, nameOf } from './export-badge.tsx'
import { failureText, isActive, t } from './words.ts'

/** Hands an address to the browser, which resumes by itself. */
function follow(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

export const rowsText = (job: ExportJob): string => {
  if (!isActive(job)) return job.row_count.toLocaleString()
  const all = (job.rows_estimate ?? 0).toLocaleString()
  return job.status === 'PENDING'
    ? t('rows_estimated', { n: all })
    : t('rows_of', { done: job.rows_done.toLocaleString(), all })
}

function Manifest({ job, query }: { readonly job: ExportJob; readonly query: object }) {
  const { ask } = useSurface()
  const manifest = useQuery(ask(getExportManifest, { params: { job_id: job.job_id }, query }))
  if (manifest.isError) return <FailureCard error={manifest.error} onRetry={() => void manifest.refetch()} />
  if (!manifest.data) return null
  const save = () => {
    const address = URL.createObjectURL(
      new Blob([JSON.stringify(manifest.data, null, 2)], { type: 'application/json' }),
    )
    follow(address, `audit_export_${job.job_id}.manifest.json`)
    // The browser has begun to read by then.
    setTimeout(() => URL.revokeObjectURL(address), 10_000)
  }
  const { parts, checkpoint, raw_bytes } = manifest.data
  return (
    <section className="z-stack">
      <h3>{t('manifest')}</h3>
      <RecordFacts
        facts={[
          { label: t('parts'), value: String(parts.length) },
          { label: t('raw_size'), value: fileSize(raw_bytes) },
          { label: t('covered_by'), value: checkpoint ? t('covered_text', { n: checkpoint.size }) : t('not_covered') },
        ]}
      />
      <div>
        <Button compact onClick={save}>
          {t('save_manifest')}
        </Button>
      </div>
    </section>
  )
}

function Checksum({ sum }: { readonly sum: string }) {
  const announce = useAnnounce()
  return (
    <span>
      <span className="z-code z-wrap">{sum}</span>{' '}
      <Button
        compact
        icon={IconCopy}
        onClick={() => void navigator.clipboard.writeText(sum).then(() => announce(t('checksum_copied')))}
      >
        {t('copy_checksum')}
      </Button>
    </span>
  )
}

/** Asked once before an export ends by hand. */
function EndDialog({
  job,
  query,
  onClose,
}: {
  readonly job: ExportJob
  readonly query: object
  readonly onClose: () => void
}) {
  const active = isActive(job)
  const act = useAct(active ? cancelExportJob : deleteExportJob, {
    stale: [listExportJobs, getExportJob],
    onDone: onClose,
  })
  const verb = t(active ? 'cancel_export' : 'delete_export')
  return (
    <ConfirmDialog
      title={verb}
      consequence={t(active ? 'cancel_effect' : 'delete_effect')}
      verb={verb}
      tone="danger"
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { job_id: job.job_id }, query })}
      onClose={onClose}
    />
  )
}

function Acts({
  job,
  query,
  onAgain,
}: {
  readonly job: ExportJob
  readonly query: object
  readonly onAgain: () => void
}) {
  const [ending, setEnding] = useState(false)
  const link = useAct(createDownloadUrl, { onDone: ({ url }) => follow(url, '') })
  const done = job.status === 'DONE'
  return (
    <>
      <div className="z-row z-wrap">
        {done && (
          <Button
            kind="primary"
            icon={IconDownload}
            busy={link.isPending}
            onClick={() => link.mutate({ params: { job_id: job.job_id }, query })}
          >
            {t('download')}
          </Button>
        )}
        {isActive(job) && (
          <Button icon={IconBan} onClick={() => setEnding(true)}>
            {t('cancel_export')}
          </Button>
        )}
        {done && (
          <Button icon={IconTrash} onClick={() => setEnding(true)}>
            {t('delete_export')}
          </Button>
        )}
        {!isActive(job) && (
          <Button icon={IconRefresh} onClick={onAgain}>
            {t('again')}
          </Button>
        )}
      </div>
      {link.isError && <FailureCard error={link.error} />}
      {ending && <EndDialog job={job} query={query} onClose={() => setEnding(false)} />}
    </>
  )
}

const Range = ({ job }: { readonly job: ExportJob }) => (
  <span className="z-wrap">
    <Instant at={job.from_utc} /> – <Instant at={job.to_utc} />
  </span>
)

export interface ExportPanelProps {
  readonly job: ExportJob
  readonly tenantId: string | undefined
  readonly onAgain: () => void
  readonly onClose: () => void
}

/** One export: how far it is, what came of it, and what can be done with it. */
export function ExportPanel({ job, tenantId, onAgain, onClose }: ExportPanelProps) {
  const query = tenantId === undefined ? {} : { tenant_id: tenantId }
  const done = job.status === 'DONE'
  return (
    <SidePanel title={nameOf(job)} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <ExportBadge job={job} />
          {done && (
            <span className="z-secondary">
              {t('expires_in')} <Countdown until={Date.parse(job.expires_at)} />
            </span>
          )}
        </div>
        {job.status === 'RUNNING' && (
          <Meter label={t('progress')} value={job.progress_percent} max={100} text={`${job.progress_percent} %`} />
        )}
        {job.status === 'FAILED' && job.error_code !== null && (
          <Banner>
            <p>{failureText(job.error_code)}</p>
            <p className="z-code z-wrap">{job.error_code}</p>
          </Banner>
        )}
        {job.truncated && <p className="z-help">{t('truncated')}</p>}
        <Acts job={job} query={query} onAgain={onAgain} />
        <RecordFacts
          facts={[
            { label: t('range'), value: <Range job={job} /> },
            { label: t('rows'), value: rowsText(job) },
            ...(done ? [{ label: t('size'), value: fileSize(job.total_bytes) }] : []),
            ...(done && job.sha256 !== null ? [{ label: t('checksum'), value: <Checksum sum={job.sha256} /> }] : []),
            { label: t('created'), value: <Instant at={job.created_at} /> },
            ...(job.completed_at === null ? [] : [{ label: t('finished'), value: <Instant at={job.completed_at} /> }]),
            { label: t('until'), value: <Instant at={job.expires_at} /> },
            { label: t('attempt'), value: String(job.attempt) },
            { label: t('trace'), value: <span className="z-code z-wrap">{job.trace_id}</span> },
          ]}
        />
        {done && <Manifest job={job} query={query} />}
      </div>
    </SidePanel>
  )
}
