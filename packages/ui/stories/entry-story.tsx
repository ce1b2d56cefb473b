import { useState } from 'react'
import { Button } from '../src/button.tsx'
import { CodeEntry } from '../src/code-entry.tsx'
import { EntryNotices } from '../src/entry-page.tsx'
import { NewPasswordField } from '../src/new-password.tsx'
import { Page } from '../src/page.tsx'
import { QrCode } from '../src/qr-code.tsx'
import { RecoveryCodes } from '../src/recovery-codes.tsx'
import { StepUpDialog } from '../src/step-up-dialog.tsx'

const CODES = ['A2B3C4D5E6', 'F7G8H9J2K3', 'L4M5N6P7Q8', 'R9S2T3U4V5', 'W6X7Y8Z9A2'].flatMap((code) => [
  code,
  [...code].reverse().join(''),
])
const MIN = 12

/** What the pages around signing in are made of. */
export function EntryStory() {
  const [password, setPassword] = useState('quiet river')
  const [code, setCode] = useState('')
  const [asking, setAsking] = useState(false)
  return (
    <Page title="Signing in" documentTitle="Signing in">
      <div className="z-stack z-narrow">
        <EntryNotices
          notice={{ text: 'Your session has ended. Sign in to go on where you were.', tone: 'amber' }}
          fault={{ text: 'Too many tries from here. Try again in', until: Date.now() + 90_000 }}
        />
        <NewPasswordField
          label="New password"
          value={password}
          onChange={setPassword}
          meter={{ length: password.length, min: MIN, max: 128, containsEmail: password.includes('asha') }}
        />
        <CodeEntry value={code} onChange={setCode} />
        <QrCode text="otpauth://totp/ZenOps:asha@example.in?secret=JBSWY3DPEHPK3PXP&issuer=ZenOps" label="QR code" />
        <RecoveryCodes codes={CODES} owner="asha@example.in" verb="Done" onStored={() => {}} />
        <div>
          <Button onClick={() => setAsking(true)}>Do something of weight</Button>
        </div>
        {asking && (
          <StepUpDialog
            methods={['WEBAUTHN', 'TOTP', 'PASSWORD']}
            busy={false}
            fault={null}
            onPasskey={() => setAsking(false)}
            onCode={() => setAsking(false)}
            onPassword={() => setAsking(false)}
            onClose={() => setAsking(false)}
          />
        )}
      </div>
    </Page>
  )
}
