import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import {
  cancelReportJob,
  createPack,
  downloadArtifact,
  getPackLink,
  listPacks,
  retryReportJob,
} from '@zenops/contracts/reports-packs'
import {
  JOB_FAMILY,
  PACK_FAMILY,
  RENDER_STEPS,
  STALE_FACE,
  type Pack,
  type ReportJob,
} from '@zenops/contracts/reports-pack-records'
import { Button } from '@zenops/ui/button'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { fileSize, JobCard, type JobStep } from '@zenops/ui/files'
import { IconDownload, IconPlus, IconRefresh } from '@zenops/ui/icons'
import { Banner, EmptyState, SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Code, Instant } from '@zenops/ui/values'
import { useAnnounce } from '@zenops/ui/announcer'
import { useState } from 'react'
import { client } from '../../../lib/client.ts'
import { FailureCard } from '../../../lib/failures.tsx'
import { ask, rowsOf, useAct } from '../../../lib/queries.ts'
import { useCan } from '../../../lib/session.tsx'
import { useRefresh, type ReportDetail } from '../record/report-query.ts'
import { t } from '../texts.ts'
import { isRunning, useJob } from './use-job.ts'

const packsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [listPacks.id, { params: { id } }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      client.call(
        listPacks,
        { params: { id }, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** The steps of rendering; all before the present one are done. */
function stepsOf(job: ReportJob): readonly JobStep[] {
  const at =
    job.status === 'completed' ? RENDER_STEPS.length : job.progress.step ? RENDER_STEPS.indexOf(job.progress.step) : -1
  return RENDER_STEPS.map((step, index) => ({
    key: step,
    label: t(`step_${step}`),
    state: index < at ? 'done' : index > at ? 'waiting' : job.status === 'failed' ? 'failed' : 'active',
  }))
}

function JobFailure({
  job,
  onRetry,
  busy,
}: {
  readonly job: ReportJob
  readonly onRetry: (() => void) | null
  readonly busy: boolean
}) {
  const { error } = job
  return (
    <div className="rp-job-failure" role="alert">
      <strong>{error?.message ?? t('job_failed')}</strong>
      {error?.placeholder && (
        <p>
          {t('placeholder')} <span className="z-code">{error.placeholder}</span>
        </p>
      )}
      {error?.place && (
        <p>
          {t('place')} {error.place}
        </p>
      )}
      <p className="z-meta">
        {error?.code} · {t('attempts', { n: job.attempts, max: job.max_attempts })}
      </p>
      {onRetry && (
        <Button compact icon={IconRefresh} busy={busy} onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  )
}

/** The pack being made: steps as they happen, or what stopped it. */
function Running({ job: first, id }: { readonly job: ReportJob; readonly id: string }) {
  const refresh = useRefresh(id)
  const announce = useAnnounce()
  const renders = useCan('reports.render')
  const { job, error } = useJob(first, () => {
    refresh()
    announce(t('job_over'))
  })
  const retry = useAct(retryReportJob, { onDone: refresh })
  const cancel = useAct(cancelReportJob, { onDone: refresh })
  if (!job || job.status === 'completed') return null
  const face = JOB_FAMILY[job.status]
  const running = isRunning(job)
  const params = { id: job.id }
  return (
    <JobCard
      name={t('job_name')}
      state={<StatusBadge family={face.family} text={face.label.en} final={face.final} />}
      progress={running ? { done: job.progress.percent, total: 100, text: `${job.progress.percent} %` } : undefined}
      steps={stepsOf(job)}
      onCancel={running && renders ? () => cancel.mutate({ params }) : undefined}
      result={
        <>
          {job.status === 'failed' && (
            <JobFailure job={job} busy={retry.isPending} onRetry={renders ? () => retry.mutate({ params }) : null} />
          )}
          {[error, retry.error, cancel.error].map(
            (one, at) => one !== null && <FailureCard key={at} error={one} />, // three fixed places
          )}
        </>
      }
    />
  )
}

async function download(pack: Pack, artifact: Pack['artifacts'][number]): Promise<void> {
  const { url } = await client.call(downloadArtifact, { params: { id: pack.id, aid: artifact.id } })
  const link = document.createElement('a')
  link.href = url
  link.download = artifact.filename
  document.body.append(link)
  link.click()
  link.remove()
}

function Artifacts({ pack }: { readonly pack: Pack }) {
  const [error, setError] = useState<unknown>(null)
  const files = pack.artifacts.filter(({ kind }) => kind === 'docx' || kind === 'pdf')
  return (
    <>
      <ul className="rp-artifacts">
        {files.map((artifact) => (
          <li key={artifact.id}>
            <Button
              compact
              icon={IconDownload}
              aria-label={t('download', { kind: artifact.kind.toUpperCase(), version: pack.version })}
              onClick={() => void download(pack, artifact).then(() => setError(null), setError)}
            >
              {artifact.kind.toUpperCase()}
            </Button>
            <span className="rp-artifact-name">{artifact.filename}</span>
            <span className="z-meta z-num">
              {fileSize(artifact.size_bytes)}
              {artifact.pages !== null && ` · ${t('pages', { n: artifact.pages })}`}
            </span>
            <span className="z-meta" title={artifact.checksum_sha256}>
              <Code code={artifact.checksum_sha256.slice(0, 12)} />
            </span>
          </li>
        ))}
      </ul>
      {error !== null && <FailureCard error={error} />}
    </>
  )
}

function PackCard({ pack }: { readonly pack: Pack }) {
  const face = PACK_FAMILY[pack.status]
  return (
    <li className="z-card rp-pack">
      <div className="z-row">
        <h2>{t('pack_version', { n: pack.version })}</h2>
        <StatusBadge family={face.family} text={face.label.en} final={face.final} />
        <StatusBadge family="grey" text={t(pack.final ? 'final' : 'draft')} final />
        {pack.stale && <StatusBadge family={STALE_FACE.family} text={STALE_FACE.label.en} />}
        <span className="z-meta rp-push">
          {t('revision_no', { n: pack.revision })} · <Instant at={pack.generated_at ?? pack.created_at} relative />
        </span>
      </div>
      {pack.warnings.map(({ code, message }) => (
        <Banner key={code} inset>
          {code === 'PDF_RENDERER_UNAVAILABLE' ? t('pdf_unavailable') : message}
        </Banner>
      ))}
      <Artifacts pack={pack} />
      <p className="z-meta">{t('made_with', { template: pack.template_key, renderer: pack.renderer_version })}</p>
    </li>
  )
}

function Create({ detail }: { readonly detail: ReportDetail }) {
  const { id, status } = detail.work_order
  const refresh = useRefresh(id)
  const [asking, setAsking] = useState(false)
  const act = useAct(createPack, {
    onDone: () => {
      setAsking(false)
      refresh()
    },
  })
  const ready = status === 'READY_FOR_RENDER'
  const locked = status === 'CLOSED' || status === 'CANCELLED'
  const create = (draft: boolean) => act.mutate({ params: { id }, body: { draft } })
  return (
    <>
      <div className="z-row">
        <Button
          kind={ready ? 'primary' : 'default'}
          icon={IconPlus}
          busy={act.isPending && asking}
          unmet={ready ? null : t('final_unmet')}
          onClick={() => setAsking(true)}
        >
          {t('create_final')}
        </Button>
        <Button busy={act.isPending && !asking} unmet={locked ? t('locked') : null} onClick={() => create(true)}>
          {t('create_draft')}
        </Button>
      </div>
      {act.isError && !asking && <FailureCard error={act.error} />}
      <ConfirmDialog
        title={t('create_final')}
        consequence={t('create_final_text')}
        verb={t('create_final')}
        opened={asking}
        busy={act.isPending}
        error={act.isError && <FailureCard error={act.error} />}
        onClose={() => setAsking(false)}
        onConfirm={() => create(false)}
      />
    </>
  )
}

/** Every output of a report: what is being made, what is there, what stopped. */
export function PackList({ detail }: { readonly detail: ReportDetail }) {
  const { id } = detail.work_order
  const packs = useInfiniteQuery(packsQuery(id))
  const link = useQuery(ask(getPackLink, { params: { id } }))
  const renders = useCan('reports.render')
  if (packs.isError) return <FailureCard error={packs.error} onRetry={() => void packs.refetch()} />
  if (packs.isPending) return <SkeletonRows rows={4} columns={4} />
  const rows = rowsOf(packs.data)
  const job = link.data?.generation_job ?? null
  return (
    <div className="z-stack">
      {renders && <Create detail={detail} />}
      {job && <Running key={`${job.id}-${job.attempts}-${isRunning(job)}`} job={job} id={id} />}
      {rows.length === 0 && !job && <EmptyState title={t('no_packs')} reason={t('no_packs_text')} />}
      <ul className="z-stack">
        {rows.map((pack) => (
          <PackCard key={pack.id} pack={pack} />
        ))}
      </ul>
      {packs.hasNextPage && <Button onClick={() => void packs.fetchNextPage()}>{t('load_more')}</Button>}
    </div>
  )
}
