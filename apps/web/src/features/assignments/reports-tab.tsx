import { useInfiniteQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import { getAssignment, listActivities } from '@zenops/contracts/assignments'
import { createReport, listReports } from '@zenops/contracts/reports'
import { REPORT_TYPES } from '@zenops/contracts/report-enums'
import { REPORT_FAMILY } from '@zenops/contracts/reports-shapes'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { IconPlus } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { EmptyState, SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { Instant, Meter } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../../lib/failures.tsx'
import { askList, rowsOf, useAct } from '../../lib/queries.ts'
import { useCan } from '../../lib/session.tsx'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { options, t, word } from './words.ts'

type ReportType = (typeof REPORT_TYPES)[number]

/** What the service line of the job most likely needs. */
const USUAL: Readonly<Partial<Record<AssignmentDetail['service_line'], ReportType>>> = { DPR: 'DPR' }

export const askReports = (id: string) => askList(listReports, { assignment_id: id })

function NewReport({ job, onClose }: { readonly job: AssignmentDetail; readonly onClose: () => void }) {
  const router = useRouter()
  const [type, setType] = useState<ReportType>(USUAL[job.service_line] ?? 'VALUATION')
  const act = useAct(createReport, {
    stale: [listReports, getAssignment, listActivities],
    onDone: (made) => router.history.push(`/reports/${made.work_order_id}`),
  })
  return (
    <ConfirmDialog
      title={t('report_title')}
      opened
      busy={act.isPending}
      verb={t('report_create')}
      consequence={t('no_reports_text')}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ body: { source_type: 'TENANT', assignment_id: job.id, report_type: type } })}
      onClose={onClose}
    >
      <ChoiceField
        label={t('report_type')}
        value={type}
        options={options(REPORT_TYPES, 'rt')}
        onChange={(next) => setType(REPORT_TYPES.find((one) => one === next) ?? type)}
      />
    </ConfirmDialog>
  )
}

/** The reports of the job, each on its own page. */
export function ReportsTab({ job }: { readonly job: AssignmentDetail }) {
  const write = useCan('reports.write')
  const [creating, setCreating] = useState(false)
  const query = useInfiniteQuery(askReports(job.id))
  const rows = rowsOf(query.data)
  const act = (
    <Button
      kind={rows.length === 0 ? 'primary' : 'default'}
      icon={IconPlus}
      unmet={write ? null : t('no_right_reports')}
      onClick={() => setCreating(true)}
    >
      {t('new_report')}
    </Button>
  )
  return (
    <section className="z-card" aria-label={t('reports')}>
      {query.isPending && <SkeletonRows rows={3} />}
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && (
        <EmptyState title={t('no_reports')} reason={t('no_reports_text')} action={act} />
      )}
      {rows.length > 0 && (
        <div className="z-stack">
          <ul className="z-list" aria-label={t('reports')}>
            {rows.map((report) => (
              <li key={report.id}>
                <span className="z-stack-tight">
                  <AppLink href={`/reports/${report.id}`}>{report.report_no}</AppLink>
                  <span className="z-secondary">
                    {word(`rt_${report.report_type}`, report.report_type)} · {t('updated')}{' '}
                    <Instant at={report.updated_at} relative />
                  </span>
                </span>
                <span className="z-row">
                  <StateBadge face={REPORT_FAMILY[report.status]} />
                  {report.pack_stale && <StatusBadge family="amber" text={t('pack_stale')} />}
                  <span className="z-report-meter">
                    <Meter
                      label={t('readiness')}
                      value={report.readiness_score}
                      max={100}
                      text={`${report.readiness_score} %`}
                      tone={report.readiness_score >= 100 ? 'green' : 'orange'}
                    />
                  </span>
                </span>
              </li>
            ))}
          </ul>
          <div>{act}</div>
        </div>
      )}
      {creating && <NewReport job={job} onClose={() => setCreating(false)} />}
    </section>
  )
}
