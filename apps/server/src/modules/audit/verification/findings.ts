import type { ChainFault, ChainVerdict } from '@zenops/contracts/audit'

type Sample = ChainVerdict['failure_samples'][number]
const MAX_SAMPLES = 20

/** What a verification has found so far. */
export class Findings {
  #count = 0
  #firstBad: number | null = null
  readonly #samples: Sample[] = []

  add(code: ChainFault, at: Partial<Omit<Sample, 'code'>> = {}): void {
    this.#count += 1
    const seq = at.chain_seq ?? null
    if (seq !== null && seq < (this.#firstBad ?? Number.POSITIVE_INFINITY)) this.#firstBad = seq
    if (this.#samples.length < MAX_SAMPLES)
      this.#samples.push({
        code,
        audit_id: at.audit_id ?? null,
        chain_seq: seq,
        expected: at.expected ?? null,
        actual: at.actual ?? null,
      })
  }

  verdict(of: Omit<ChainVerdict, 'passed' | 'first_bad_seq' | 'failure_count' | 'failure_samples'>): ChainVerdict {
    return {
      ...of,
      passed: this.#count === 0,
      first_bad_seq: this.#firstBad,
      failure_count: this.#count,
      failure_samples: this.#samples,
    }
  }
}
