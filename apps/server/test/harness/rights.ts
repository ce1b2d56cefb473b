import assert from 'node:assert/strict'
import type { JobTemplate } from '@zenops/contracts/capabilities'
import { addMember } from '../../src/modules/tenants/index.ts'
import { authScope, scopeOf } from '../../src/platform/db/scope.ts'
import { uuidv7 } from '../../src/platform/ids.ts'
import { compileOnly } from '../../src/platform/db/database.ts'
import { sql } from 'kysely'
import type { House, TestActor } from './house.ts'

const sessionOf = (actor: TestActor): string => {
  const claims = JSON.parse(Buffer.from(actor.token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string } // our own token
  return claims.sid
}

/** The process forgets what it knows of an actor's session: what other processes learn within seconds. */
export const forget = (house: House, actor: TestActor): void => house.app.authenticator.forget(sessionOf(actor))

/** A factor was just proven in the actor's session. */
export async function stepUp(house: House, ...actors: readonly TestActor[]): Promise<void> {
  for (const actor of actors) {
    await house.sql('update identity.auth_families set stepped_up_at = now() where id = $1', [sessionOf(actor)])
    forget(house, actor)
  }
}

/** A header with a token of the actor's rights as they are now, as a refresh would give. */
export async function fresh(house: House, actor: TestActor): Promise<Record<string, string>> {
  const [row] = await house.sql<{ permission_version: number }>(
    'select permission_version::int from identity.memberships where tenant_id = $1 and user_id = $2',
    [actor.tenantId, actor.userId],
  )
  const token = await house.app.identity.tokens.sign({
    sub: actor.userId,
    aud: actor.surface,
    tenant_id: actor.tenantId,
    sid: sessionOf(actor),
    permission_version: row?.permission_version ?? 0,
  })
  forget(house, actor)
  return { authorization: `Bearer ${token}` }
}

/** The scope that policies see for somebody. */
export async function scopeInDatabase(house: House, actor: TestActor, capability: string): Promise<string> {
  const query = sql<{ scope: string }>`select app.scope_of(${capability}) as scope`.compile(compileOnly)
  const scope = scopeOf({ aud: actor.surface, tenantId: actor.tenantId, userId: actor.userId })
  const [rows] = await house.app.services.database.read(scope, query)
  return rows[0]?.scope ?? ''
}

/** Mails of a firm, oldest first, as the outbox keeps them outside production. */
export const mailsOf = (house: House, tenantId: string) =>
  house.sql<{ template: string; recipient: string; text: string; user_id: string | null }>(
    'select template_key as template, recipient, body_text as text, user_id from notifications.outbox where tenant_id = $1 order by queued_at, id',
    [tenantId],
  )

/** The secret of a link. */
export function tokenIn(text: string | undefined): string {
  const token = /#token=([\w-]{43})/.exec(text ?? '')?.[1]
  assert.ok(token, 'a link with a token')
  return token
}

export const PASSWORD = 'a long enough phrase'

/** Somebody with several templates and a password; no session yet. */
export async function withPassword(
  house: House,
  who: { readonly tenantId: string; readonly templates: readonly JobTemplate[] },
): Promise<{ userId: string; email: string }> {
  const email = `person-${uuidv7()}@test.zenops.local`
  const passwordPhc = await house.app.passwords.hash(PASSWORD)
  const userId = await house.app.services.database.transact(authScope(), (tx) =>
    addMember(tx, { tenantId: who.tenantId, email, name: 'Test person', jobTemplates: who.templates, passwordPhc }),
  )
  return { userId, email }
}

export const emailOf = async (house: House, userId: string): Promise<string> => {
  const [row] = await house.sql<{ email: string }>('select email::text from identity.users where id = $1', [userId])
  return row?.email ?? ''
}

export const reasonOf = (reply: { error: { details: readonly Record<string, unknown>[] } }): unknown =>
  reply.error.details[0]?.['reason']
