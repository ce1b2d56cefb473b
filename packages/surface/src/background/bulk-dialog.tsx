import { createConfirmation } from '@zenops/contracts/identity-blocks'
import { listDeadJobs, listJobs, listQueues, resolveDeadJobs } from '@zenops/contracts/ops-queue'
import { useState } from 'react'
import { TypedConfirmation } from '../identity/typed-confirmation.tsx'
import { useAct } from '../queries.ts'
import { ActDialog } from './act-dialog.tsx'
import { t } from './words.ts'

export interface BulkDialogProps {
  readonly act: 'replay' | 'discard'
  readonly queue: string
  readonly count: number
  readonly onClose: () => void
}

/** Reason first, then the typed words; the server counts once more. */
export function BulkDialog({ act, queue, count, onClose }: BulkDialogProps) {
  const [reason, setReason] = useState<string | null>(null)
  const confirmation = useAct(createConfirmation)
  const bulk = useAct(resolveDeadJobs, { stale: [listDeadJobs, listJobs, listQueues], onDone: onClose })
  const verb = t(act === 'replay' ? 'replay_many' : 'discard_many', { n: count })
  const title = t(act === 'replay' ? 'replay_title' : 'discard_title', { queue })
  const effect = `${t('bulk_effect', { queue, n: count })} ${t(act === 'replay' ? 'replay_effect' : 'discard_effect')}`
  const drawn = confirmation.data
  if (reason !== null && drawn)
    return (
      <TypedConfirmation
        title={title}
        effect={effect}
        phrase={drawn.phrase}
        verb={verb}
        busy={bulk.isPending}
        error={bulk.error}
        onConfirm={(phrase) =>
          bulk.mutate({
            body: {
              action: act,
              filter: { queue },
              expected_count: count,
              reason,
              confirmation: { confirmation_id: drawn.confirmation_id, phrase },
            },
          })
        }
        onClose={onClose}
      />
    )
  return (
    <ActDialog
      title={title}
      effect={effect}
      verb={verb}
      danger={act === 'discard'}
      busy={confirmation.isPending}
      error={confirmation.error}
      onConfirm={(given) => {
        setReason(given)
        confirmation.mutate({ body: { action: `dead_jobs_${act}`, target: queue } })
      }}
      onClose={onClose}
    />
  )
}
