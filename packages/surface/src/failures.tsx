import { ApiError } from '@zenops/client/api-error'
import { faultOf } from '@zenops/client/error-texts'
import { ButtonLink } from '@zenops/ui/button'
import { Page } from '@zenops/ui/page'
import { EmptyState, ErrorCard } from '@zenops/ui/states'
import { useState } from 'react'
import { MissingRight, useSurface } from './surface-context.tsx'
import { t } from './texts.ts'

export interface FailureCardProps {
  readonly error: unknown
  readonly onRetry?: () => void
}

/** Who runs the firm or the platform can look a trace up: the id is shown in full. */
function useWholeTrace(): boolean {
  const session = useSurface().useMaybeSession()
  return session?.role === 'ADMIN' || session?.role === 'OPS'
}

/** A failure inside a page or panel: sentence, trace id, another try. */
export function FailureCard({ error, onRetry }: FailureCardProps) {
  const wholeTrace = useWholeTrace()
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
}

/** What a route shows when its loader or its page failed; the frame around it survives, and a missing right is explained. */
export function FailurePage({ error, reset }: FailurePageProps) {
  const { words } = useSurface()
  if (error instanceof MissingRight) {
    const { capability } = error
    return (
      <ExplainedPage
        title={t('no_right')}
        reason={t('no_right_text', { capability, grantor: words().grantor ?? t('grantor_owner') })}
      />
    )
  }
  if (error instanceof ApiError && error.status === 404) return <NotFoundPage />
  return (
    <Page title={t('failed')} documentTitle={t('failed')}>
      <FailureCard error={error} onRetry={reset} />
    </Page>
  )
}
