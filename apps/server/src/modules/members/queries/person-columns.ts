import { sql } from 'kysely'

// Columns over memberships `m` and users `u`, the same in lists and details.

/** What a membership shows: the person's own state goes first. */
export const shownState = sql<'invited' | 'active' | 'disabled' | 'ended' | 'erased'>`
  case when u.status = 'erased' then u.status when m.status = 'ended' or u.status = 'active' then m.status else u.status end`

export const hasFactor = sql<boolean>`(
  exists (select 1 from identity.auth_totp x where x.user_id = u.id and x.enabled_at is not null)
  or exists (select 1 from identity.webauthn_credentials w
    where w.user_id = u.id and w.revoked_at is null and w.suspended_at is null))`

export const lastSeen = sql<string | null>`greatest(m.last_used_at, (
  select max(f.last_seen_at) from identity.auth_families f
  where f.user_id = u.id and f.tenant_id = m.tenant_id and f.revoked_at is null))`
