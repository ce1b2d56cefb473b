import type { OutputOf } from '@zenops/contracts/kit'
import type { listPrivacyRequests } from '@zenops/contracts/privacy'
import { StatusBadge } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { t } from './words.ts'

export type Request = OutputOf<typeof listPrivacyRequests>['items'][number]

/** By when a request has to be answered; nothing once it is. */
export const Due = ({ request }: { readonly request: Request }) => {
  if (request.completed_at !== null) return <span>–</span>
  if (request.overdue) return <StatusBadge family="red" text={t('overdue')} />
  return <Instant at={request.due_at} relative />
}
