import { PASSWORD_MAX, PASSWORD_MIN } from '@zenops/contracts/identity-entry'

/** What can be said of a wished password without the server; whether it is common or in use only the server knows. */
export interface PasswordState {
  /** Code points after NFKC, as the server counts. */
  readonly length: number
  readonly longEnough: boolean
  readonly tooLong: boolean
  /** Null while no e-mail is known here. */
  readonly containsEmail: boolean | null
  /** Nothing that is known here speaks against it. */
  readonly acceptable: boolean
}

/** Shorter names would forbid half of all sentences; the server counts alike. */
const NAME_MIN = 4

const plain = (text: string): string => text.normalize('NFKC').toLowerCase()
const squeezed = (text: string): string => plain(text).replace(/[^\p{L}\p{M}\p{N}]+/gu, '')

function containsName(password: string, name: string): boolean {
  const holds = (whole: string, part: string): boolean => [...part].length >= NAME_MIN && whole.includes(part)
  return holds(plain(password), plain(name)) || holds(squeezed(password), squeezed(name))
}

/** Judges a wished password by length and by the name part of its person's e-mail. */
export function passwordState(password: string, email: string | null): PasswordState {
  const length = [...password.normalize('NFKC')].length
  const longEnough = length >= PASSWORD_MIN
  const tooLong = length > PASSWORD_MAX
  const containsEmail = email === null ? null : containsName(password, email.split('@', 1)[0] ?? '')
  return { length, longEnough, tooLong, containsEmail, acceptable: longEnough && !tooLong && containsEmail !== true }
}
