import { Icon, IconAlertOctagon, IconCircle, IconCircleCheck } from './icons.tsx'
import { PasswordField, type PasswordFieldProps } from './text-fields.tsx'
import { useWords } from './words.tsx'
import './sign-in.css'

/** What is known of a wished password before it is sent. */
export interface PasswordMeter {
  readonly length: number
  readonly min: number
  readonly max: number
  /** Null where no e-mail is known; then nothing is said of it. */
  readonly containsEmail: boolean | null
}

export interface NewPasswordFieldProps extends PasswordFieldProps {
  readonly meter: PasswordMeter
}

function Rule({ state, children }: { readonly state: 'open' | 'met' | 'broken'; readonly children: string }) {
  const icon = { open: IconCircle, met: IconCircleCheck, broken: IconAlertOctagon }[state]
  return (
    <li data-state={state}>
      <Icon of={icon} />
      <span>{children}</span>
    </li>
  )
}

/** A new password with its rules: they tick themselves while one types. Whether it is a common one only the server says. */
export function NewPasswordField({ meter, ...field }: NewPasswordFieldProps) {
  const say = useWords()
  const { length, min, max, containsEmail } = meter
  const lengthState = length > max ? 'broken' : length >= min ? 'met' : 'open'
  const emailState = containsEmail ? 'broken' : length === 0 ? 'open' : 'met'
  const told = length === 0 ? '' : say(lengthState === 'met' ? 'password_long_enough' : 'password_length', { min, max })
  const rules = (
    <>
      <span className="z-meter" aria-hidden data-state={containsEmail ? 'broken' : lengthState}>
        <span className="z-meter-fill" style={{ inlineSize: `${Math.min(100, (length / min) * 100)}%` }} />
      </span>
      <ul className="z-rules">
        <Rule state={lengthState}>{say('password_length', { min, max })}</Rule>
        {containsEmail !== null && <Rule state={emailState}>{say('password_no_email')}</Rule>}
      </ul>
      <span>{say('password_hint')}</span>
    </>
  )
  return (
    <div className="z-new-password">
      <PasswordField {...field} autoComplete="new-password" note={rules} />
      <span className="z-hidden" role="status">
        {told}
      </span>
    </div>
  )
}
