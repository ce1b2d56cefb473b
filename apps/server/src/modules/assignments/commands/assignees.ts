import type { ASSIGNEE_ROLES } from '@zenops/contracts/assignment-records'
import { addAssignee, removeAssignee } from '@zenops/contracts/assignments'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type BusinessEvent, recordEvents } from '../../../platform/events.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { JobKey } from '../neighbours.ts'
import { lockAssignment } from './job-lock.ts'
import { together } from '../../../platform/db/together.ts'
import { type Context, requireMember } from './links.ts'

const on = operationsOf<'assignments' | 'directory' | 'identity'>()
type Role = (typeof ASSIGNEE_ROLES)[number]

interface Person {
  readonly user_id: string
  readonly name: string
  readonly role: Role
  readonly since: string
}

const team = async (context: Context, job: JobKey): Promise<Person[]> => {
  const { rows } = await sql<Person>`
    select s.user_id, u.name, s.role, s.since from assignments.assignment_assignees s join identity.users u on u.id = s.user_id
    where s.tenant_id = ${job.tenantId}::uuid and s.assignment_id = ${job.id}::uuid and s.deleted_at is null order by s.since, s.id`.execute(
    context.tx,
  )
  return rows
}

const eventOf = (job: JobKey, kind: string, change: { before?: unknown; after?: unknown }): BusinessEvent => ({
  kind,
  entity_type: 'ASSIGNMENT',
  entity_id: job.id,
  assignment_id: job.id,
  ...change,
})

/** Role of one person, written whether or not he is on the job; a lead must have made room before. */
const place = (job: JobKey, userId: string, role: Role) => sql`
  insert into assignments.assignment_assignees (tenant_id, assignment_id, user_id, role)
  values (${job.tenantId}::uuid, ${job.id}::uuid, ${userId}::uuid, ${role})
  on conflict (tenant_id, assignment_id, user_id) where deleted_at is null do update set role = excluded.role`

const headed = (job: JobKey, lead: string | null) => sql<{ version: number }>`
  update assignments.assignments set lead_user_id = ${lead}::uuid, assigned_at = case when ${lead}::uuid is null then assigned_at else coalesce(assigned_at, now()) end,
    version = version + 1, updated_at = now(), last_event_at = now()
  where tenant_id = ${job.tenantId}::uuid and id = ${job.id}::uuid returning version`

interface Placement {
  readonly userId: string
  readonly role: Role
  /** His place on the job before. */
  readonly known: Person | undefined
  /** The lead who makes room. */
  readonly former: string | null
}

const placeOf = (person: Pick<Person, 'user_id' | 'role'>) => ({ user_id: person.user_id, role: person.role })

function eventsOf(job: JobKey, { userId, role, known, former }: Placement): BusinessEvent[] {
  const after = { user_id: userId, role }
  const own = known
    ? eventOf(job, 'assignee_changed', { before: placeOf(known), after })
    : eventOf(job, 'assignee_added', { after })
  if (former === null) return [own]
  const lead = { user_id: former, role: 'lead' }
  return [own, eventOf(job, 'assignee_changed', { before: lead, after: { ...lead, role: 'assistant' } })]
}

/** Who leads the job after somebody takes a place. */
function leadAfter(placement: Placement, lead: string | null): string | null {
  if (placement.role === 'lead') return placement.userId
  return placement.known?.role === 'lead' ? null : lead
}

export const addAssigneeOperation = on.command(addAssignee, {
  run: async (context, { params, body }) => {
    const { tx, actor } = context
    const job: JobKey = { tenantId: actor.tenantId, id: params.id }
    const locked = await lockAssignment(tx, job)
    await requireMember(context, body.user_id, 'user_id')
    const before = await team(context, job)
    const known = before.find((person) => person.user_id === body.user_id)
    const unchanged = { assignees: before, version: locked.version }
    if (known?.role === body.role) return { body: unchanged, audit: NOTHING_CHANGED }
    const former = body.role === 'lead' ? locked.lead_user_id : null
    if (former !== null && !body.replace_lead) {
      throw new Refusal('ALREADY_ASSIGNED', 'There is a lead already.', {
        details: [{ path: 'role', reason: 'lead_exists', user_id: former }],
      })
    }
    if (former !== null) await place(job, former, 'assistant').execute(tx)
    const placement = { userId: body.user_id, role: body.role, known, former }
    const [, version, assignees] = await together([
      place(job, body.user_id, body.role).execute(tx),
      headed(job, leadAfter(placement, locked.lead_user_id)).execute(tx),
      team(context, job),
    ])
    recordEvents(context, eventsOf(job, placement))
    const change = { before: known ? placeOf(known) : {}, after: { user_id: body.user_id, role: body.role } }
    return {
      body: { assignees, version: version.rows[0]?.version ?? locked.version + 1 },
      audit: { action: 'ASSIGNMENT_ASSIGNEE_CHANGED', target_id: job.id, ...change },
    }
  },
})

export const removeAssigneeOperation = on.command(removeAssignee, {
  run: async (context, { params }) => {
    const { tx, actor } = context
    const job: JobKey = { tenantId: actor.tenantId, id: params.id }
    const locked = await lockAssignment(tx, job)
    const known = (await team(context, job)).find((person) => person.user_id === params.user_id)
    if (!known) throw refuse.notFound('The person', 'user_id')
    // A row that has just been deleted must still pass the policy of its own table.
    await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
    await together([
      sql`update assignments.assignment_assignees set deleted_at = now(), deleted_by = ${actor.userId}::uuid, purge_after = now() + interval '30 days'
        where tenant_id = ${job.tenantId}::uuid and assignment_id = ${job.id}::uuid and user_id = ${params.user_id}::uuid and deleted_at is null`.execute(
        tx,
      ),
      sql`select set_config('app.sees_deleted', '', true)`.execute(tx),
      headed(job, known.role === 'lead' ? null : locked.lead_user_id).execute(tx),
    ])
    const before = { user_id: known.user_id, role: known.role }
    recordEvents(context, [eventOf(job, 'assignee_removed', { before })])
    return { body: undefined, audit: { action: 'ASSIGNMENT_ASSIGNEE_CHANGED', target_id: job.id, before } }
  },
})
