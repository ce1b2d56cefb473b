/** The part of `window` that carries a mailed link. */
export interface Place {
  readonly location: { readonly hash: string; readonly pathname: string; readonly search: string }
  readonly history: {
    readonly state: unknown
    replaceState(state: unknown, unused: string, address: string): void
  }
  addEventListener(kind: 'hashchange', listener: () => void): void
}

/** The secret of a link and the page that it is for. */
export interface MailedLink {
  readonly path: string
  readonly token: string
}

const TOKEN = /^[\w-]{43}$/

/**
 * Takes the token of a mailed link out of the address as soon as it is seen, so that it stays in memory only: neither a
 * bookmark nor the history nor a colleague's screen keeps it. A second link pasted into the same tab counts as well.
 */
export function openMailedLinks(place: Place | null) {
  const listeners = new Set<() => void>()
  let link: MailedLink | null = null
  const take = () => {
    const named = new URLSearchParams(place?.location.hash.slice(1)).get('token')
    if (!place || named === null) return
    const { pathname: path, search } = place.location
    place.history.replaceState(place.history.state, '', path + search)
    // A cut or mangled one is kept as empty: the page says that the link is no good.
    link = { path, token: TOKEN.test(named) ? named : '' }
    for (const listener of listeners) listener()
  }
  take()
  place?.addEventListener('hashchange', take)
  return {
    current: (): MailedLink | null => link,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export type MailedLinks = ReturnType<typeof openMailedLinks>
