import { STALE_FACE } from '@zenops/contracts/reports-pack-records'
import { QC_FAMILY, REPORT_FAMILY } from '@zenops/contracts/reports-shapes'
import { StatusBadge } from '@zenops/ui/status'
import { AppLink } from '@zenops/ui/links'
import { SkeletonRows } from '@zenops/ui/states'
import { Code, Meter } from '@zenops/ui/values'
import { Page } from '@zenops/ui/page'
import { useCan } from '../../../lib/session.tsx'
import { FailureCard } from '../../../lib/failures.tsx'
import { RecordPage } from '@zenops/surface/record-page.tsx'
import { t } from '../texts.ts'
import { ReportMoves } from './report-moves.tsx'
import { useReport, type Header } from './report-query.ts'

function State({ header }: { readonly header: Header }) {
  const face = REPORT_FAMILY[header.status]
  const qc = QC_FAMILY[header.qc_state]
  return (
    <span className="z-row">
      <StatusBadge family={face.family} text={face.label.en} final={face.final} size="large" />
      {header.qc_state !== 'NONE' && <StatusBadge family={qc.family} text={qc.label.en} />}
      {header.pack_stale && <StatusBadge family={STALE_FACE.family} text={t('pack_stale')} />}
    </span>
  )
}

const TABS = ['form', 'evidence', 'suggestions', 'annexures', 'revisions', 'packs'] as const

/** One report: number, title, state, score, next step, and its pages as tabs. */
export function ReportRecord({ id }: { readonly id: string }) {
  const query = useReport(id)
  const writes = useCan('reports.write')
  if (query.isError)
    return (
      <Page title={t('report')} documentTitle={t('report')}>
        <FailureCard error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  if (!query.data)
    return (
      <Page title={t('report')} documentTitle={t('report')}>
        <SkeletonRows rows={10} columns={3} />
      </Page>
    )
  const { work_order: header, evidence_items = [], suggestions_open = [] } = query.data
  const counts: Record<string, number> = { evidence: evidence_items.length, suggestions: suggestions_open.length }
  return (
    <RecordPage
      title={
        <>
          <Code code={header.report_no} /> {header.title}
        </>
      }
      documentTitle={`${header.report_no} ${header.title}`}
      state={<State header={header} />}
      note={
        <span className="rp-title-note">
          <AppLink href={`/assignments/${header.assignment_id}`}>{t('to_assignment')}</AppLink>
          <span className="rp-title-score">
            <Meter
              label={t('readiness')}
              value={header.readiness_score}
              max={100}
              text={`${header.readiness_score} %`}
              tone={header.readiness_score >= 100 ? 'green' : 'orange'}
            />
          </span>
        </span>
      }
      acts={writes && <ReportMoves detail={query.data} />}
      base={`/reports/${id}`}
      tabsLabel={t('tabs')}
      tabs={TABS.map((key) => ({
        label: t(`tab_${key}`),
        path: `/${key}`,
        ...(counts[key] ? { count: counts[key] } : {}),
      }))}
    />
  )
}
