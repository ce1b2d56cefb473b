/** One measurable promise of the product. */
export interface Goal {
  readonly name: string
  /** There is a part that must hold at any size; CI runs it. */
  readonly correctness: boolean
  run(how: { readonly full: boolean; readonly planted: boolean }): Promise<GoalResult>
}

export interface GoalResult {
  readonly ok: boolean
  /** Figures with their units in the names; they become the JSON line. */
  readonly figures: Readonly<Record<string, unknown>>
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const round = (value: number, digits = 2): number => Math.round(value * 10 ** digits) / 10 ** digits

/** Calls `work` from `callers` loops for `seconds`; answers calls per second and each call's milliseconds. */
export async function hammer(
  callers: number,
  seconds: number,
  work: (caller: number) => Promise<unknown>,
): Promise<{ perSecond: number; ms: number[] }> {
  const ms: number[] = []
  const started = performance.now()
  const until = started + seconds * 1000
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (performance.now() < until) {
        const at = performance.now()
        await work(caller)
        ms.push(performance.now() - at)
      }
    }),
  )
  return { perSecond: ms.length / ((performance.now() - started) / 1000), ms }
}

/** Runs the contenders by turns, so that a noisy moment of the machine hits all of them alike. */
export async function interleaved<K extends string>(
  rounds: number,
  contenders: Readonly<Record<K, () => Promise<number>>>,
): Promise<Record<K, number>> {
  const names = Object.keys(contenders) as K[] // the object's own keys
  const seen = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>
  for (let i = 0; i < rounds; i++) {
    for (const name of i % 2 === 0 ? names : [...names].reverse()) seen[name].push(await contenders[name]())
  }
  return Object.fromEntries(names.map((name) => [name, median(seen[name])])) as Record<K, number>
}
