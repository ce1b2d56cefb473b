import { isAbort, type ApiError } from '@zenops/client/api-error'
import type { Fault } from '@zenops/client/error-texts'
import { useState } from 'react'
import { entryFault } from './entry-texts.ts'

export interface Attempt {
  readonly fault: Fault | null
  readonly busy: boolean
  /** Runs unless one runs already; a failure becomes `fault`. */
  readonly run: (work: () => Promise<void>) => void
  /** Another way is tried: what the last one said is gone. */
  readonly clear: () => void
}

/** One act of a small form: busy while it runs, its failure as a sentence. `own` words what the place knows better. */
export function useAttempt(own?: (error: ApiError) => string | null): Attempt {
  const [fault, setFault] = useState<Fault | null>(null)
  const [busy, setBusy] = useState(false)
  async function attempt(work: () => Promise<void>): Promise<void> {
    setBusy(true)
    setFault(null)
    try {
      await work()
    } catch (error) {
      if (!isAbort(error)) setFault(entryFault(error, own))
    } finally {
      setBusy(false)
    }
  }
  return {
    fault,
    busy,
    run(work) {
      if (!busy) void attempt(work)
    },
    clear: () => setFault(null),
  }
}
