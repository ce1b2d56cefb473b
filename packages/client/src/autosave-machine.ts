import {
  applyPatch,
  mergePatches,
  patchLeaves,
  patchOf,
  pathText,
  sameJson,
  valueAt,
  type Json,
  type Patch,
} from './merge-patch.ts'

/** A record as the server keeps it. */
export interface Stored {
  readonly value: Json
  readonly version: number
}

/** A field that somebody else changed while it was being edited here. */
export interface ConflictRow {
  readonly path: string
  readonly theirs: Json
  readonly yours: Json
  readonly before: Json
}

/** What survives a killed tab: everything typed and not confirmed, and what stood there before. */
export interface Draft {
  readonly version: number
  readonly pending: Patch
  /** The part of `pending` that may already have reached the server. */
  readonly sent: Patch | null
  readonly before: Readonly<Record<string, Json>>
}

export type AutosavePhase = 'clean' | 'dirty' | 'saving' | 'saved' | 'offline' | 'conflict' | 'refused'

export interface AutosaveState {
  readonly phase: AutosavePhase
  /** What the server is known to hold. */
  readonly base: Stored
  /** Typed and not sent. */
  readonly pending: Patch | null
  /** On its way, or sent without an answer. */
  readonly sent: Patch | null
  /** The server's newer state while rows wait for a choice. */
  readonly current: Stored | null
  readonly rows: readonly ConflictRow[]
  /** While rows wait: what stood at each place before the typing began. */
  readonly before: Readonly<Record<string, Json>>
  readonly error: unknown
  readonly savedAt: number | null
  /** Unanswered tries in a row. */
  readonly attempt: number
  /** Somebody else's change was taken in without a conflict. */
  readonly rebased: boolean
}

export type AutosaveEvent =
  | { readonly kind: 'typed'; readonly patch: Patch }
  /** Two seconds of rest, blur, or the tab is hidden. */
  | { readonly kind: 'rest' }
  | { readonly kind: 'accepted'; readonly version: number; readonly value?: Json | undefined; readonly at: number }
  | { readonly kind: 'unreachable' }
  /** The net is back, or the pause after a failed try is over. */
  | { readonly kind: 'retry' }
  | { readonly kind: 'current'; readonly stored: Stored; readonly at: number }
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'resolved'; readonly choices: Readonly<Record<string, 'mine' | 'theirs'>>; readonly at: number }
  | { readonly kind: 'restored'; readonly draft: Draft; readonly at: number }
  | { readonly kind: 'discarded' }

export const cleanState = (base: Stored): AutosaveState => ({
  phase: 'clean',
  base,
  pending: null,
  sent: null,
  current: null,
  rows: [],
  before: {},
  error: null,
  savedAt: null,
  attempt: 0,
  rebased: false,
})

/** Everything typed and not confirmed. */
export const unconfirmed = (state: AutosaveState): Patch | null => {
  if (state.sent === null) return state.pending
  return state.pending === null ? state.sent : mergePatches(state.sent, state.pending)
}

/** What the person sees in the form. */
export const shownValue = (state: AutosaveState): Json => {
  const patch = unconfirmed(state)
  return patch === null ? state.base.value : applyPatch(state.base.value, patch)
}

/** What must be kept on the device; null when nothing is at risk. */
export function draftOf(state: AutosaveState): Draft | null {
  const pending = unconfirmed(state)
  if (pending === null) return null
  const before: Record<string, Json> = {}
  for (const { path } of patchLeaves(pending)) {
    const key = pathText(path)
    before[key] = Object.hasOwn(state.before, key) ? (state.before[key] ?? null) : valueAt(state.base.value, path)
  }
  return { version: state.base.version, pending, sent: state.sent, before }
}

/** Sends what is pending, if anything is. */
function sendOr(state: AutosaveState, at: number): AutosaveState {
  if (state.pending === null) return { ...state, phase: 'saved', savedAt: at }
  return { ...state, phase: 'saving', sent: state.pending, pending: null }
}

/**
 * Puts what is unconfirmed upon a newer server state. A place counts as somebody else's only when it holds neither what
 * stood there before nor what we ourselves had sent (an answer may have been lost on its way back).
 */
