import { ApiError } from '@zenops/client/api-error'
import { faultOf } from '@zenops/client/error-texts'
import { ButtonLink } from '@zenops/ui/button'
import { Page } from '@zenops/ui/page'
import { EmptyState, ErrorCard } from '@zenops/ui/states'
import { useState } from 'react'
import { t } from './texts.ts'

export interface FailureCardProps {
  readonly error: unknown
  readonly onRetry?: () => void
  /** For those who read the server's journal: the trace id in full. */
  readonly wholeTrace?: boolean
}

/** A failure inside a page or panel: sentence, trace id, another try. */
export function FailureCard({ error, onRetry, wholeTrace = false }: FailureCardProps) {
  const [seenAt] = useState(() => Date.now())
  const { text, until, traceId } = faultOf(error, seenAt)
  return (
    <ErrorCard text={text} traceId={traceId} wholeTrace={wholeTrace} until={until} {...(onRetry ? { onRetry } : {})} />
  )
}

/** A page that holds one explanation and the way to the start page. */
export function ExplainedPage({ title, reason }: { readonly title: string; readonly reason: string }) {
  return (
    <Page title={title} documentTitle={title}>
      <EmptyState reason={reason} action={<ButtonLink href="/">{t('to_start')}</ButtonLink>} />
    </Page>
  )
}

export function NotFoundPage() {
  return <ExplainedPage title={t('not_found')} reason={t('not_found_text')} />
}

export interface FailurePageProps {
  readonly error: unknown
  readonly reset: () => void
  readonly wholeTrace?: boolean
}

/** What a route shows when its loader or its page failed; the frame around it survives. */
export function FailurePage({ error, reset, wholeTrace = false }: FailurePageProps) {
  if (error instanceof ApiError && error.status === 404) return <NotFoundPage />
  return (
    <Page title={t('failed')} documentTitle={t('failed')}>
      <FailureCard error={error} onRetry={reset} wholeTrace={wholeTrace} />
    </Page>
  )
}
