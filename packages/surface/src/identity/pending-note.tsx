import { AppLink } from '@zenops/ui/links'
import { Banner } from '@zenops/ui/states'
import { t } from './words.ts'

export interface PendingAnswer {
  readonly request_id: string
  readonly approvals_needed: number
}

/** The act was not done: others decide it first. */
export function PendingNote({ answer }: { readonly answer: PendingAnswer }) {
  return (
    <Banner tone="blue" inset>
      {t('waits_for', { n: answer.approvals_needed })}{' '}
      <AppLink href={`/approvals?preview=${answer.request_id}`}>{t('see_request')}</AppLink>
    </Banner>
  )
}
