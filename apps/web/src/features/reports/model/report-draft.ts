import { ApiError } from '@zenops/client/api-error'
import { Autosave, browserClock, type DraftStore } from '@zenops/client/autosave'
import { unconfirmed, type AutosaveState, type Stored } from '@zenops/client/autosave-machine'
import { isPassing } from '@zenops/client/client'
import { applyPatch, patchOf, sameJson, valueAt, type Json, type Patch } from '@zenops/client/merge-patch'
import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { BankType, ReportType } from '@zenops/contracts/report-enums'
import type { DerivedValues } from '@zenops/contracts/report-outputs'
import type { Ruleset } from '@zenops/contracts/report-ruleset'
import type { ContractChange } from '@zenops/contracts/reports-shapes'
import { derive } from '@zenops/valuation/derive'
import { applyPatch as changesOf } from '@zenops/valuation/merge-patch'
import { missingReasons, pathsNeedingReason, reasonFor } from '@zenops/valuation/reasons'

/** What the rules need to know of a report beside its contract. */
export interface ReportFace {
  readonly report_type: ReportType
  readonly bank_type: BankType
  readonly bank_id: string | null
  /** In READY every change needs a reason. */
  readonly ready: boolean
}

export interface DraftOptions {
  readonly key: string
  readonly face: ReportFace
  readonly ruleset: Ruleset
  readonly today: string
  readonly initial: Stored
  readonly store: DraftStore
  readonly send: (body: {
    patch: Patch
    expected_version: number
    reasons: Record<string, string>
    /** The one reason for all of it, as the list of revisions shows it. */
    reason?: string
  }) => Promise<ContractChange>
  readonly load: () => Promise<Stored>
  /** The server's answer to a change: header, readiness and figures of the record are refreshed with it. */
  readonly onSaved: (change: ContractChange) => void
}

/** A change waits for its reason; nothing was sent. */
export class ReasonMissing extends Error {
  readonly paths: readonly string[]
  constructor(paths: readonly string[]) {
    super('a reason is missing')
    this.name = 'ReasonMissing'
    this.paths = paths
  }
}

const SERVER_OWNED: ReadonlySet<string> = new Set(['meta', 'computed_values', 'audit', 'data_bundle'])

/** The part of a contract that people fill in the form. */
export function inputsOf(contract: object): Json {
  // Cast: a contract is plain JSON as it came over the wire; undefined members do not survive the wire.
  return Object.fromEntries(Object.entries(contract).filter(([key]) => !SERVER_OWNED.has(key))) as Json
}

const pathOf = (text: string): readonly string[] => text.split('.')

/**
 * One report being edited: what is saved, what is typed, and what the rules make of both. Figures that are still being
 * typed live in an overlay: they count in the computed values at once and are saved when their field is left, so that
 * half a number never becomes a stored value whose change would need a reason.
 */
export class ReportDraft {
  readonly autosave: Autosave
  readonly #options: DraftOptions
  readonly #listeners = new Set<() => void>()
  readonly #overlay = new Map<string, Json>()
  #face: ReportFace
  #contract: Json | null = null
  #derived: DerivedValues | null = null
  #missing: readonly string[] | null = null
  #reasons: Readonly<Record<string, string>> = {}
  #commonReason = ''
  /** Paths that the server wants a reason for although this client did not foresee it. */
  #demanded: readonly string[] = []
  #disagrees = false

  constructor(options: DraftOptions) {
    this.#options = options
    this.#face = options.face
    this.autosave = new Autosave({
      key: options.key,
      initial: options.initial,
      store: options.store,
      clock: browserClock,
      load: options.load,
      classify: (error) => {
        if (error instanceof ApiError && error.is('REVISION_MISMATCH')) return 'stale'
        return isPassing(error) ? 'unreachable' : 'refused'
      },
      send: (patch, version) => this.#send(patch, version),
    })
    this.autosave.subscribe(() => this.#changed())
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): AutosaveState => this.autosave.snapshot()

  /** What the form shows, figures still being typed included. The same object until something changes. */
  readonly contract = (): ContractInputs => {
    if (this.#contract === null) {
      let value = this.autosave.value()
      for (const [path, typed] of this.#overlay) {
        const patch = patchOf([{ path: pathOf(path), value: typed }])
        if (patch) value = applyPatch(value, patch)
      }
      this.#contract = value
    }
    // Cast: inputs of a contract that the server checked, changed only by the fields of the form.
    return this.#contract as ContractInputs
  }

  /** The value at a path; null where nothing stands. */
  readonly at = (path: string): Json => {
    this.contract()
    return valueAt(this.#contract ?? {}, pathOf(path))
  }

  /** What the rules make of it, computed at most once for each change. */
  readonly derived = (): DerivedValues => {
    this.#derived ??= derive({
      ...this.#face,
      contract: this.contract(),
      ruleset: this.#options.ruleset,
      today: this.#options.today,
    })
    return this.#derived
  }

