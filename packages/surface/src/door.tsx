import { ButtonLink } from '@zenops/ui/button'
import { EntryPage } from '@zenops/ui/entry-page'
import { useEffect, useRef, type ReactNode } from 'react'
import { t } from './entry-texts.ts'
import type { Surface } from './surface.ts'

export interface DoorProps {
  readonly surface: Surface
  readonly title: string
  readonly lead?: ReactNode
  readonly wide?: boolean
  /** Which question stands here, where one page asks several. */
  readonly step?: string | null
  readonly children: ReactNode
}

/** A page outside the frame: brand, title, what is asked. With a new question the title takes the focus, unless a field has it. */
export function Door({ surface, title, lead, wide = false, step = null, children }: DoorProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    document.title = `${title} · ZenOps`
    if (box.current?.contains(document.activeElement)) return
    const heading = box.current?.querySelector('h1')
    heading?.setAttribute('tabindex', '-1')
    heading?.focus({ preventScroll: true })
  }, [title, step])
  return (
    <div ref={box}>
      <EntryPage
        app={surface.words().app}
        tone={surface.tone}
        title={title}
        wide={wide}
        {...(lead === undefined ? {} : { lead })}
      >
        {children}
      </EntryPage>
    </div>
  )
}

export interface DeadLinkProps {
  readonly surface: Surface
  /** How to get another one. */
  readonly hint: string
  readonly action?: { readonly label: string; readonly href: string }
}

/** A mailed link that is used, expired or cut. */
export function DeadLink({ surface, hint, action }: DeadLinkProps) {
  return (
    <Door surface={surface} title={t('link_invalid')} lead={t('link_invalid_text')}>
      <p>{hint}</p>
      <div className="z-row">
        {action && (
          <ButtonLink kind="primary" href={action.href}>
            {action.label}
          </ButtonLink>
        )}
        <ButtonLink href="/sign-in">{t('to_sign_in')}</ButtonLink>
      </div>
    </Door>
  )
}

export interface ClosingDoorProps {
  readonly surface: Surface
  readonly title: string
  readonly text: string
}

/** The end of a way: done, or closed to this person; what is left is the sign-in. */
export function ClosingDoor({ surface, title, text }: ClosingDoorProps) {
  return (
    <Door surface={surface} title={title} lead={text}>
      <div className="z-row">
        <ButtonLink kind="primary" href="/sign-in">
          {t('to_sign_in')}
        </ButtonLink>
      </div>
    </Door>
  )
}
