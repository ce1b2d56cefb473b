import assert from 'node:assert/strict'
import type { JobTemplate } from '@zenops/contracts/capabilities'
import { login, type Session, type Surface } from '@zenops/contracts/identity'
import { addMember } from '../../src/modules/tenants/index.ts'
import { authScope } from '../../src/platform/db/scope.ts'
import type { House, Reply, TestActor } from './house.ts'

export const PASSWORD = 'a long enough phrase'

/** Somebody with a password, and how he signs in. */
export interface Known {
  readonly id: string
  readonly email: string
  readonly tenantId: string
  readonly aud: Surface
  /** The login body of a right password. */
  readonly credentials: { aud: Surface; email: string; password: string; tenant_id?: string }
}

export interface Wish {
  readonly tenantId?: string
  readonly template?: JobTemplate
  readonly aud?: Surface
  /** Null: no password. */
  readonly password?: string | null
  readonly email?: string
}

const fresh = (): string => `person-${crypto.randomUUID()}@test.zenops.local`

/** One more person, a valuer of a fresh firm unless wished otherwise. */
export async function person(house: House, wish: Wish = {}): Promise<Known> {
  const { aud = 'web', template = 'valuer', password = PASSWORD, email = fresh() } = wish
  const lane = {
    web: null,
    portal: house.config.ZENOPS_EXTERNAL_TENANT_ID,
    studio: house.config.ZENOPS_INTERNAL_TENANT_ID,
  }
  const tenantId = wish.tenantId ?? lane[aud] ?? (await house.firm()).tenantId
  const passwordPhc = password === null ? null : await house.app.passwords.hash(password)
  const id = await house.app.services.database.transact(authScope(), (tx) =>
    addMember(tx, { tenantId, email, name: 'Test person', jobTemplates: [template], passwordPhc }),
  )
  const credentials = { aud, email, password: password ?? PASSWORD, ...(aud === 'web' ? { tenant_id: tenantId } : {}) }
  return { id, email, tenantId, aud, credentials }
}

/** A sign-in that must succeed: the session, the cookie as a browser sends it back, the actor of its token. */
export interface SignedIn {
  readonly session: Session
  readonly cookie: string
  readonly bearer: Record<string, string>
}

/** `name=value` of the refresh cookie that an answer sets. */
export function cookieOf({ headers }: Pick<Reply<unknown>, 'headers'>): string {
  const [first = ''] = [headers['set-cookie'] ?? ''].flat().map(String)
  return first.split(';', 1)[0] ?? ''
}

export function signedIn(reply: Reply<unknown>): SignedIn {
  assert.ok(reply.status === 200 || reply.status === 201, JSON.stringify(reply.body))
  const session = reply.body as Session // a 200 or 201 of a sign-in route
  assert.equal(session.result, 'accepted')
  return { session, cookie: cookieOf(reply), bearer: { authorization: `Bearer ${session.access_token}` } }
}

export const signIn = async (
  anon: TestActor,
  { credentials }: Known,
  extra: { client_type?: 'web' | 'mobile' | 'widget' | 'trusted_cli'; device_name?: string } = {},
): Promise<SignedIn> => signedIn(await anon.call(login, { body: { ...credentials, ...extra } }))

export interface Mailed {
  readonly template_key: string
  readonly subject: string
  readonly body_text: string
  readonly tenant_id: string
  readonly user_id: string | null
}

/** Mails to an address, oldest first, as the outbox keeps them. */
export const mailsTo = (house: House, address: string): Promise<Mailed[]> =>
  house.sql<Mailed>(
    'select template_key, subject, body_text, tenant_id, user_id from notifications.outbox where recipient = $1 order by id',
    [address],
  )

/** The secret of a mail's link. */
export function tokenIn(mail: Mailed | undefined): string {
  const token = /#token=([\w-]{43})/.exec(mail?.body_text ?? '')?.[1]
  assert.ok(token, `a mail with a link: ${mail?.body_text}`)
  return token
}

/** Actions a firm's log holds, oldest first. */
export const actions = async (house: House, tenantId: string): Promise<string[]> =>
  (await house.audit(tenantId)).map((event) => event.action)

/** A counted event of the product. */
export async function counted(house: House, key: string): Promise<number> {
  const { values } = await house.app.services.metrics.events.get()
  return values.find((one) => one.labels['key'] === key)?.value ?? 0
}
