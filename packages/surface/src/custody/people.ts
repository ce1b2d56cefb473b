import { listContacts } from '@zenops/contracts/directory'
import { listUsers } from '@zenops/contracts/identity'
import type { RecordOption } from '@zenops/ui/record-picker'
import { useSurface } from '../surface-context.tsx'

/** How many the picker offers of each kind; typing narrows them. */
const LIMIT = 8

export type Search = (text: string, signal: AbortSignal) => Promise<readonly RecordOption[]>

/** Members of the firm, for a picker. */
export function usePeople(): Search {
  const { client } = useSurface()
  return async (text, signal) => {
    const query = { ...(text === '' ? {} : { q: text }), limit: LIMIT }
    const { items } = await client.call(listUsers, { query }, { signal })
    return items.map((user) => ({ id: user.id, name: user.name, ...(user.email ? { line: user.email } : {}) }))
  }
}

/** Contacts of the directory, for a picker. */
export function useContacts(): Search {
  const { client } = useSurface()
  return async (text, signal) => {
    const query = { ...(text === '' ? {} : { q: text }), limit: LIMIT }
    const { items } = await client.call(listContacts, { query }, { signal })
    return items.map((contact) => ({
      id: contact.id,
      name: contact.name,
      ...(contact.email ? { line: contact.email } : {}),
    }))
  }
}
