import assert from 'node:assert/strict'
import type { JobTemplate } from '@zenops/contracts/capabilities'
import { type FactorDue, login, type Session } from '@zenops/contracts/identity'
import { activateTotp, enrollTotp, registerPasskey, registerPasskeyOptions } from '@zenops/contracts/identity-factors'
import { Secret, TOTP } from 'otpauth'
import type { z } from 'zod'
import { addMember } from '../../src/modules/tenants/index.ts'
import { authScope } from '../../src/platform/db/scope.ts'
import { uuidv7 } from '../../src/platform/ids.ts'
import type { House, Reply, TestActor } from './house.ts'
import { SoftPasskey, type SoftAlgorithm, type SoftOptions } from './soft-authenticator.ts'

export const PASSWORD = 'a long enough phrase'

/** Somebody with a password, known to one firm. */
export interface Entrant {
  readonly userId: string
  readonly tenantId: string
  readonly email: string
}

const hashes = new WeakMap<House, Promise<string>>()

export async function entrant(house: House, tenantId: string, template: JobTemplate = 'valuer'): Promise<Entrant> {
  const email = `${template}-${uuidv7()}@test.zenops.local`
  const hash = hashes.get(house) ?? house.app.passwords.hash(PASSWORD)
  hashes.set(house, hash)
  const passwordPhc = await hash
  const userId = await house.app.services.database.transact(authScope(), (tx) =>
    addMember(tx, { tenantId, email, name: 'Test person', jobTemplates: [template], passwordPhc }),
  )
  return { userId, tenantId, email }
}

export type SignedIn = Reply<Session | z.infer<typeof FactorDue>>
export const signIn = (house: House, { email, tenantId }: Entrant): Promise<SignedIn> =>
  house.anon.call(login, { body: { aud: 'web', email, password: PASSWORD, tenant_id: tenantId } })

/** The ticket of a sign-in that a second factor has to complete. */
export async function ticketOf(house: House, who: Entrant, result = 'mfa_required'): Promise<string> {
  const { status, body } = await signIn(house, who)
  assert.equal(status, 202)
  assert.equal(body.result, result)
  return 'mfa_ticket_id' in body ? body.mfa_ticket_id : ''
}

/** The person with the access token of a session. */
export const actorOf = (house: House, session: Pick<Session, 'access_token'>): TestActor => {
  const authorization = `Bearer ${session.access_token}`
  return {
    ...house.anon,
    token: session.access_token,
    call: (operation, input, headers) => house.anon.call(operation, input, { authorization, ...headers }),
    ok: (operation, input, headers) => house.anon.ok(operation, input, { authorization, ...headers }),
  }
}

/** A session as a sign-in without second factor gives it. */
export async function entered(house: House, who: Entrant): Promise<TestActor & { session: Session }> {
  const { status, body } = await signIn(house, who)
  assert.equal(status, 200)
  if (body.result !== 'accepted') throw new Error('a second factor is due')
  return { ...actorOf(house, body), session: body }
}

/** Lets the session count as freshly proven, or as proven so many seconds ago. */
export async function provenAgo(house: House, session: Session, seconds = 0): Promise<void> {
  await house.sql('update identity.auth_families set stepped_up_at = now() - make_interval(secs => $2) where id = $1', [
    session.session_id,
    seconds,
  ])
  house.app.authenticator.forget(session.session_id)
}

/** The code of an authenticator app, `steps` away from now. */
export const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 })

/** A code that is certainly not right at this moment. */
export const wrongCodeOf = (secret: string): string => {
  const right = new Set([-2, -1, 0, 1, 2].map((steps) => codeOf(secret, steps)))
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !right.has(code)) ?? ''
}

/** Lets the code of the present step count once more, so that a test need not wait for the next. */
export const freshStep = (house: House, userId: string): Promise<unknown> =>
  house.sql('update identity.auth_totp set last_step = 0 where user_id = $1', [userId])

/** A person with an authenticator app, who is signed in and has just proven it. */
export async function withTotp(house: House, tenantId: string, template: JobTemplate = 'valuer') {
  const who = await entrant(house, tenantId, template)
  const first = await signIn(house, who)
  let secret: string
  let codes: readonly string[]
  if (first.body.result === 'accepted') {
    const actor = { ...actorOf(house, first.body), session: first.body }
    await provenAgo(house, first.body)
    secret = (await actor.ok(enrollTotp, { body: {} })).totp_secret
    codes = (await actor.ok(activateTotp, { body: { totp_code: codeOf(secret) } })).recovery_codes
  } else {
    const mfa_ticket_id = first.body.mfa_ticket_id
    secret = (await house.anon.ok(enrollTotp, { body: { mfa_ticket_id } })).totp_secret
    codes = (await house.anon.ok(activateTotp, { body: { mfa_ticket_id, totp_code: codeOf(secret) } })).recovery_codes
  }
  await freshStep(house, who.userId)
  return { ...who, secret, codes }
}

export const HOME = { origin: 'http://localhost:3000', rpId: 'localhost' }

/** Options as the server gives them, read by the kit. */
export const optionsOf = (answer: { public_key: Record<string, unknown> }): SoftOptions =>
  answer.public_key as unknown as SoftOptions // checked where the tests read it

/** Registers a passkey for somebody who has just proven a factor. */
export async function addPasskey(
  actor: TestActor,
  { algorithm = 'ES256', nickname = 'Test key' }: { algorithm?: SoftAlgorithm; nickname?: string } = {},
): Promise<SoftPasskey & { credentialId: string }> {
  const passkey = new SoftPasskey(HOME, { algorithm })
  const begun = await actor.ok(registerPasskeyOptions, { body: {} })
  const credential = passkey.register(optionsOf(begun))
  const { credential_id } = await actor.ok(registerPasskey, {
    body: { challenge_id: begun.challenge_id, credential, nickname },
  })
  return Object.assign(passkey, { credentialId: credential_id })
}

/** A person with one passkey and no other factor. */
export async function withPasskey(house: House, tenantId: string, template: JobTemplate = 'valuer') {
  const who = await entrant(house, tenantId, template)
  const actor = await entered(house, who)
  await provenAgo(house, actor.session)
  const passkey = await addPasskey(actor)
  return { who, actor, passkey }
}

/** No session came of it: no cookie, no token, no new family. */
export async function assertNoSession(
  house: House,
  reply: Reply<unknown>,
  { userId, before }: { readonly userId: string; readonly before: number },
): Promise<void> {
  assert.equal(reply.headers['set-cookie'], undefined)
  assert.ok(!JSON.stringify(reply.body ?? null).includes('access_token'))
  assert.equal(await familiesOf(house, userId), before)
}
export async function familiesOf(house: House, userId: string): Promise<number> {
  const [row] = await house.sql<{ count: number }>(
    'select count(*)::int as count from identity.auth_families where user_id = $1',
    [userId],
  )
  return row?.count ?? 0
}
