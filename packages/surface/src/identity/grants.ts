import { SCOPES, type Scope } from '@zenops/contracts/capabilities'

export interface Grant {
  readonly capability: string
  readonly scope: Scope
}
export interface JobRights {
  readonly key: string
  readonly role: string
  readonly needs_approval: boolean
  readonly capabilities: readonly Grant[]
}

/** SCOPES stands widest first. */
const atLeast = (held: Scope | undefined, asked: Scope): boolean =>
  held !== undefined && SCOPES.indexOf(held) <= SCOPES.indexOf(asked)

/** Rights of a person who holds all of these jobs: the union, the wider reach wins. */
export function unionOf(jobs: readonly JobRights[]): readonly Grant[] {
  const widest = new Map<string, Scope>()
  for (const { capability, scope } of jobs.flatMap((job) => job.capabilities))
    if (!atLeast(widest.get(capability), scope)) widest.set(capability, scope)
  return [...widest].map(([capability, scope]) => ({ capability, scope }))
}

/** The first right of the job that one does not hold so wide; null when one may give the job, alone or with approval. */
export function missingToGrant(own: readonly Grant[], job: JobRights): Grant | null {
  if (job.needs_approval) return null
  const held = new Map(own.map(({ capability, scope }) => [capability, scope]))
  return job.capabilities.find(({ capability, scope }) => !atLeast(held.get(capability), scope)) ?? null
}

export interface RightChange {
  readonly capability: string
  readonly before: Scope | null
  readonly after: Scope | null
}

/** What becomes different; what stays is left out. */
export function changesOfRights(before: readonly Grant[], after: readonly Grant[]): readonly RightChange[] {
  const had = new Map(before.map(({ capability, scope }) => [capability, scope]))
  const gets = new Map(after.map(({ capability, scope }) => [capability, scope]))
  return [...new Set([...had.keys(), ...gets.keys()])]
    .map((capability) => ({
      capability,
      before: had.get(capability) ?? null,
      after: gets.get(capability) ?? null,
    }))
    .filter((change) => change.before !== change.after)
}