function rebase(state: AutosaveState, draft: Draft, next: { stored: Stored; at: number }): AutosaveState {
  const { stored, at } = next
  const rows: ConflictRow[] = []
  const open = patchLeaves(draft.pending).filter(({ path, value }) => {
    const theirs = valueAt(stored.value, path)
    if (sameJson(theirs, value)) return false
    const before = draft.before[pathText(path)] ?? null
    const ours =
      draft.sent !== null &&
      patchLeaves(draft.sent).some((leaf) => pathText(leaf.path) === pathText(path) && sameJson(leaf.value, theirs))
    if (!ours && !sameJson(theirs, before)) rows.push({ path: pathText(path), theirs, yours: value, before })
    return true
  })
  const moved = { ...state, sent: null, attempt: 0, error: null }
  if (rows.length > 0)
    return { ...moved, phase: 'conflict', pending: draft.pending, current: stored, rows, before: draft.before }
  const rebased = state.rebased || !sameJson(stored.value, state.base.value)
  return sendOr({ ...moved, base: stored, pending: patchOf(open), current: null, rows: [], before: {}, rebased }, at)
}

function typed(state: AutosaveState, patch: Patch): AutosaveState {
  const pending = state.pending === null ? patch : mergePatches(state.pending, patch)
  const next = { ...state, pending }
  if (state.phase === 'conflict' && state.current !== null) {
    const draft = draftOf(next)
    if (draft === null) return next
    const again = rebase(next, draft, { stored: state.current, at: 0 })
    // Typing what they have does not end the conflict by itself: the person presses the button.
    return again.phase === 'conflict' ? again : { ...next, rows: [] }
  }
  return state.sent === null ? { ...next, phase: 'dirty', error: null } : next
}

function resolved(state: AutosaveState, event: Extract<AutosaveEvent, { kind: 'resolved' }>): AutosaveState {
  if (state.phase !== 'conflict' || state.current === null) return state
  const current = state.current
  const kept = patchLeaves(state.pending ?? {}).filter(
    ({ path, value }) => event.choices[pathText(path)] !== 'theirs' && !sameJson(valueAt(current.value, path), value),
  )
  return sendOr({ ...state, base: current, pending: patchOf(kept), current: null, rows: [], before: {} }, event.at)
}

function accepted(state: AutosaveState, event: Extract<AutosaveEvent, { kind: 'accepted' }>): AutosaveState {
  if (state.sent === null) return state
  const value = event.value ?? applyPatch(state.base.value, state.sent)
  const next = {
    ...state,
    base: { value, version: event.version },
    sent: null,
    attempt: 0,
    error: null,
    savedAt: event.at,
  }
  return { ...next, phase: state.pending === null ? 'saved' : 'dirty' }
}

function current(state: AutosaveState, event: Extract<AutosaveEvent, { kind: 'current' }>): AutosaveState {
  const draft = draftOf(state)
  return draft === null ? { ...state, base: event.stored } : rebase(state, draft, event)
}

const rested = (state: AutosaveState): AutosaveState =>
  state.phase === 'dirty' && state.pending !== null ? sendOr({ ...state, rebased: false }, 0) : state

const unanswered = (state: AutosaveState): AutosaveState =>
  state.sent === null ? state : { ...state, phase: 'offline', attempt: state.attempt + 1 }

const retried = (state: AutosaveState): AutosaveState =>
  state.phase === 'offline' ? { ...state, phase: 'saving' } : state

const discarded = (state: AutosaveState): AutosaveState => cleanState(state.current ?? state.base)

/** The next state. Pure: time comes with the event, sending and keeping are the caller's, who compares states. */
export function stepAutosave(state: AutosaveState, event: AutosaveEvent): AutosaveState {
  switch (event.kind) {
    case 'typed':
      return typed(state, event.patch)
    case 'rest':
      return rested(state)
    case 'accepted':
      return accepted(state, event)
    case 'unreachable':
      return unanswered(state)
    case 'retry':
      return retried(state)
    case 'current':
      return current(state, event)
    case 'refused':
      return { ...state, phase: 'refused', pending: unconfirmed(state), sent: null, error: event.error }
    case 'resolved':
      return resolved(state, event)
    case 'restored':
      return rebase(state, event.draft, { stored: state.base, at: event.at })
    case 'discarded':
      return discarded(state)
    default:
      return event satisfies never
  }
}
