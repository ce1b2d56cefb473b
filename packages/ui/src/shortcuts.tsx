import type { ReactNode } from 'react'
import { Dialog } from './dialog.tsx'
import { useWords } from './words.tsx'

export function Kbd({ children }: { readonly children: ReactNode }) {
  return <kbd className="z-kbd">{children}</kbd>
}

export interface ShortcutGroup {
  readonly label: string
  readonly keys: readonly { readonly keys: string; readonly does: string }[]
}

/** What `?` shows: each key of the page and of the frame. */
export function ShortcutsDialog(props: {
  readonly groups: readonly ShortcutGroup[]
  readonly opened: boolean
  readonly onClose: () => void
}) {
  const say = useWords()
  return (
    <Dialog title={say('shortcuts')} opened={props.opened} onClose={props.onClose}>
      <div className="z-shortcuts">
        {props.groups.map((group) => (
          <section key={group.label}>
            <h3>{group.label}</h3>
            <dl>
              {group.keys.map(({ keys, does }) => (
                <div key={keys}>
                  <dt>
                    {keys.split(' ').map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
