import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'

/** Changes parts of the list's address in place. */
export function useAddress<S extends object>(): (patch: Partial<Record<keyof S, string | undefined>>) => void {
  const navigate = useNavigate()
  return useCallback(
    (patch) => void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true }),
    [navigate],
  )
}
