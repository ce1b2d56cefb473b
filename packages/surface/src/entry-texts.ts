import { ApiError } from '@zenops/client/api-error'
import { faultOf, type Fault } from '@zenops/client/error-texts'
import { messagesOf } from '@zenops/client/messages'
import { PASSWORD_MAX, PASSWORD_MIN, PASSWORD_REASONS } from '@zenops/contracts/identity-entry'
import { en } from './entry.en.ts'
import { PasskeyError } from './passkeys.ts'

export const t = messagesOf('entry', en)

/** Why a password was refused, reason by reason. */
function rejected(error: ApiError): string {
  const reasons = PASSWORD_REASONS.filter((reason) => error.detail(reason) !== undefined)
  return reasons.map((reason) => t(reason, { min: PASSWORD_MIN, max: PASSWORD_MAX })).join(' ')
}

/** The fault of an act around signing in; `own` says it better where the place knows more than the code. */
export function entryFault(error: unknown, own?: (error: ApiError) => string | null): Fault {
  const fault = faultOf(error, Date.now())
  if (error instanceof PasskeyError) return { ...fault, text: t(`passkey_${error.kind}`) }
  if (!(error instanceof ApiError)) return fault
  const text = own?.(error) ?? (error.is('AUTH_PASSWORD_REJECTED') ? rejected(error) : null)
  return text ? { ...fault, text } : fault
}

/** Where the only 401 left is about the password just typed. */
export const aboutPassword = (error: ApiError): string | null => (error.is('AUTH_INVALID') ? t('wrong_password') : null)
