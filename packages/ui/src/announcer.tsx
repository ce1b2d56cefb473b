import { createContext, use, useCallback, useRef, type ReactNode } from 'react'

export type Announce = (text: string, urgency?: 'polite' | 'assertive') => void

const AnnouncerContext = createContext<Announce>(() => {})

/** Says something to screen readers: results and saves politely, errors assertively. */
export const useAnnounce = (): Announce => use(AnnouncerContext)

/** One polite and one assertive live region for the whole app. */
export function AnnouncerProvider({ children }: { readonly children: ReactNode }) {
  const polite = useRef<HTMLDivElement>(null)
  const assertive = useRef<HTMLDivElement>(null)
  const announce = useCallback<Announce>((text, urgency = 'polite') => {
    const region = (urgency === 'polite' ? polite : assertive).current
    if (!region) return
    // The same text twice is read twice only if the region was empty in between.
    region.textContent = ''
    requestAnimationFrame(() => {
      region.textContent = text
    })
  }, [])
  return (
    <AnnouncerContext value={announce}>
      {children}
      <div ref={polite} className="z-hidden" role="status" aria-live="polite" />
      <div ref={assertive} className="z-hidden" role="alert" aria-live="assertive" />
    </AnnouncerContext>
  )
}
