import { dataExportLink } from '@zenops/contracts/privacy'
import { Button } from '@zenops/ui/button'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { TraceId } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { FailureCard } from '../failures.tsx'
import { useAct } from '../queries.ts'
import { useSession } from '../surface-context.tsx'
import { saveLink } from './save-link.ts'
import { Due, type Request } from './due.tsx'
import { KeptList } from './kept-list.tsx'
import { StateMark } from './state-mark.tsx'
import { t } from './words.ts'

/** One request with all that is known of it. */
export function RequestPanel({ request, onClose }: { readonly request: Request; readonly onClose: () => void }) {
  const own = useSession().user.id
  const link = useAct(dataExportLink, { onDone: ({ url }) => saveLink(url) })
  const isMine = request.requested_by?.id === own && request.kind === 'export' && request.status === 'DONE'
  return (
    <SidePanel title={request.subject.name} onClose={onClose}>
      <div className="z-stack">
        <RecordFacts
          facts={[
            { label: t('request_kind'), value: t(`kind_${request.kind}`) },
            { label: t('state'), value: <StateMark state={request.status} /> },
            { label: t('due'), value: <Due request={request} /> },
            { label: t('asked'), value: <Instant at={request.created_at} /> },
            { label: t('asked_by'), value: request.by_subject ? t('by_himself') : (request.requested_by?.name ?? '–') },
            ...(request.evidence === null ? [] : [{ label: t('evidence'), value: request.evidence }]),
            ...(request.completed_at === null
              ? []
              : [{ label: t('completed'), value: <Instant at={request.completed_at} /> }]),
            ...request.reasons.map((reason) => ({ label: t('reason'), value: t(`reason_${reason}`) })),
          ]}
        />
        <KeptList kept={request.kept} />
        {isMine && (
          <div className="z-row">
            <Button
              kind="primary"
              busy={link.isPending}
              onClick={() => link.mutate({ params: { id: request.request_id } })}
            >
              {t('download')}
            </Button>
          </div>
        )}
        {link.isError && <FailureCard error={link.error} />}
        <TraceId id={request.trace_id} whole />
      </div>
    </SidePanel>
  )
}
