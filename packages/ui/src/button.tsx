import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { Icon, type IconType } from './icons.tsx'
import { AppLink } from './links.tsx'

export type ButtonKind = 'default' | 'primary' | 'danger' | 'quiet'

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'> {
  readonly children: ReactNode
  readonly kind?: ButtonKind
  readonly icon?: IconType
  readonly busy?: boolean
  readonly compact?: boolean
  readonly wide?: boolean
  readonly submit?: boolean
  /** Why it cannot be pressed now; the button stays focusable and says so. */
  readonly unmet?: string | null
  readonly ref?: Ref<HTMLButtonElement>
}

function ButtonMark({ busy, icon }: { readonly busy: boolean; readonly icon: IconType | undefined }) {
  if (busy) return <span className="z-busy" aria-hidden />
  return icon ? <Icon of={icon} /> : null
}

/** A verb with its object. While busy a second press does nothing. */
export function Button(props: ButtonProps) {
  const {
    children,
    kind = 'default',
    icon,
    busy = false,
    compact,
    wide,
    submit,
    unmet = null,
    onClick,
    ...rest
  } = props
  const held = busy || unmet !== null
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      className="z-button"
      data-kind={kind}
      data-compact={compact || undefined}
      data-wide={wide || undefined}
      aria-disabled={held || undefined}
      aria-busy={busy || undefined}
      title={unmet ?? rest.title}
      onClick={(event) => {
        if (held) event.preventDefault()
        else onClick?.(event)
      }}
    >
      <ButtonMark busy={busy} icon={icon} />
      {children}
    </button>
  )
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'children'> {
  readonly icon: IconType
  /** The accessible name and the tooltip. */
  readonly label: string
  readonly compact?: boolean
  readonly kind?: ButtonKind
  readonly ref?: Ref<HTMLButtonElement>
}

export function IconButton({ icon, label, compact, kind = 'quiet', ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      className="z-button"
      data-kind={kind}
      data-icon
      data-compact={compact || undefined}
      aria-label={label}
      title={label}
    >
      <Icon of={icon} size={compact ? 16 : 20} />
    </button>
  )
}

export interface ButtonLinkProps {
  readonly href: string
  readonly children: ReactNode
  readonly kind?: ButtonKind
  readonly icon?: IconType
  readonly compact?: boolean
}

/** A link that looks like a button: it goes somewhere and does nothing else. */
export function ButtonLink({ href, children, kind = 'default', icon, compact }: ButtonLinkProps) {
  return (
    <AppLink href={href} className="z-button" data-kind={kind} {...(compact ? { 'data-compact': true } : {})}>
      {icon && <Icon of={icon} />}
      {children}
    </AppLink>
  )
}
