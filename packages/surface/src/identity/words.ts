import { messagesOf } from '@zenops/client/messages'
import type { Capability } from '@zenops/contracts/capabilities'
import type { StateFaces } from '@zenops/contracts/states'
import { areas, en as capabilities } from './capability-words.en.ts'
import { en } from './messages.en.ts'

export { jobName, jobNames } from '../jobs.ts'
export const t = messagesOf('administration', en)
const ofCapability = messagesOf('capabilities', capabilities)
const ofArea = messagesOf('capability_areas', areas)

const isKey = <M extends object>(messages: M, key: string): key is keyof M & string => Object.hasOwn(messages, key)

/** What the job is for, in a sentence. */
export const jobLine = (job: string): string => {
  const key = `line_${job}`
  return isKey(en, key) ? t(key) : ''
}
export const capabilityName = (capability: string): string =>
  isKey(capabilities, capability) ? ofCapability(capability) : capability
/** `assignments.read` → Assignments. */
export const areaName = (capability: string): string => {
  const [area = ''] = capability.split('.')
  return isKey(areas, area) ? ofArea(area) : area
}
export const scopeWord = (scope: string): string => {
  const key = `scope_${scope}`
  return isKey(en, key) ? t(key) : scope
}

/** The same where a dash would say too little. */
export const reachWord = (scope: string): string => (scope === 'none' ? t('no_reach') : scopeWord(scope))

/** States as options of a filter. */
export const stateOptions = <S extends string>(faces: StateFaces<S>, states: readonly S[]) =>
  states.map((value) => ({ value, label: faces[value].label.en }))

export interface AreaRights {
  readonly area: string
  readonly rights: readonly { readonly capability: Capability; readonly scope: string }[]
}

const AREAS: readonly string[] = Object.keys(areas)
const placeOf = (capability = ''): number => AREAS.indexOf(capability.split('.')[0] ?? '')

/** Rights under the heading of their area. */
export function byArea(rights: readonly { readonly capability: string; readonly scope: string }[]): AreaRights[] {
  const found = new Map<string, { capability: Capability; scope: string }[]>()
  for (const { capability, scope } of rights) {
    const area = areaName(capability)
    // Cast: the server names capabilities of the catalogue; an unknown one is shown by its code.
    found.set(area, [...(found.get(area) ?? []), { capability: capability as Capability, scope }])
  }
  return [...found]
    .map(([area, list]) => ({ area, rights: list }))
    .sort((a, b) => placeOf(a.rights[0]?.capability) - placeOf(b.rights[0]?.capability))
}