  /** The rules here and on the server came to different figures for the same contract. */
  readonly disagrees = (): boolean => this.#disagrees

  refreshFace(face: ReportFace): void {
    this.#face = face
    this.#changed()
  }

  /** A value while it is being typed; undefined takes it back. */
  preview(path: string, value: Json | undefined): void {
    if (value === undefined) this.#overlay.delete(path)
    else this.#overlay.set(path, value)
    this.#changed()
  }

  /** A finished value: saved after two seconds of rest. */
  set(path: string, value: Json): void {
    this.#overlay.delete(path)
    const patch = patchOf([{ path: pathOf(path), value }])
    if (patch && !sameJson(valueAt(this.autosave.value(), pathOf(path)), value)) this.autosave.type(patch)
    else this.#changed()
  }

  /** What is being typed, as it stands, for a tab that is about to be hidden. */
  flush(): void {
    for (const [path, value] of Array.from(this.#overlay)) this.set(path, value)
    this.autosave.flush()
  }

  /** Typed and not confirmed by the server. */
  hasOpenChanges(): boolean {
    return this.#overlay.size > 0 || unconfirmed(this.state()) !== null
  }

  // ---- reasons ----

  /** Paths whose change still lacks its reason. */
  readonly missing = (): readonly string[] => {
    if (this.#missing === null) {
      const patch = unconfirmed(this.state())
      this.#missing = patch === null ? [] : this.#lacking(patch)
    }
    return this.#missing
  }

  readonly isReady = (): boolean => this.#face.ready

  giveReason(path: string, text: string): void {
    this.#reasons = { ...this.#reasons, [path]: text }
    this.#tryAgain()
  }

  /** One reason for everything that waits for one. */
  giveCommonReason(text: string): void {
    this.#commonReason = text
    this.#tryAgain()
  }

  /** Keeping one's own values against those of somebody else needs a reason. */
  readonly conflictNeedsReason = (): boolean => {
    const { current, pending } = this.state()
    if (current === null || pending === null) return false
    // Cast: the stored inputs are a JSON object.
    const { changes } = changesOf(current.value as object, pending)
    return missingReasons(changes, { ready: this.#face.ready, ...this.#given() }).length > 0
  }

  #tryAgain(): void {
    this.#changed()
    if (this.state().phase !== 'refused' || this.missing().length > 0) return
    this.autosave.type({})
    this.autosave.flush()
  }

  #given() {
    return { reason: this.#commonReason, reasons: this.#reasons }
  }

  #lacking(patch: Patch): readonly string[] {
    const { changes } = this.#changesOf(patch)
    const foreseen = missingReasons(changes, { ready: this.#face.ready, ...this.#given() })
    const demanded = this.#demanded.filter((path) => reasonFor(path, this.#given()) === null)
    return [...new Set([...foreseen, ...demanded])]
  }

  #changesOf(patch: Patch) {
    // Cast: the stored inputs are a JSON object.
    return changesOf(this.state().base.value as object, patch)
  }

  // ---- sending ----

  async #send(patch: Patch, version: number): Promise<{ version: number; value: Json }> {
    const lacking = this.#lacking(patch)
    if (lacking.length > 0) throw new ReasonMissing(lacking)
    const needed = [...pathsNeedingReason(this.#changesOf(patch).changes, this.#face.ready), ...this.#demanded]
    const reasons: Record<string, string> = {}
    for (const path of needed) reasons[path] = reasonFor(path, this.#given()) ?? ''
    try {
      const said = [...new Set(Object.values(reasons))]
      const common = said.length === 1 && said[0] ? { reason: said[0] } : {}
      const change = await this.#options.send({ patch, expected_version: version, reasons, ...common })
      return this.#take(change, applyPatch(this.state().base.value, patch))
    } catch (error) {
      if (error instanceof ApiError && error.is('REASON_REQUIRED'))
        this.#demanded = error.details.flatMap(({ path }) => (path ? [path] : []))
      throw error
    }
  }

  #take(change: ContractChange, sent: Json): { version: number; value: Json } {
    this.#demanded = []
    this.#reasons = {}
    this.#commonReason = ''
    const stored = change.output_snapshot
    const value = stored ? inputsOf(stored.contract_json) : sent
    if (stored) this.#compare(stored.derived_json, value)
    this.#options.onSaved(change)
    return { version: change.contract_version, value }
  }

  #compare(theirs: DerivedValues, value: Json): void {
    // Cast: the inputs the server has just stored.
    const contract = value as ContractInputs
    const ours = derive({ ...this.#face, contract, ruleset: this.#options.ruleset, today: this.#options.today })
    // Casts: computed values are plain JSON.
    const same = sameJson(ours.computed_values as Json, theirs.computed_values as Json)
    this.#disagrees = !same || ours.template_selector !== theirs.template_selector
  }

  #changed(): void {
    this.#contract = null
    this.#derived = null
    this.#missing = null
    for (const listener of this.#listeners) listener()
  }
}
