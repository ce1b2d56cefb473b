import { useQuery } from '@tanstack/react-query'
import type { Session } from '@zenops/client/session'
import { listSupportSessions } from '@zenops/contracts/identity-platform'
import { EndSupportDialog } from '@zenops/surface/identity/support-sessions.tsx'
import { holds } from '@zenops/surface/surface-context.tsx'
import { Button } from '@zenops/ui/button'
import { Banner, Countdown } from '@zenops/ui/states'
import { useState } from 'react'
import { surface } from '../../lib/surface.ts'
import { t } from './texts.ts'

/** The firm may end a session at any time; so often it is asked whether it still stands. */
const ASK_MS = 15_000

/** While a support session of this person is open: into which firm, why, how long still, and the way out. */
export function SupportBanner({ session }: { readonly session: Session }) {
  const [ending, setEnding] = useState(false)
  const query = useQuery({
    ...surface.ask(listSupportSessions, { query: { open: 'true', limit: 50 } }),
    enabled: holds(session, 'control.support'),
    refetchInterval: ASK_MS,
  })
  const open = query.data?.items.find((row) => row.open && row.user.id === session.user.id)
  if (!open) return null
  return (
    <>
      <Banner tone="green">
        {t('support_banner', { firm: open.tenant_name, reason: open.reason })}{' '}
        <Countdown until={Date.parse(open.expires_at)} />{' '}
        <Button compact onClick={() => setEnding(true)}>
          {t('end_now')}
        </Button>
      </Banner>
      {ending && <EndSupportDialog row={open} onClose={() => setEnding(false)} />}
    </>
  )
}
