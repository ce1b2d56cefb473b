import { createContext, use, type ComponentType, type MouseEventHandler, type ReactNode, type Ref } from 'react'

export interface LinkProps {
  readonly href: string
  readonly children: ReactNode
  readonly className?: string
  readonly title?: string
  readonly tabIndex?: number
  readonly ref?: Ref<HTMLAnchorElement>
  readonly onClick?: MouseEventHandler<HTMLAnchorElement>
  readonly 'aria-current'?: 'page'
  readonly 'aria-label'?: string
  readonly 'data-kind'?: string
  readonly 'data-compact'?: boolean
}
export type LinkComponent = ComponentType<LinkProps>

const LinkContext = createContext<LinkComponent | null>(null)

/** Apps hand over a link that goes through their router; without one a plain anchor stands. */
export function LinksProvider({ link, children }: { readonly link: LinkComponent; readonly children: ReactNode }) {
  return <LinkContext value={link}>{children}</LinkContext>
}

export function AppLink(props: LinkProps) {
  const Component = use(LinkContext)
  return Component ? <Component {...props} /> : <a {...props} />
}
