import { hash, verify } from '@node-rs/argon2'
import { refuse } from '../errors.ts'

export interface PasswordCost {
  readonly memoryKib: number
  readonly passes: number
}

// The library's constants, by value: its enums do not exist at run time.
const ARGON2ID = 2
const V0X13 = 1
const AT_ONCE = 4
const WAITING = 100

/**
 * Argon2id with bounded concurrency: at most 4 at once and 100 waiting per process, more is 503 with Retry-After,
 * so that sign-in storms cannot take the machine's memory.
 */
export function createPasswords(cost: PasswordCost) {
  let running = 0
  const queue: (() => void)[] = []
  const { memoryKib: memoryCost, passes: timeCost } = cost
  const options = { algorithm: ARGON2ID, version: V0X13, memoryCost, timeCost, parallelism: 1, outputLen: 32 }

  const bounded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= AT_ONCE) {
      if (queue.length >= WAITING) throw refuse.unavailable('password_check_busy', 2)
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      // The place goes from hand to hand: nobody who comes in between finds it free.
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }
  // Drawn at once: the first unknown name must not take longer than the next.
  const dummy = hash('no such person', options)
  const clean = (password: string): string => password.normalize('NFKC')

  return {
    /** PHC string of a new password. */
    hash: (password: string): Promise<string> => bounded(() => hash(clean(password), options)),
    /** One verification; without a stored hash a dummy is verified, so that both take the same time. */
    verify: async (phc: string | null, password: string): Promise<boolean> => {
      const stored = phc ?? (await dummy)
      const right = await bounded(() => verify(stored, clean(password)))
      return phc !== null && right
    },
    /** The hash was made with weaker parameters than today's. */
    isOutdated: (phc: string): boolean => !phc.includes(`m=${cost.memoryKib},t=${cost.passes},p=1`),
  }
}
export type Passwords = ReturnType<typeof createPasswords>
