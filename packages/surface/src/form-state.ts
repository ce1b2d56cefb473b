import { ApiError } from '@zenops/client/api-error'
import { errorText, fieldErrors } from '@zenops/client/error-texts'
import type { SummaryError } from '@zenops/ui/field'
import { useState } from 'react'

export type FieldFaults = Readonly<Record<string, string>>

/** A refused submit: which field, which sentence; what names no field of the form stands in the summary only. */
export interface FormFaults {
  readonly faults: FieldFaults
  readonly summary: readonly SummaryError[]
  /** Counts refused submits, so that the summary takes the focus each time. */
  readonly attempt: number
  readonly idOf: (path: string) => string
  /** True when nothing stands in the way. */
  readonly check: (found: FieldFaults) => boolean
  /** Puts a failure of the server on its fields. */
  readonly refuse: (error: unknown) => void
}

const rowsOf = (faults: FieldFaults, fields: readonly string[], idOf: (path: string) => string): SummaryError[] =>
  Object.entries(faults).map(([path, text]) =>
    fields.includes(path) ? { fieldId: idOf(path), text } : { text: path === '' ? text : `${path}: ${text}` },
  )

/** `name` keeps the ids of several forms on one page apart; `fields` are the paths that the form shows. */
export function useFormFaults(name: string, fields: readonly string[]): FormFaults {
  const [state, setState] = useState<{ faults: FieldFaults; attempt: number }>({ faults: {}, attempt: 0 })
  const idOf = (path: string): string => `${name}-${path}`
  return {
    faults: state.faults,
    summary: rowsOf(state.faults, fields, idOf),
    attempt: state.attempt,
    idOf,
    check(found) {
      const clean = Object.keys(found).length === 0
      setState((before) => ({ faults: found, attempt: before.attempt + (clean ? 0 : 1) }))
      return clean
    },
    refuse(error) {
      const byPath = fieldErrors(error)
      const top = (path: string): string => path.replace(/^body\./, '').split('.')[0] ?? path
      const found = Object.fromEntries(Object.entries(byPath).map(([path, text]) => [top(path), text]))
      const named =
        error instanceof ApiError && error.details.find((detail) => detail.path !== undefined && error.status !== 422)
      const faults =
        Object.keys(found).length > 0 ? found : { [named && named.path ? top(named.path) : '']: errorText(error) }
      setState((before) => ({ faults, attempt: before.attempt + 1 }))
    },
  }
}
