import { listDeadJobs, listJobs, listQueues, resolveDeadJobs } from '@zenops/contracts/ops-queue'
import { useAct } from '../queries.ts'
import { ConfirmedAct } from './confirmed-act.tsx'
import { t } from './words.ts'

export interface BulkDialogProps {
  readonly act: 'replay' | 'discard'
  readonly queue: string
  readonly count: number
  readonly onClose: () => void
}

/** The server counts once more. */
export function BulkDialog({ act, queue, count, onClose }: BulkDialogProps) {
  const bulk = useAct(resolveDeadJobs, { stale: [listDeadJobs, listJobs, listQueues], onDone: onClose })
  return (
    <ConfirmedAct
      title={t(act === 'replay' ? 'replay_title' : 'discard_title', { queue })}
      effect={`${t('bulk_effect', { queue, n: count })} ${t(act === 'replay' ? 'replay_effect' : 'discard_effect')}`}
      verb={t(act === 'replay' ? 'replay_many' : 'discard_many', { n: count })}
      danger={act === 'discard'}
      about={{ action: `dead_jobs_${act}`, target: queue }}
      busy={bulk.isPending}
      error={bulk.error}
      onConfirm={(given) => bulk.mutate({ body: { action: act, filter: { queue }, expected_count: count, ...given } })}
      onClose={onClose}
    />
  )
}
