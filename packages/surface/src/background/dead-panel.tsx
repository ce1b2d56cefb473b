import { useQuery } from '@tanstack/react-query'
import {
  discardDeadJob,
  getDeadJob,
  listDeadJobs,
  listJobs,
  listQueues,
  replayDeadJob,
} from '@zenops/contracts/ops-queue'
import { Button } from '@zenops/ui/button'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { SkeletonRows, TraceId } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { useFirmNames } from '../identity/firm-names.ts'
import { useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { ActDialog } from './act-dialog.tsx'
import { DeadBadge, type DeadJob } from './badges.tsx'
import { OpenCalls } from './open-calls.tsx'
import { t } from './words.ts'

const WRAPPED = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: 0 } as const

interface DeadProps {
  readonly dead: DeadJob
  readonly onClose: () => void
}

/** Read only when asked for: the look is audited. */
function Payload({ dead }: { readonly dead: DeadJob }) {
  const { ask } = useSurface()
  const [wanted, setWanted] = useState(false)
  const detail = useQuery({ ...ask(getDeadJob, { params: { id: dead.id } }), enabled: wanted })
  if (!wanted)
    return (
      <div className="z-stack">
        <div className="z-row">
          <Button onClick={() => setWanted(true)}>{t('show_payload')}</Button>
        </div>
        <p className="z-help">{t('payload_note')}</p>
      </div>
    )
  if (detail.isError) return <FailureCard error={detail.error} onRetry={() => void detail.refetch()} />
  if (!detail.data) return <SkeletonRows rows={3} columns={1} />
  return (
    <RecordFacts
      facts={[
        {
          label: t('payload'),
          value: (
            <pre className="z-code" style={WRAPPED}>
              {JSON.stringify(detail.data.payload, null, 2)}
            </pre>
          ),
        },
        {
          label: t('effect_key'),
          value: (
            <span className="z-code" style={WRAPPED}>
              {detail.data.effect_key}
            </span>
          ),
        },
      ]}
    />
  )
}

function ResolveDialog({ dead, act, onClose }: DeadProps & { readonly act: 'replay' | 'discard' }) {
  const done = { stale: [listDeadJobs, listJobs, listQueues], onDone: onClose }
  const replay = useAct(replayDeadJob, done)
  const discard = useAct(discardDeadJob, done)
  const chosen = act === 'replay' ? replay : discard
  return (
    <ActDialog
      title={t(act === 'replay' ? 'replay_title' : 'discard_title', { queue: dead.queue })}
      effect={t(act === 'replay' ? 'replay_effect' : 'discard_effect')}
      verb={t(act)}
      danger={act === 'discard'}
      busy={chosen.isPending}
      error={chosen.error}
      onConfirm={(reason) => chosen.mutate({ params: { id: dead.id }, body: { reason } })}
      onClose={onClose}
    />
  )
}

export function DeadPanel({ dead, onClose }: DeadProps) {
  const studio = useSurface().aud === 'studio'
  const firmName = useFirmNames()
  const [dialog, setDialog] = useState<'replay' | 'discard' | null>(null)
  const end = dead.resolved_at
    ? [
        { label: t('resolved_at'), value: <Instant at={dead.resolved_at} /> },
        { label: t('reason'), value: dead.reason },
        { label: t('replayed_as'), value: dead.replay_job_id && <span className="z-code">{dead.replay_job_id}</span> },
      ]
    : []
  return (
    <SidePanel title={dead.queue} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <DeadBadge dead={dead} />
        </div>
        {dead.state === 'DEAD' && (
          <div className="z-row">
            <Button kind="primary" onClick={() => setDialog('replay')}>
              {t('replay')}
            </Button>
            <Button
              unmet={dead.unknown_effects.length > 0 ? t('settle_first') : null}
              onClick={() => setDialog('discard')}
            >
              {t('discard')}
            </Button>
          </div>
        )}
        <OpenCalls dead={dead} />
        <RecordFacts
          facts={[
            ...(studio ? [{ label: t('firm'), value: firmName(dead.tenant_id) }] : []),
            { label: t('error'), value: dead.error_code },
            { label: t('reason'), value: dead.error },
            { label: t('attempts'), value: dead.attempts },
            { label: t('first_failed_at'), value: <Instant at={dead.first_failed_at} /> },
            { label: t('failed_at'), value: <Instant at={dead.last_failed_at} /> },
            ...end,
            { label: t('trace'), value: <TraceId id={dead.trace_id} /> },
          ]}
        />
        <Payload dead={dead} />
      </div>
      {dialog && <ResolveDialog dead={dead} act={dialog} onClose={() => setDialog(null)} />}
    </SidePanel>
  )
}
