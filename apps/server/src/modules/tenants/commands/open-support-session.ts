import { openSupportSession } from '@zenops/contracts/identity-platform'
import { sql } from 'kysely'
import { takeTurn } from '../../../platform/db/rows.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { withTenant } from '../../rights/index.ts'
import { closeSupportSessionJob } from '../jobs/close-support-session.ts'
import { readSupportSession } from '../queries/support-sessions.ts'
import { tellOpened } from '../support-mails.ts'

const on = operationsOf<'identity'>()

/** The late close, so that the written end never lies before the time. */
const GRACE_MS = 1_000

export const openSupportSessionOperation = on.command(openSupportSession, {
  asIdentity: true,
  run: async ({ tx, actor, services, traceId, enqueue }, { params, body }) => {
    const { rows: firms } = await sql<{ lane: string }>`
      select lane from identity.tenants where id = ${params.id}::uuid and deleted_at is null for share`.execute(tx)
    const firm = firms[0]
    if (!firm) throw refuse.notFound('The firm', 'id')
    if (firm.lane !== 'tenant') {
      throw refuse.conflict(
        'support_not_needed',
        'The house firm and the lane of portal users need no support session.',
      )
    }
    await takeTurn(tx, `support/${params.id}/${actor.userId}`)
    const { rows } = await sql<{ id: string | null }>`
      insert into identity.support_sessions (tenant_id, user_id, reason, expires_at)
      select ${params.id}::uuid, ${actor.userId}::uuid, ${body.reason}, now() + make_interval(mins => ${body.minutes})
      where not exists (
        select 1 from identity.support_sessions s where s.tenant_id = ${params.id}::uuid and s.user_id = ${actor.userId}::uuid
          and s.closed_at is null and s.expires_at > now())
      returning id`.execute(tx)
    const id = rows[0]?.id
    if (!id) throw refuse.conflict('support_open', 'You have an open session with this firm.')
    const session = await readSupportSession(tx, id)
    await withTenant(tx, { tenantId: params.id, actor }, async () => {
      await tellOpened({ tx, mail: services.mail, traceId }, session)
      const run_at = new Date(Date.parse(session.expires_at) + GRACE_MS).toISOString()
      await enqueue(closeSupportSessionJob, { session_id: id }, { run_at })
    })
    const audit = {
      action: 'SUPPORT_SESSION_OPENED',
      target_id: id,
      tenant_id: params.id,
      reason: body.reason,
      after: { minutes: body.minutes, expires_at: session.expires_at },
    } as const
    return { body: session, audit }
  },
})
