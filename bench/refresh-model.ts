/** What a refresh, or signing out, answers: status, code and reason. */
export interface Answer {
  readonly status: number
  readonly code: string | null
  readonly reason: string | null
}

type Token = 'fresh' | 'spent' | 'expired'

/** One session family as `identity.md` 6 describes it: no database, no clock. Tokens go by number, the first is 0. */
export interface FamilyModel {
  readonly live: boolean
  readonly tokens: readonly Token[]
}

export const newFamily: FamilyModel = { live: true, tokens: ['fresh'] }

const refused = (status: number, code: string, reason: string | null = null): Answer => ({ status, code, reason })
const OK: Answer = { status: 200, code: null, reason: null }

const withToken = (family: FamilyModel, token: number, state: Token): readonly Token[] =>
  family.tokens.map((one, place) => (place === token ? state : one))

/** A token is presented; null is one that nobody was given. On success the child is the last of the tokens. */
export function presented(family: FamilyModel, token: number | null): { family: FamilyModel; answer: Answer } {
  const state = token === null ? undefined : family.tokens[token]
  if (token === null || state === undefined) return { family, answer: refused(401, 'AUTH_INVALID', 'refresh_unknown') }
  if (state === 'spent')
    return { family: { ...family, live: false }, answer: refused(409, 'AUTH_REFRESH_REUSE_DETECTED') }
  if (state === 'expired') return { family, answer: refused(401, 'AUTH_INVALID', 'refresh_expired') }
  if (!family.live) return { family, answer: refused(401, 'AUTH_INVALID', 'session_revoked') }
  return { family: { live: true, tokens: [...withToken(family, token, 'spent'), 'fresh'] }, answer: OK }
}

/** Signing out with a token, whichever it is, ends its family; it never fails. */
export const signedOut = (family: FamilyModel, token: number | null): { family: FamilyModel; answer: Answer } => ({
  family: token === null || family.tokens[token] === undefined ? family : { ...family, live: false },
  answer: OK,
})

/** Somebody ended the session elsewhere. */
export const revoked = (family: FamilyModel): FamilyModel => ({ ...family, live: false })

/** The time of a token that was not used is over. */
export const ranOut = (family: FamilyModel, token: number): FamilyModel => ({
  ...family,
  tokens: family.tokens[token] === 'fresh' ? withToken(family, token, 'expired') : family.tokens,
})

export type Who = 'first tab' | 'second tab' | 'thief'
export type Step =
  | { readonly act: 'look'; readonly who: Who } // takes what lies in the jar into its hands
  | { readonly act: 'refresh'; readonly who: Who } // presents what it holds; a tab puts the child into the jar
  | { readonly act: 'sign out'; readonly who: Who }
  | { readonly act: 'guess' }
  | { readonly act: 'revoke' }
  | { readonly act: 'run out' }

/** Numbers in [0, 1) that follow from a seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const PEOPLE: readonly Who[] = ['first tab', 'second tab', 'thief']

/** Mostly tabs that look and refresh, with what goes wrong in between. */
export function randomStep(random: () => number): Step {
  const who = PEOPLE[Math.floor(random() * PEOPLE.length)] ?? 'thief'
  const draw = random()
  if (draw < 0.35) return { act: 'look', who }
  if (draw < 0.88) return { act: 'refresh', who }
  if (draw < 0.92) return { act: 'sign out', who }
  if (draw < 0.95) return { act: 'guess' }
  return draw < 0.975 ? { act: 'revoke' } : { act: 'run out' }
}
