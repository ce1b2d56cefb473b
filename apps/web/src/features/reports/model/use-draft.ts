import type { Json } from '@zenops/client/merge-patch'
import { createContext, use, useCallback, useSyncExternalStore } from 'react'
import type { ReportDraft } from './report-draft.ts'

export interface FormAccess {
  readonly draft: ReportDraft
  /** Nothing may be changed: closed, cancelled, or no right to write. */
  readonly locked: boolean
  /** What the server refused, by path. */
  readonly errors: Readonly<Record<string, string>>
  readonly reportId: string
}

export const FormContext = createContext<FormAccess | null>(null)

export function useForm(): FormAccess {
  const access = use(FormContext)
  if (!access) throw new Error('outside of a report form')
  return access
}

/** Something read from the draft; the component is drawn again only when it changes. */
export function useDraft<T>(read: (draft: ReportDraft) => T): T {
  const { draft } = useForm()
  return useSyncExternalStore(draft.subscribe, () => read(draft))
}

/** The value at a contract path, and how it is changed. */
export function useField(path: string) {
  const { draft } = useForm()
  const value = useSyncExternalStore(
    draft.subscribe,
    useCallback(() => draft.at(path), [draft, path]),
  )
  const set = useCallback((next: Json) => draft.set(path, next), [draft, path])
  const preview = useCallback((next: Json | undefined) => draft.preview(path, next), [draft, path])
  return { value, set, preview }
}
