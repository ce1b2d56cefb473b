import type { CallContext } from '../../platform/operations.ts'
import { limited } from '../../platform/limits/port.ts'

interface Pace {
  readonly key: string
  readonly limit: number
  readonly windowSeconds?: number
}

/** At most so many of an act in a window. Ample ones are leased, so that most calls cost no round trip. */
export async function keepPace({ services }: Pick<CallContext, 'services'>, pace: Pace): Promise<void> {
  const { limits } = services
  const result = await (pace.limit >= 60 ? limits.lease(pace) : limits.hit(pace))
  if (!result.allowed) throw limited(result, 'RATE_LIMITED')
}
