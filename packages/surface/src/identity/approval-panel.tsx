import { useQuery } from '@tanstack/react-query'
import type { Operation } from '@zenops/contracts/kit'
import { getUser, listRoleTemplates } from '@zenops/contracts/identity-people'
import {
  RBAC_FAMILY,
  approveRequest,
  getApprovalRequest,
  getMatrix,
  getSignInPolicy,
  listApprovalRequests,
  rejectRequest,
  withdrawRequest,
} from '@zenops/contracts/identity-rights'
import { listUsers } from '@zenops/contracts/identity'
import { Button } from '@zenops/ui/button'
import { ChangesTable, ConfirmDialog } from '@zenops/ui/dialog'
import { IconCheck, IconX } from '@zenops/ui/icons'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts, Timeline, type TimelineEntry } from '@zenops/ui/record'
import { SkeletonRows } from '@zenops/ui/states'
import { ParagraphField } from '@zenops/ui/text-fields'
import { useFormats } from '@zenops/ui/formats'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { useAct } from '../queries.ts'
import { StateBadge } from '../state-badge.tsx'
import { useCan, useSurface } from '../surface-context.tsx'
import { changeRowsOf, requestTitle, whyNot, type ApprovalRequest } from './request-words.ts'
import { t } from './words.ts'

const OPERATIONS = { approve: approveRequest, reject: rejectRequest, withdraw: withdrawRequest } as const
type Verdict = keyof typeof OPERATIONS

/** What an applied request changes elsewhere. */
const STALE: readonly Operation[] = [
  getApprovalRequest,
  listApprovalRequests,
  getMatrix,
  listRoleTemplates,
  getUser,
  listUsers,
  getSignInPolicy,
]
const MAX_COMMENT = 500

interface DecideDialogProps {
  readonly request: ApprovalRequest
  readonly verdict: Verdict
  readonly onClose: () => void
}

/** What saying yes does now: the last one needed applies the change. */
function consequenceOf(request: ApprovalRequest, verdict: Verdict): string {
  if (verdict !== 'approve') return t(`decide_effect_${verdict}`)
  const left = request.approvals_needed - request.approvals - 1
  return left > 0 ? t('approve_more', { n: left }) : t('approve_last', { n: request.people_affected })
}

function DecideDialog({ request, verdict, onClose }: DecideDialogProps) {
  const [comment, setComment] = useState('')
  const act = useAct(OPERATIONS[verdict], { stale: STALE, onDone: onClose })
  return (
    <ConfirmDialog
      title={t(`decide_title_${verdict}`)}
      consequence={
        <>
          <p>
            <strong>{requestTitle(request)}</strong>
          </p>
          <p className="z-secondary">{consequenceOf(request, verdict)}</p>
        </>
      }
      changes={verdict === 'approve' ? changeRowsOf(request) : []}
      verb={t(`decide_act_${verdict}`)}
      tone={verdict === 'approve' ? 'normal' : 'danger'}
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: request.id }, body: comment.trim() === '' ? {} : { comment } })}
      onClose={onClose}
    >
      <div className="z-under-field">
        <ParagraphField label={t('comment')} optional max={MAX_COMMENT} value={comment} onChange={setComment} />
      </div>
    </ConfirmDialog>
  )
}

function Acts({
  request,
  onChoose,
}: {
  readonly request: ApprovalRequest
  readonly onChoose: (verdict: Verdict) => void
}) {
  const mayApprove = useCan('users.rbac.approve', 'control.rbac')
  if (request.status !== 'PENDING') return null
  const reason = request.may_decide ? null : (whyNot(request.why_not) ?? t('why_other'))
  return (
    <div className="z-stack-tight">
      <div className="z-row">
        {mayApprove && !request.mine && (
          <>
            <Button kind="primary" icon={IconCheck} unmet={reason} onClick={() => onChoose('approve')}>
              {t('decide_act_approve')}
            </Button>
            <Button kind="danger" icon={IconX} unmet={reason} onClick={() => onChoose('reject')}>
              {t('decide_act_reject')}
            </Button>
          </>
        )}
        {request.mine && <Button onClick={() => onChoose('withdraw')}>{t('decide_act_withdraw')}</Button>}
      </div>
      {mayApprove && !request.mine && reason && <p className="z-help">{reason}</p>}
      {request.mine && <p className="z-help">{t('own_request')}</p>}
    </div>
  )
}

/** Who asked and who decided, newest first. */
function History({ request }: { readonly request: ApprovalRequest }) {
  const formats = useFormats()
  const decisions = request.decisions.map(
    ({ decided_by, decision, comment, decided_at }): TimelineEntry => ({
      id: `${decided_by.id}-${decision}`,
      text: (
        <>
          <strong>{decided_by.name}</strong> {t(decision === 'APPROVE' ? 'approved' : 'rejected')}
          {comment && <span className="z-secondary z-block">{comment}</span>}
        </>
      ),
      at: decided_at,
      when: formats.instant(decided_at),
      icon: decision === 'APPROVE' ? IconCheck : IconX,
    }),
  )
  const asked: TimelineEntry = {
    id: 'asked',
    text: (
      <>
        <strong>{request.requested_by.name}</strong> {t('asked')}
      </>
    ),
    at: request.created_at,
    when: formats.instant(request.created_at),
  }
  return <Timeline label={t('history')} entries={[...decisions.toReversed(), asked]} />
}

function RequestView({ request }: { readonly request: ApprovalRequest }) {
  const studio = useSurface().aud === 'studio'
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const changes = changeRowsOf(request)
  return (
    <div className="z-stack">
      <div className="z-row">
        <StateBadge face={RBAC_FAMILY[request.status]} />
        <span className="z-secondary">{t('approvals_of', { n: request.approvals, of: request.approvals_needed })}</span>
      </div>
      <p>
        <strong>{requestTitle(request)}</strong>
      </p>
      <Acts request={request} onChoose={setVerdict} />
      {changes.length > 0 && <ChangesTable changes={changes} />}
      <RecordFacts
        facts={[
          ...(studio ? [{ label: t('firm'), value: request.tenant_name }] : []),
          { label: t('reason'), value: request.reason },
          { label: t('affects'), value: t('people_n', { n: request.people_affected }) },
          {
            label: t(request.closed_at ? 'closed' : 'expires'),
            value: <Instant at={request.closed_at ?? request.expires_at} relative />,
          },
        ]}
      />
      <History request={request} />
      {verdict && <DecideDialog request={request} verdict={verdict} onClose={() => setVerdict(null)} />}
    </div>
  )
}

/** One request beside the list: what would change, who asked, who decided, and the own decision. */
export function ApprovalPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { ask } = useSurface()
  const query = useQuery(ask(getApprovalRequest, { params: { id } }))
  return (
    <SidePanel title={query.data ? t(`kind_${query.data.kind}`) : t('request')} onClose={onClose}>
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonRows rows={6} columns={2} />}
      {query.data && <RequestView request={query.data} />}
    </SidePanel>
  )
}
