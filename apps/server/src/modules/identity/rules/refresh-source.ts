import type { Surface } from '@zenops/contracts/identity'

export interface BodyCarriers {
  readonly AUTH_BODY_REFRESH_CLIENT_TYPES: readonly string[]
}
export interface Client {
  readonly aud: Surface
  readonly clientType: string
}

/** A client of this type gets its refresh token in the body: it has no cookies. The widget belongs to the portal. */
export const bodyMayCarry = ({ aud, clientType }: Client, config: BodyCarriers): boolean =>
  !(clientType === 'widget' && aud !== 'portal') && config.AUTH_BODY_REFRESH_CLIENT_TYPES.includes(clientType)

/** A refresh token in the body is taken: from such a client, and from all where AUTH_BODY_REFRESH is on. */
export const bodyIsTaken = (
  client: Client,
  config: BodyCarriers & { readonly AUTH_BODY_REFRESH?: boolean | undefined; readonly NODE_ENV: string },
): boolean => {
  if (client.clientType === 'widget' && client.aud !== 'portal') return false
  return bodyMayCarry(client, config) || (config.AUTH_BODY_REFRESH ?? config.NODE_ENV !== 'production')
}
