import { z } from 'zod'
import { createSealing, type Sealed } from '../../platform/auth/sealing.ts'

/** What is secret of a channel: the whole address, and the key that signs. */
export const ChannelSecret = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), url: z.string(), secret: z.string() }),
  z.strictObject({ kind: z.literal('slack'), url: z.string() }),
  z.strictObject({ kind: z.literal('email'), to: z.array(z.string()).min(1) }),
])
export type ChannelSecret = z.infer<typeof ChannelSecret>

interface Place {
  readonly tenantId: string
  readonly id: string
}
const aboutOf = ({ tenantId, id }: Place): string => `alert channel ${tenantId} ${id}`

/** Seals what a channel needs to be called; it opens for that channel alone. */
export function channelSecrets(ring: readonly { readonly kid: string; readonly secret: string }[]) {
  const sealing = createSealing(ring, 'alert channels')
  return {
    seal: (secret: ChannelSecret, place: Place): Sealed => sealing.seal(JSON.stringify(secret), aboutOf(place)),
    open: (sealed: Sealed, place: Place): ChannelSecret =>
      ChannelSecret.parse(JSON.parse(sealing.open(sealed, aboutOf(place)))),
  }
}
export type ChannelSecrets = ReturnType<typeof channelSecrets>

/** What of it may be shown: host and path without what could be a key, or the mailboxes. */
export function shownAddress(secret: ChannelSecret): string {
  if (secret.kind === 'email') return secret.to.join(', ')
  const { host, pathname } = new URL(secret.url)
  return secret.kind === 'slack' ? `${host}/…` : `${host}${pathname}`.slice(0, 400)
}
