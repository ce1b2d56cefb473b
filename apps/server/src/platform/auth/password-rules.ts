import { dictionary } from '@zxcvbn-ts/language-common'

/** Why a password is not taken, as the wire says it. */
export type PasswordFault = 'too_short' | 'too_long' | 'common' | 'contains_identity' | 'unchanged'

export interface PasswordWish {
  readonly password: string
  /** Address of whoever chooses it; null for nobody yet. */
  readonly email: string | null
  /** Name of the firm he belongs to. */
  readonly firm: string | null
  /** It is the one in use, as the stored hash says. */
  readonly isCurrent?: boolean
}

const MIN = 12
const MAX = 128
/** Shorter names would forbid half of all sentences. */
const NAME_MIN = 4

let known: ReadonlySet<string> | undefined
/** The bundled list of common passwords, lower case. */
export const commonPasswords = (): ReadonlySet<string> => (known ??= new Set(dictionary['passwords-common']))

const plain = (text: string): string => text.normalize('NFKC').toLowerCase()
/** Letters and digits alone: `Acme Valuers` is found in `acme-valuers-2026`. */
const squeezed = (text: string): string => plain(text).replace(/[^\p{L}\p{M}\p{N}]+/gu, '')

/** Whether a password contains a name, as written or run together. */
function contains(password: string, name: string): boolean {
  const holds = (whole: string, part: string): boolean => [...part].length >= NAME_MIN && whole.includes(part)
  return holds(plain(password), plain(name)) || holds(squeezed(password), squeezed(name))
}

/** Everything that is wrong with a wished password, in a fixed order; empty when it may be taken. No composition rules. */
export function passwordFaults({ password, email, firm, isCurrent = false }: PasswordWish): PasswordFault[] {
  // Nobody chooses a longer one by hand, and normalising megabytes is not done for a guess.
  if (password.length > MAX * 4) return ['too_long']
  const length = [...password.normalize('NFKC')].length
  const local = email?.split('@', 1)[0] ?? ''
  const found: Readonly<Record<PasswordFault, boolean>> = {
    too_short: length < MIN,
    too_long: length > MAX,
    common: commonPasswords().has(plain(password)),
    contains_identity: contains(password, local) || contains(password, firm ?? ''),
    unchanged: isCurrent,
  }
  // Cast: the names of the record above.
  return (Object.keys(found) as PasswordFault[]).filter((fault) => found[fault])
}
