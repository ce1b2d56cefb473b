import { useRouter } from '@tanstack/react-router'
import type { LinkProps } from '@zenops/ui/links'
import { parseSearch } from './address.ts'

/** The link of all components: an anchor that goes through the router and preloads on intent. */
export function RouterLink({ href, onClick, ...rest }: LinkProps) {
  const router = useRouter()
  const preload = () => {
    const { pathname, search } = new URL(href, window.location.origin)
    // Failures show up when the page is really opened.
    void router.preloadRoute({ to: pathname, search: parseSearch(search) }).catch(() => null)
  }
  return (
    <a
      {...rest}
      href={href}
      onMouseEnter={preload}
      onFocus={preload}
      onClick={(event) => {
        onClick?.(event)
        const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
        if (event.defaultPrevented || !plain || href.startsWith('http')) return
        event.preventDefault()
        router.history.push(href)
      }}
    />
  )
}
