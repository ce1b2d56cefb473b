import { ApiError } from '@zenops/client/api-error'
import { errorText } from '@zenops/client/error-texts'
import { ConflictDialog, type Choice } from '@zenops/ui/dialog'
import { useAnnounce } from '@zenops/ui/announcer'
import { useState, type ReactNode } from 'react'
import { overlap } from './overlap.ts'
import { t } from './texts.ts'

/** A versioned record and the fields of it that a change may name. */
export type Versioned = { readonly version: number } & Readonly<Record<string, unknown>>
export type RecordPatch = Readonly<Record<string, unknown>>

export interface RecordChangesInput<R extends Versioned> {
  /** The newest state, when ours turned out to be old. */
  readonly read: () => Promise<R>
  readonly send: (patch: RecordPatch, version: number) => Promise<R>
  readonly onSaved: (record: R) => void
  readonly labelOf: (path: string) => string
  /** How a value reads in the conflict dialog. */
  readonly show: (path: string, value: unknown) => ReactNode
}
export interface RecordChanges<R extends Versioned> {
  /** Null when saved or handed to the conflict dialog; throws whatever else went wrong. */
  readonly change: (patch: RecordPatch, base: R) => Promise<void>
  /** The same with the failure as a sentence. */
  readonly tryChange: (patch: RecordPatch, base: R) => Promise<string | null>
  readonly dialog: ReactNode
}

interface Conflict<R> {
  readonly base: R
  readonly theirs: R
  readonly patch: RecordPatch
  readonly paths: readonly string[]
}

/** Rebasing gives up when the record keeps changing under it. */
const MAX_ROUNDS = 3

/** Changes with `expected_version`: rebased silently where fields do not overlap, else a dialog asks field by field. */
export function useRecordChanges<R extends Versioned>(input: RecordChangesInput<R>): RecordChanges<R> {
  const [conflict, setConflict] = useState<Conflict<R> | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const announce = useAnnounce()

  async function attempt(patch: RecordPatch, base: R): Promise<void> {
    let ground = base
    for (let round = 1; ; round += 1) {
      try {
        input.onSaved(await input.send(patch, ground.version))
        return announce(t('saved'))
      } catch (error) {
        if (!(error instanceof ApiError && error.is('REVISION_MISMATCH')) || round > MAX_ROUNDS) throw error
      }
      ground = await input.read()
      const paths = overlap(patch, base, ground)
      if (paths.length > 0) return setConflict({ base, theirs: ground, patch, paths })
    }
  }
  async function choose(choices: Readonly<Record<string, Choice>>): Promise<void> {
    if (!conflict) return
    const mine = Object.fromEntries(Object.entries(conflict.patch).filter(([path]) => choices[path] !== 'theirs'))
    try {
      setConflict(null)
      if (Object.keys(mine).length === 0) input.onSaved(conflict.theirs)
      else await attempt(mine, conflict.theirs)
      setFault(null)
    } catch (error) {
      setConflict(conflict)
      setFault(errorText(error))
    }
  }
  const change = async (patch: RecordPatch, base: R): Promise<void> => await attempt(patch, base)
  return {
    change,
    async tryChange(patch, base) {
      try {
        await change(patch, base)
        return null
      } catch (error) {
        return errorText(error)
      }
    },
    dialog: conflict && (
      <ConflictDialog
        opened
        rows={conflict.paths.map((path) => ({
          path,
          label: input.labelOf(path),
          theirs: input.show(path, conflict.theirs[path]),
          yours: input.show(path, conflict.patch[path]),
          before: input.show(path, conflict.base[path]),
        }))}
        reason={fault && <p role="alert">{fault}</p>}
        onChoose={(choices) => void choose(choices)}
        onClose={() => setConflict(null)}
      />
    ),
  }
}
