import { ackAlert, listAlerts } from '@zenops/contracts/ops-alerts'
import { dashboardSummary } from '@zenops/contracts/ops-dashboard'
import { Button } from '@zenops/ui/button'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { TraceId } from '@zenops/ui/states'
import { ParagraphField } from '@zenops/ui/text-fields'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { useFirmNames } from '../identity/firm-names.ts'
import { useAct } from '../queries.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import { type Alert, AlertStateBadge, SeverityBadge } from './alert-words.tsx'
import { RunbookLink } from './runbook-link.tsx'
import { ruleTitle, runbookName, sentence, t } from './words.ts'

interface AlertPanelProps {
  readonly alert: Alert
  readonly onClose: () => void
}

function AckDialog({ alert, onClose }: AlertPanelProps) {
  const [note, setNote] = useState('')
  const act = useAct(ackAlert, { stale: [listAlerts, dashboardSummary], onDone: onClose })
  return (
    <ConfirmDialog
      title={t('title_ack', { what: ruleTitle(alert.rule_key) })}
      consequence={t('effect_ack')}
      verb={t('act_ack')}
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: alert.id }, body: note.trim() === '' ? {} : { note: note.trim() } })}
      onClose={onClose}
    >
      <div className="z-under-field">
        <ParagraphField label={t('note')} max={400} optional value={note} onChange={setNote} />
      </div>
    </ConfirmDialog>
  )
}

/** One alert: how bad, since when, figures, who looks after it, where to read on. */
export function AlertPanel({ alert, onClose }: AlertPanelProps) {
  const studio = useSurface().aud === 'studio'
  const mayAck = useCan('ops.jobs.manage')
  const firmName = useFirmNames()
  const [acking, setAcking] = useState(false)
  const acked = [
    { label: t('acked_by'), value: alert.acked_by?.name },
    { label: t('note'), value: alert.ack_note },
  ]
  return (
    <SidePanel title={ruleTitle(alert.rule_key)} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <SeverityBadge severity={alert.severity} />
          <AlertStateBadge alert={alert} />
        </div>
        {alert.state === 'OPEN' && mayAck && (
          <div className="z-row">
            <Button kind="primary" onClick={() => setAcking(true)}>
              {t('act_ack')}
            </Button>
          </div>
        )}
        <RecordFacts
          facts={[
            ...(studio ? [{ label: t('firm'), value: firmName(alert.tenant_id) }] : []),
            { label: t('rule'), value: <span className="z-code">{alert.rule_key}</span> },
            { label: t('since'), value: <Instant at={alert.first_at} /> },
            { label: t('last_seen'), value: <Instant at={alert.last_at} /> },
            { label: t('times'), value: alert.count },
            ...Object.entries(alert.detail).map(([name, value]) => ({
              label: sentence(name),
              value: typeof value === 'object' ? JSON.stringify(value) : String(value),
            })),
            { label: t('level'), value: alert.level },
            ...(alert.acked_at ? acked : []),
            ...(alert.resolved_at ? [{ label: t('resolved_at'), value: <Instant at={alert.resolved_at} /> }] : []),
            { label: t('runbook'), value: <RunbookLink name={runbookName(alert.rule_key)} /> },
            { label: t('trace'), value: <TraceId id={alert.trace_id} whole /> },
          ]}
        />
      </div>
      {acking && <AckDialog alert={alert} onClose={() => setAcking(false)} />}
    </SidePanel>
  )
}
