import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../../../db/types.ts'
import { enqueue, handleJob, jobKind } from '../../../platform/jobs/port.ts'
import { addressKey } from '../../../platform/limits/address.ts'
import type { Mail } from '../../../platform/mail/port.ts'
import { tellPerson } from '../notices.ts'

const tellNewAddress = jobKind({
  kind: 'identity.tell_new_address',
  payload: z.strictObject({ user_id: z.guid(), device: z.string().max(200), happened_at: z.string().max(40) }),
})

const REMEMBERED_DAYS = 90

export interface Seen {
  readonly userId: string
  readonly tenantId: string
  readonly ip: string
  readonly deviceName: string | null
}

/** Remembers where a privileged person signs in from; asks for a mail when the address was not seen for 90 days. */
export async function noteAddress(tx: Kysely<DB>, { userId, tenantId, ip, deviceName }: Seen): Promise<void> {
  const { rows } = await sql<{ is_new: boolean; at: string }>`
    insert into identity.auth_seen_addresses (user_id, address) values (${userId}::uuid, ${addressKey(ip)})
    on conflict (user_id, address) do update set last_seen_at = now()
    returning coalesce(old.last_seen_at < now() - make_interval(days => ${REMEMBERED_DAYS}), true) as is_new, new.last_seen_at as at`.execute(
    tx,
  )
  const seen = rows[0]
  if (!seen?.is_new) return
  const payload = { user_id: userId, device: deviceName ?? 'an unknown device', happened_at: seen.at }
  // The job is the firm's, also where the sign-in runs in no firm's name.
  const { rows: before } = await sql<{ tenant_id: string }>`
    select coalesce(current_setting('app.tenant_id', true), '') as tenant_id,
      set_config('app.tenant_id', ${tenantId}, true) as now`.execute(tx)
  await enqueue(tx, tellNewAddress, { payload, traceId: randomBytes(16).toString('hex') })
  await sql`select set_config('app.tenant_id', ${before[0]?.tenant_id ?? ''}, true)`.execute(tx)
}

/** Mails an ADMIN or OPS person about a sign-in from a new address. */
export const tellNewAddressHandler = (mail: Mail) =>
  handleJob(tellNewAddress, {
    run: async (context, { user_id, device, happened_at }) => {
      await context.effect(`new-address:${context.runId}`, (tx) =>
        tellPerson(
          tx,
          { mail, traceId: context.traceId, happenedAt: happened_at, device },
          { userId: user_id, tenantId: context.tenantId, kind: 'new_address_sign_in' },
        ),
      )
    },
  })
