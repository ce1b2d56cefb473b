import { stepUp } from '@zenops/contracts/identity-factors'
import { StepUpDialog } from '@zenops/ui/step-up-dialog'
import { aboutPassword } from './entry-texts.ts'
import { provePasskey } from './passkey-acts.ts'
import { hasPasskeys } from './passkeys.ts'
import type { StepUpQuestion } from './step-ups.ts'
import type { Surface } from './surface.ts'
import { useAttempt } from './use-attempt.ts'

export interface StepUpProps {
  readonly surface: Surface
  readonly question: StepUpQuestion
}

/** Asks for the factor that a call of some screen was refused for; the call then goes out again by itself. */
export default function StepUp({ surface, question }: StepUpProps) {
  const { client, stepUps } = surface
  const attempt = useAttempt(aboutPassword)
  const prove = (work: () => Promise<unknown>) =>
    attempt.run(async () => {
      await work()
      stepUps.settle(true)
    })
  return (
    <StepUpDialog
      methods={question.methods.filter((method) => method !== 'WEBAUTHN' || hasPasskeys())}
      busy={attempt.busy}
      fault={attempt.fault}
      onPasskey={() => prove(() => provePasskey(surface, { purpose: 'step_up' }))}
      onCode={(code) => prove(() => client.call(stepUp, { body: { method: 'TOTP', code } }))}
      onPassword={(password) => prove(() => client.call(stepUp, { body: { method: 'PASSWORD', password } }))}
      onClose={() => stepUps.settle(false)}
    />
  )
}
