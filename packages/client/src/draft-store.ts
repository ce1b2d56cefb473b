import type { DraftStore } from './autosave.ts'
import type { Draft } from './autosave-machine.ts'

/** The part of IndexedDB that is used; named here because servers type-check this package too. */
interface Request<T> {
  readonly result: T
  readonly error: unknown
  onsuccess: (() => void) | null
  onerror: (() => void) | null
}
interface Store {
  get(key: string): Request<unknown>
  put(value: unknown, key: string): Request<unknown>
  delete(key: string | KeyRange): Request<unknown>
  getAllKeys(range: KeyRange): Request<readonly string[]>
}
interface Database {
  createObjectStore(name: string): unknown
  transaction(name: string, mode: 'readonly' | 'readwrite'): { objectStore(name: string): Store }
}
interface Factory {
  open(
    name: string,
    version: number,
  ): Request<Database> & { onupgradeneeded: (() => void) | null; onblocked: (() => void) | null }
}
type KeyRange = { readonly lower: unknown }

const STORE = 'drafts'

const settled = <T>(request: Request<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error instanceof Error ? request.error : new Error('IndexedDB refused'))
  })

export interface DeviceDrafts extends DraftStore {
  /** Keys of the drafts that this person left on the device. */
  listOf(person: string): Promise<readonly string[]>
  /** At sign-out, after the warning. */
  clearOf(person: string): Promise<void>
}

/** Drafts in IndexedDB, under `<person>:<record>`. Rejects where the browser forbids storage. */
export function deviceDrafts(): DeviceDrafts {
  let opening: Promise<Database> | null = null
  function database(): Promise<Database> {
    // Cast: IndexedDB is looked for in whatever runtime this is; Factory names the standard members used here.
    const factory = (globalThis as { indexedDB?: Factory }).indexedDB
    if (!factory) return Promise.reject(new Error('no IndexedDB'))
    opening ??= new Promise<Database>((resolve, reject) => {
      const request = factory.open('zenops', 1)
      request.onupgradeneeded = () => request.result.createObjectStore(STORE)
      settled(request).then(resolve, reject)
    }).catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }
  const store = async (mode: 'readonly' | 'readwrite'): Promise<Store> =>
    (await database()).transaction(STORE, mode).objectStore(STORE)
  function rangeOf(person: string): KeyRange {
    // Cast: as above, for the standard's key range.
    const Range = (globalThis as { IDBKeyRange?: { bound(lower: string, upper: string): KeyRange } }).IDBKeyRange
    if (!Range) throw new Error('no IndexedDB')
    return Range.bound(`${person}:`, `${person}:\uffff`)
  }
  return {
    // Cast: only `put` below writes this store.
    get: async (key) => ((await settled((await store('readonly')).get(key))) as Draft | undefined) ?? null,
    async put(key, draft) {
      await settled((await store('readwrite')).put(draft, key))
    },
    async remove(key) {
      await settled((await store('readwrite')).delete(key))
    },
    listOf: async (person) => await settled((await store('readonly')).getAllKeys(rangeOf(person))),
    async clearOf(person) {
      await settled((await store('readwrite')).delete(rangeOf(person)))
    },
  }
}
