import { invitePortalUser, unlinkPortalUser, updatePortalUser } from '@zenops/contracts/identity-people'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Actor } from '../../../platform/auth/actor.ts'
import { scopeOf } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Services } from '../../../platform/services.ts'
import { addInvited, personBehind, sendInvitation } from '../invitation.ts'
import { hmacTarget, type IdentityParts, loginHmac } from '../../identity/index.ts'
import { endMembership, voidInvitation } from '../../rights/index.ts'
import { type NamedParty, namesOf, type Party, withNames } from '../parties.ts'
import { readPortalUser } from '../queries/list-portal-users.ts'

const on = operationsOf<'identity' | 'directory'>()
const PORTAL_USER = { role: 'CUSTOMER', templates: ['portal_user'] } as const

type Wanted = readonly { readonly kind: Party['kind']; readonly id?: string | null | undefined }[]

async function partiesOf(context: { services: Services; actor: Actor }, wanted: Wanted): Promise<NamedParty[]> {
  const { services, actor } = context
  const parties = wanted.map(({ kind, id }) => ({ kind, id: id ?? null }))
  const [names] = await services.database.read(scopeOf(actor), namesOf(actor.tenantId, parties))
  return withNames(parties, names)
}

interface Whose {
  readonly tenantId: string
  readonly userId: string
  readonly by: string
}

const addLinks = (tx: Kysely<DB>, { tenantId, userId, by }: Whose, parties: readonly Party[]) =>
  sql`insert into identity.portal_links (tenant_id, user_id, party_kind, party_id, created_by)
    select ${tenantId}::uuid, ${userId}::uuid, p.kind, p.id, ${by}::uuid
    from unnest(${parties.map((party) => party.kind)}::text[], ${parties.map((party) => party.id)}::uuid[]) as p (kind, id)
    on conflict (tenant_id, user_id, party_kind, party_id) where status = 'active' do nothing`.execute(tx)

/** The active links of a firm with a person, under lock. */
async function lockLinks(tx: Kysely<DB>, { tenantId, userId }: Whose): Promise<(Party & { link: string })[]> {
  const { rows } = await sql<Party & { link: string }>`
    select id as link, party_kind as kind, party_id as id from identity.portal_links
    where tenant_id = ${tenantId}::uuid and user_id = ${userId}::uuid and status = 'active' order by 1 for update`.execute(
    tx,
  )
  return rows
}

const revokeLinks = (tx: Kysely<DB>, { tenantId, by }: Whose, links: readonly string[]) =>
  sql`update identity.portal_links set status = 'revoked', revoked_at = now(), revoked_by = ${by}::uuid
    where tenant_id = ${tenantId}::uuid and id = any (${[...links]}::uuid[])`.execute(tx)

const plain = (parties: readonly Party[]) => parties.map(({ kind, id }) => ({ kind, id }))

/** Links a person to parties of the firm. Who has no portal account is invited into the portal's lane. */
export const invitePortalUserOperation = (parts: IdentityParts) =>
  on.command(invitePortalUser, {
    asIdentity: true,
    prepare: (context, { body }) => partiesOf(context, body.parties),
    run: async ({ tx, actor, services, traceId }, { body }, parties) => {
      const lane = parts.gate.externalTenantId
      const person = await personBehind(tx, { ...body, phone: body.phone ?? null })
      const whose = { tenantId: actor.tenantId, userId: person.id, by: actor.userId }
      if ((await lockLinks(tx, whose)).length > 0) {
        throw refuse.conflict('linked', 'This person is linked to the firm already: change the parties instead.')
      }
      const isInvited = await addInvited(tx, { tenantId: lane, userId: person.id, ...PORTAL_USER })
      await addLinks(tx, whose, parties)
      const sent =
        isInvited || (await waits(tx, lane, person.id))
          ? await sendInvitation(
              tx,
              {
                firmId: actor.tenantId,
                person,
                email: body.email,
                templates: PORTAL_USER.templates,
                delivery: body.delivery,
              },
              { parts, services, actor, traceId },
            )
          : null
      const after = {
        parties: plain(parties),
        email_hmac: hmacTarget(loginHmac(body.email, parts)),
        delivery: body.delivery,
      }
      const user = await readPortalUser(tx, whose, { parts, parties })
      return {
        body: { ...user, ...(sent?.invite_url === undefined ? {} : { invite_url: sent.invite_url }) },
        audit: { action: 'PORTAL_USER_LINKED', target_id: person.id, after },
      }
    },
  })

async function waits(tx: Kysely<DB>, lane: string, userId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from identity.memberships where tenant_id = ${lane}::uuid and user_id = ${userId}::uuid and status = 'invited'`.execute(
    tx,
  )
  return rows.length > 0
}

export const updatePortalUserOperation = (parts: IdentityParts) =>
  on.command(updatePortalUser, {
    asIdentity: true,
    prepare: (context, { body }) => partiesOf(context, body.parties),
    run: async ({ tx, actor }, { params }, parties) => {
      const whose = { tenantId: actor.tenantId, userId: params.id, by: actor.userId }
      const had = await lockLinks(tx, whose)
      if (had.length === 0) throw refuse.notFound('The portal user')
      const stays = (link: Party) => parties.some((party) => party.kind === link.kind && party.id === link.id)
      const gone = had.filter((link) => !stays(link)).map((one) => one.link)
      await Promise.all([revokeLinks(tx, whose, gone), addLinks(tx, whose, parties)])
      const audit = {
        action: 'PORTAL_USER_LINKED',
        target_id: params.id,
        before: { parties: plain(had) },
        after: { parties: plain(parties) },
      } as const
      return { body: await readPortalUser(tx, whose, { parts, parties }), audit }
    },
  })

/** All links of the firm at once; an invitation that nobody else stands behind is void with them. */
export const unlinkPortalUserOperation = (parts: IdentityParts) =>
  on.command(unlinkPortalUser, {
    asIdentity: true,
    run: async ({ tx, actor }, { params }) => {
      const whose = { tenantId: actor.tenantId, userId: params.id, by: actor.userId }
      const had = await lockLinks(tx, whose)
      if (had.length === 0) throw refuse.notFound('The portal user')
      await revokeLinks(
        tx,
        whose,
        had.map((one) => one.link),
      )
      await voidInvitation(tx, { tenantId: actor.tenantId, userId: params.id, portal: true })
      const lane = parts.gate.externalTenantId
      const { rows } = await sql`
        select 1 from identity.portal_links where user_id = ${params.id}::uuid and status = 'active' limit 1`.execute(
        tx,
      )
      if (rows.length === 0 && (await waits(tx, lane, params.id))) {
        await endMembership(tx, { tenant_id: lane, user_id: params.id }, { by: actor.userId, reason: 'unlinked' })
      }
      const before = { parties: plain(had) }
      return { body: undefined, audit: { action: 'PORTAL_USER_UNLINKED', target_id: params.id, before } }
    },
  })
