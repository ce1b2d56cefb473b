import { createHmac } from 'node:crypto'
import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import { mailedLink, mailFolder } from './mailbox.ts'

/** Somebody of the firm, made for one story. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly password: string
}

const PASSWORD = 'quiet river stone lamp'
const folder = (): string => mailFolder(test.info().config.metadata['home'])

/** The link in the newest mail to this address; waits until the mail has come. */
export async function linkOf(email: string, path: string): Promise<string> {
  await expect.poll(() => mailedLink(folder(), email, path), { timeout: 20_000 }).not.toBeNull()
  return mailedLink(folder(), email, path) ?? ''
}

interface Caller {
  readonly headers: Record<string, string>
}

/** Somebody signed in over HTTP at a surface (an origin, empty = the Workspace), freshly stepped up. */
export async function signInTo(
  request: APIRequestContext,
  origin: string,
  { aud, email, password }: { readonly aud: string; readonly email: string; readonly password: string },
): Promise<Caller> {
  const signedIn = await (await request.post(`${origin}/v1/auth/login`, { data: { aud, email, password } })).json()
  const headers = { authorization: `Bearer ${signedIn.access_token}` }
  const proven = await request.post(`${origin}/v1/auth/step-up`, { headers, data: { method: 'PASSWORD', password } })
  expect(proven.status()).toBe(200)
  return { headers }
}

/** The owner, signed in over HTTP and freshly stepped up. */
async function owner(request: APIRequestContext): Promise<Caller> {
  const config = await (await request.get('/v1/auth/config?aud=web')).json()
  return signInTo(request, '', { aud: 'web', ...config.demo.find((one: { key: string }) => one.key === 'owner') })
}

/** The portal listens one port above the Workspace, the studio two. */
export function surfaceAt(baseURL: string | undefined, above: 1 | 2): string {
  const address = new URL(baseURL ?? '')
  address.port = String(Number(address.port) + above)
  return address.origin
}

/** The owner invites somebody; the mail is on its way. */
export async function invite(request: APIRequestContext, job: string): Promise<{ id: string; email: string }> {
  const email = `${job.replace('_', '-')}-${Date.now().toString(36)}@demo.zenops.local`
  const data = { email, name: 'Person of a story', job_templates: [job], delivery: 'email' }
  const answer = await request.post('/v1/users', { ...(await owner(request)), data })
  expect(answer.status()).toBe(201)
  const body = await answer.json()
  return { id: body.user_id, email }
}

/** Somebody who has accepted an invitation already, without a second factor. */
export async function newPerson(request: APIRequestContext, job = 'field_valuer'): Promise<Person> {
  const { id, email } = await invite(request, job)
  const token = new URL(await linkOf(email, '/invite')).hash.slice('#token='.length)
  const accepted = await request.post('/v1/auth/invitations/accept', { data: { token, password: PASSWORD } })
  expect(accepted.status()).toBe(200)
  return { id, email, password: PASSWORD }
}

/** The owner gives a person other jobs; what the person's screen holds is stale from then on. */
export async function giveJobs(request: APIRequestContext, id: string, jobs: readonly string[]): Promise<void> {
  const { headers } = await owner(request)
  const { version } = await (await request.get(`/v1/users/${id}`, { headers })).json()
  const data = { job_templates: jobs, expected_version: version }
  const answer = await request.put(`/v1/users/${id}/job-templates`, { headers, data })
  expect(answer.status(), await answer.text()).toBe(200)
}

export async function typeSignIn(page: Page, { email, password }: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.keyboard.press('Enter')
}

export const inFrame = (page: Page) => page.getByRole('navigation', { name: 'Breadcrumb' })

export async function signIn(page: Page, person: Pick<Person, 'email' | 'password'>, path = '/me'): Promise<void> {
  await page.goto(path)
  await typeSignIn(page, person)
  await expect(inFrame(page)).toBeVisible()
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What an authenticator app shows for this secret, `steps` of 30 s from now (RFC 6238). */
export function codeOf(secret: string, steps = 0): string {
  const bits = [...secret.replace(/\s/g, '')].map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const moment = Buffer.alloc(8)
  moment.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const digest = createHmac('sha1', key).update(moment).digest()
  const at = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(at) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0')
}

/** A device with passkeys, as the browser simulates it. */
export async function attachAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}
