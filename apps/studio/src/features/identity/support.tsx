import { SupportSessionsPage } from '@zenops/surface/identity/support-sessions.tsx'
import type { SupportSearch } from '@zenops/surface/identity/searches.ts'
import { Button } from '@zenops/ui/button'
import { IconLifebuoy } from '@zenops/ui/icons'
import { useState } from 'react'
import { OpenSupportDialog, useForeignFirms } from './open-support.tsx'
import { t } from './texts.ts'

/** Support sessions of the platform, and the button that opens one. */
export function SupportPage({ search }: { readonly search: SupportSearch }) {
  const [opening, setOpening] = useState(false)
  const firms = useForeignFirms()
  return (
    <>
      <SupportSessionsPage
        search={search}
        path="/support-sessions"
        none={firms === false ? t('no_foreign_firm') : null}
        acts={
          <Button
            kind="primary"
            icon={IconLifebuoy}
            unmet={firms === false ? t('no_foreign_firm') : null}
            onClick={() => setOpening(true)}
          >
            {t('open_support')}
          </Button>
        }
      />
      {opening && <OpenSupportDialog onClose={() => setOpening(false)} />}
    </>
  )
}
