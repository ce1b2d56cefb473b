import type { StepUpMethod } from '@zenops/client/client'

/** A question that stands open: by which factors this person can answer it. */
export interface StepUpQuestion {
  readonly methods: readonly StepUpMethod[]
}

/**
 * Between the client, which meets a refusal in any call of any screen, and the one dialog that asks for the factor.
 * Several calls that are refused at once wait for the same answer.
 */
export function openStepUps() {
  const listeners = new Set<() => void>()
  let open: { readonly question: StepUpQuestion; readonly answer: Promise<boolean> } | null = null
  let settle: (proven: boolean) => void = () => {}
  const tell = () => {
    for (const listener of listeners) listener()
  }
  return {
    ask(methods: readonly StepUpMethod[]): Promise<boolean> {
      if (!open) {
        const { promise, resolve } = Promise.withResolvers<boolean>()
        open = { question: { methods }, answer: promise }
        settle = resolve
        tell()
      }
      return open.answer
    },
    /** The question that the dialog shows, or null. */
    question: (): StepUpQuestion | null => open?.question ?? null,
    settle(proven: boolean): void {
      if (!open) return
      open = null
      settle(proven)
      tell()
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export type StepUps = ReturnType<typeof openStepUps>
