import type { ExportJob } from '@zenops/contracts/exports'
import { StatusBadge, type StatusFamily } from '@zenops/ui/status'
import { t } from './words.ts'

const FAMILY: Readonly<Record<ExportJob['status'], StatusFamily>> = {
  PENDING: 'grey',
  RUNNING: 'blue',
  DONE: 'green',
  FAILED: 'red',
  EXPIRED: 'grey',
}

export const ExportBadge = ({ job }: { readonly job: ExportJob }) => (
  <StatusBadge
    family={FAMILY[job.status]}
    text={t(`state_${job.status}`)}
    {...(job.status === 'EXPIRED' ? { icon: 'ban' as const, final: true } : {})}
  />
)

const day = (instant: string): string => instant.slice(0, 10)

/** What it is a file of, in one line. */
export function nameOf(job: ExportJob): string {
  const [from, to] = [day(job.from_utc), day(job.to_utc)]
  const range = from === to ? from : t('range_text', { from, to })
  return t('export_of', { format: t(`short_${job.format}`), range })
}
