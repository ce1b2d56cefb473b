import { useQuery } from '@tanstack/react-query'
import { auditDiff, type listAuditLogs } from '@zenops/contracts/audit'
import { inclusionProof } from '@zenops/contracts/audit-chain'
import type { InputOf, OutputOf } from '@zenops/contracts/kit'
import { useAnnounce } from '@zenops/ui/announcer'
import { Button } from '@zenops/ui/button'
import { DiffList } from '@zenops/ui/diff'
import { IconCopy, IconEye } from '@zenops/ui/icons'
import { AppLink } from '@zenops/ui/links'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { SkeletonRows } from '@zenops/ui/states'
import { Code, Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { stringifySearch } from '../address.ts'
import { FailureCard } from '../failures.tsx'
import { jobName } from '../jobs.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import { OutcomeBadge, SealedBadge } from './badges.tsx'
import type { AuditLogSearch } from './searches.ts'
import { actionName, t } from './words.ts'

export type LoggedEvent = OutputOf<typeof listAuditLogs>['items'][number]
type Diff = OutputOf<typeof auditDiff>

const WORDS = {
  add: t('change_add'),
  remove: t('change_remove'),
  replace: t('change_replace'),
  whole: t('change_whole'),
}

const logHref = (tenantId: string | undefined, filter: Partial<AuditLogSearch>): string =>
  `/admin/audit${stringifySearch({ ...(tenantId ? { tenant_id: tenantId } : {}), ...filter })}`

/** Members of the actor as the event holds them. */
function textIn(actor: unknown, name: string): string | null {
  if (typeof actor !== 'object' || actor === null || !(name in actor)) return null
  return String((actor as Record<string, unknown>)[name]) // checked on the line above
}

/** The support session under which an operator acted. */
function servedOf(actor: unknown): string | null {
  if (typeof actor !== 'object' || actor === null || !('on_behalf_of' in actor)) return null
  return textIn(actor.on_behalf_of, 'id')
}

function Actor({ event, diff }: { readonly event: LoggedEvent; readonly diff: Diff }) {
  const job = textIn(diff.actor, 'job_template')
  const served = servedOf(diff.actor)
  return (
    <section className="z-panel-part">
      <h3>{t('who')}</h3>
      <RecordFacts
        facts={[
          { label: t('actor'), value: event.actor_name ?? (event.actor_user_id === null ? t('nobody') : null) },
          { label: t('actor_id'), value: event.actor_user_id && <Code code={event.actor_user_id} /> },
          { label: t('role'), value: event.actor_role },
          { label: t('job'), value: job === null ? null : jobName(job) },
          { label: t('surface'), value: textIn(diff.actor, 'aud') },
          { label: t('session'), value: textIn(diff.actor, 'session') },
          ...(served === null ? [] : [{ label: t('support_session'), value: <Code code={served} /> }]),
          { label: t('address'), value: textIn(diff.actor, 'ip_hash') },
          { label: t('reason'), value: diff.reason },
        ]}
      />
    </section>
  )
}

/** An inclusion proof of the event, as JSON for whoever checks it. */
function CopyProof({ diff, inFirm }: { readonly diff: Diff; readonly inFirm: { readonly tenant_id?: string } }) {
  const { client } = useSurface()
  const announce = useAnnounce()
  const [failure, setFailure] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const copy = async (seq: number, epoch: number): Promise<void> => {
    setBusy(true)
    try {
      const query = { ...inFirm, epoch }
      const proof = await client.call(inclusionProof, { params: { seq }, query })
      await navigator.clipboard.writeText(JSON.stringify(proof, null, 2))
      setFailure(null)
      announce(t('proof_copied'))
    } catch (error) {
      setFailure(error)
    }
    setBusy(false)
  }
  const { chain_seq, epoch } = diff
  return (
    <>
      <Button
        icon={IconCopy}
        busy={busy}
        unmet={chain_seq === null ? t('no_proof') : null}
        onClick={() => chain_seq !== null && epoch !== null && void copy(chain_seq, epoch)}
      >
        {t('copy_proof')}
      </Button>
      {failure !== null && <FailureCard error={failure} />}
    </>
  )
}

function Place({
  event,
  diff,
  inFirm,
}: {
  readonly event: LoggedEvent
  readonly diff: Diff
  readonly inFirm: { readonly tenant_id?: string }
}) {
  return (
    <section className="z-panel-part">
      <h3>{t('place')}</h3>
      <RecordFacts
        facts={[
          { label: t('seq'), value: diff.chain_seq === null ? <SealedBadge seq={null} /> : String(diff.chain_seq) },
          { label: t('epoch'), value: diff.epoch === null ? null : String(diff.epoch) },
          { label: t('hash_prev'), value: diff.hash_prev && <span className="z-code z-wrap">{diff.hash_prev}</span> },
          { label: t('hash_curr'), value: diff.hash_curr && <span className="z-code z-wrap">{diff.hash_curr}</span> },
          { label: t('event'), value: <Code code={event.audit_id} /> },
          { label: t('trace'), value: diff.source_trace_id && <Code code={diff.source_trace_id} /> },
        ]}
      />
      <div className="z-row">
        <CopyProof diff={diff} inFirm={inFirm} />
      </div>
    </section>
  )
}

const COVER = '"[personal]"'
const hidesPersonal = (diff: Diff): boolean => JSON.stringify([diff.before_json, diff.after_json]).includes(COVER)

/** What the event changed; personal values on demand, which is logged. */
function Changes({
  diff,
  revealed,
  onReveal,
}: {
  readonly diff: Diff
  readonly revealed: boolean
  readonly onReveal: () => void
}) {
  const mayReveal = useCan('documents.pii')
  return (
    <section className="z-panel-part">
      <h3>{t('changes')}</h3>
      {diff.changes.length > 0 ? (
        <DiffList label={t('changes')} entries={diff.changes} words={WORDS} />
      ) : (
        <p className="z-secondary">{t('no_changes')}</p>
      )}
      {revealed && <p role="status">{t('revealed')}</p>}
      {!revealed && hidesPersonal(diff) && (
        <div className="z-row">
          <span className="z-secondary">{t('hides_personal')}</span>
          {mayReveal && (
            <Button icon={IconEye} onClick={onReveal}>
              {t('reveal')}
            </Button>
          )}
        </div>
      )}
    </section>
  )
}

/** Ways to what belongs to the same trace, person or target. */
function Neighbours({ event, tenantId }: { readonly event: LoggedEvent; readonly tenantId: string | undefined }) {
  const ways = [
    { label: t('same_trace'), filter: event.trace_id && { trace_id: event.trace_id } },
    { label: t('same_actor'), filter: event.actor_user_id && { actor_user_id: event.actor_user_id } },
    { label: t('same_target'), filter: event.target_id && { target_id: event.target_id } },
  ]
  return (
    <nav className="z-stack z-stack-tight" aria-label={t('event')}>
      {ways.map(
        ({ label, filter }) =>
          filter && (
            <AppLink key={label} href={logHref(tenantId, filter)}>
              {label}
            </AppLink>
          ),
      )}
    </nav>
  )
}

export interface EventPanelProps {
  readonly event: LoggedEvent
  /** Studio: the firm whose log it is. */
  readonly tenantId: string | undefined
  readonly onClose: () => void
}

/** One event beside the list: what changed, who, its place in the chain, and its neighbours. */
export function EventPanel({ event, tenantId, onClose }: EventPanelProps) {
  const { ask } = useSurface()
  const [revealed, setRevealed] = useState(false)
  const inFirm = tenantId === undefined ? {} : { tenant_id: tenantId }
  const query: InputOf<typeof auditDiff>['query'] = { ...inFirm, ...(revealed ? { reveal: 'true' } : {}) }
  const found = useQuery({
    ...ask(auditDiff, { params: { audit_id: event.audit_id }, query }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: revealed ? 0 : 300_000,
  })
  return (
    <SidePanel title={actionName(event.action_type)} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <OutcomeBadge outcome={event.outcome} />
          <SealedBadge seq={event.chain_seq} />
        </div>
        <RecordFacts
          facts={[
            { label: t('when'), value: <Instant at={event.created_at} /> },
            { label: t('action'), value: <span className="z-code z-wrap">{event.action_type}</span> },
            {
              label: t('target'),
              value: (
                <span className="z-code z-wrap">{[event.target_type, event.target_id].filter(Boolean).join(' ')}</span>
              ),
            },
          ]}
        />
        {found.isPending && <SkeletonRows rows={6} columns={2} />}
        {found.isError && <FailureCard error={found.error} onRetry={() => void found.refetch()} />}
        {found.isError && revealed && <Button onClick={() => setRevealed(false)}>{t('changes')}</Button>}
        {found.data && (
          <>
            <Changes diff={found.data} revealed={revealed} onReveal={() => setRevealed(true)} />
            <Actor event={event} diff={found.data} />
            <Place event={event} diff={found.data} inFirm={inFirm} />
          </>
        )}
        <Neighbours event={event} tenantId={tenantId} />
      </div>
    </SidePanel>
  )
}
