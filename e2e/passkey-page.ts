import { type CDPSession, expect, type Page } from '@playwright/test'
import type { ProductDatabase } from './product-database.ts'

/** Members of answers that the stories read, each where the contract has it. */
export interface AnswerBody {
  readonly error_code: string
  readonly result: string
  readonly access_token: string
  readonly session_id: string
  readonly user: { readonly id: string }
  readonly mfa_ticket_id: string
  readonly challenge_id: string
  readonly public_key: Options
  readonly credential_id: string
  readonly items: readonly unknown[]
  readonly nickname: string
  readonly passkeys: number
}
export interface Answer {
  readonly status: number
  readonly body: AnswerBody
}
/** A credential as the browser writes it to JSON. */
export interface Credential {
  readonly id: string
  readonly rawId: string
  readonly type: string
  readonly response: Record<string, string>
}
export type Options = Record<string, unknown>

/** Somebody with a password. */
export interface Person {
  readonly id: string
  readonly email: string
}

const BLANK = '/blank'
const FETCH = `async ({ url, asked }) => {
  const response = await fetch(url, asked)
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}`
const CREATE = `async (options) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  return (await navigator.credentials.create({ publicKey })).toJSON()
}`
const GET = `async (options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return (await navigator.credentials.get({ publicKey })).toJSON()
}`

/** An empty page of the surface, with a passkey device, from which the API is called as the surface's own pages do. */
export class PasskeyPage {
  readonly page: Page
  readonly database: ProductDatabase
  readonly origin: string
  readonly #devtools: CDPSession
  readonly device: string
  readonly password: string

  private constructor(parts: {
    page: Page
    database: ProductDatabase
    origin: string
    devtools: CDPSession
    device: string
    password: string
  }) {
    this.page = parts.page
    this.database = parts.database
    this.origin = parts.origin
    this.#devtools = parts.devtools
    this.device = parts.device
    this.password = parts.password
  }

  static async open(page: Page, database: ProductDatabase, origin: string): Promise<PasskeyPage> {
    await page.route(`**${BLANK}`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Blank</title>' }),
    )
    await page.goto(`${origin}${BLANK}`)
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    const { authenticatorId: device } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    const config = await (await page.request.get(`${origin}/v1/auth/config?aud=web`)).json()
    return new PasskeyPage({ page, database, origin, devtools, device, password: config.demo[0].password })
  }

  /** A new person of the house firm, with the password of the demo people. */
  async person(job = 'field_valuer'): Promise<Person> {
    const email = `passkey-${crypto.randomUUID()}@demo.zenops.local`
    const [row] = await this.database.sql(
      `with person as (
         insert into identity.users (kind, email, name, email_verified_at) values ('PERSON', $1, 'Person of a story', now()) returning id
       ), joined as (
         insert into identity.memberships (tenant_id, user_id, role, status)
         select t.id, p.id, j.role, 'active' from person p, identity.tenants t, identity.job_templates j where t.lane = 'internal' and j.key = $2
       ), secret as (
         insert into identity.auth_credentials (user_id, password_phc)
         select p.id, a.password_phc from person p, identity.auth_credentials a join identity.users u on u.id = a.user_id
         where u.email = 'owner@demo.zenops.local'
       ) select id from person`,
      [email, job],
    )
    await this.database.sql(
      `insert into identity.membership_job_templates (tenant_id, user_id, job_template, role)
       select m.tenant_id, m.user_id, $2, m.role from identity.memberships m where m.user_id = $1`,
      [row.id, job],
    )
    return { id: row.id, email }
  }

  /** A call of the API from the page: `POST /v1/…`. */
  call(route: string, body?: object, token?: string): Promise<Answer> {
    const [method, path = ''] = route.split(' ')
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const asked = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    return this.#run(FETCH, { url: `${this.origin}${path}`, asked })
  }

  /** Runs a script of the page; its types are those of a browser, which this side does not know. */
  #run<T>(script: string, given: object): Promise<T> {
    return this.page.evaluate(`(${script})(${JSON.stringify(given)})`)
  }

  login(who: Person): Promise<Answer> {
    return this.call('POST /v1/auth/login', { aud: 'web', email: who.email, password: this.password })
  }

  async ticket(who: Person): Promise<string> {
    const { status, body } = await this.login(who)
    expect(status).toBe(202)
    return body.mfa_ticket_id
  }

  /** A signed-in person without any factor, who has just proven his password. */
  async enter(who: Person): Promise<string> {
    const { status, body } = await this.login(who)
    expect(status).toBe(200)
    const proven = { method: 'PASSWORD', password: this.password }
    expect((await this.call('POST /v1/auth/step-up', proven, body.access_token)).status).toBe(200)
    return body.access_token
  }

  /** `navigator.credentials.create`, as the browser's own device answers it. */
  create(options: Options): Promise<Credential> {
    return this.#run(CREATE, options)
  }
  /** `navigator.credentials.get`. */
  get(options: Options): Promise<Credential> {
    return this.#run(GET, options)
  }

  async beginRegister(token: string): Promise<{ challenge_id: string; public_key: Options }> {
    const { status, body } = await this.call('POST /v1/auth/webauthn/register/options', {}, token)
    expect(status).toBe(200)
    return body
  }
  register(challenge_id: string, credential: Credential, token: string): Promise<Answer> {
    const body = { challenge_id, credential, nickname: 'Key' }
    return this.call('POST /v1/auth/webauthn/register/verify', body, token)
  }
  /** A passkey more for a person who has just proven a factor. */
  async addPasskey(token: string, change: Options = {}): Promise<{ id: string; credential: Credential }> {
    const { challenge_id, public_key } = await this.beginRegister(token)
    const credential = await this.create({ ...public_key, ...change })
    const { status, body } = await this.register(challenge_id, credential, token)
    expect(status).toBe(201)
    return { id: body.credential_id, credential }
  }

  async begin(body: object, token?: string): Promise<{ challenge_id: string; public_key: Options }> {
    const answer = await this.call('POST /v1/auth/webauthn/assert/options', body, token)
    expect(answer.status).toBe(200)
    return answer.body
  }
  assert(body: object, token?: string): Promise<Answer> {
    return this.call('POST /v1/auth/webauthn/assert/verify', body, token)
  }

  /** Lets the device answer wrongly on purpose, or rightly again. */
  lie(bits: { isBogusSignature?: boolean; isBadUV?: boolean; isBadUP?: boolean } = {}): Promise<unknown> {
    return this.#devtools.send('WebAuthn.setResponseOverrideBits', {
      authenticatorId: this.device,
      isBogusSignature: false,
      isBadUV: false,
      isBadUP: false,
      ...bits,
    })
  }

  /** Puts a copy of the passkey in its place whose counter stands lower, as a stolen copy's would. */
  async cloneWithOldCounter(id: string): Promise<void> {
    const credentialId = Buffer.from(id, 'base64url').toString('base64')
    const at = { authenticatorId: this.device, credentialId }
    const { credential } = await this.#devtools.send('WebAuthn.getCredential', at)
    await this.#devtools.send('WebAuthn.removeCredential', at)
    await this.#devtools.send('WebAuthn.addCredential', {
      authenticatorId: this.device,
      credential: { ...credential, signCount: 0 },
    })
  }

  async elsewhere<T>(origin: string, work: () => Promise<T>): Promise<T> {
    await this.page.goto(`${origin}${BLANK}`)
    try {
      return await work()
    } finally {
      await this.page.goto(`${this.origin}${BLANK}`)
    }
  }

  async sessions(): Promise<number> {
    const [row] = await this.database.sql('select count(*)::int as count from identity.auth_families')
    return row.count
  }

  /** The attempt is refused as declared; no session, no cookie and no token come of it. */
  async refused(name: string, expected: readonly [number, string], attempt: () => Promise<Answer>): Promise<void> {
    await this.page.context().clearCookies()
    const before = await this.sessions()
    const { status, body } = await attempt()
    expect([status, body.error_code], name).toEqual(expected)
    expect(Object.keys(body).sort(), name).toEqual(['details', 'error_code', 'message', 'trace_id'])
    expect(await this.sessions(), name).toBe(before)
    expect(await this.page.context().cookies(), name).toEqual([])
  }
}

const decode = (part: string | undefined): Buffer => Buffer.from(part ?? '', 'base64url')

/** The answer with one of its parts rewritten. */
export const tampered = (
  credential: Credential,
  part: string,
  change: (bytes: Buffer) => Buffer | string,
): Credential => {
  const changed = change(decode(credential.response[part]))
  const encoded = (typeof changed === 'string' ? Buffer.from(changed) : changed).toString('base64url')
  return { ...credential, response: { ...credential.response, [part]: encoded } }
}

/** The answer whose client data says something else. */
export const saying = (credential: Credential, words: object): Credential =>
  tampered(credential, 'clientDataJSON', (bytes) => JSON.stringify({ ...JSON.parse(bytes.toString('utf8')), ...words }))

/** The answer with one bit of a part turned over; `at` from its start, or from its end when negative. */
export const flipped = (credential: Credential, part: string, at: number): Credential =>
  tampered(credential, part, (bytes) => {
    const place = at < 0 ? bytes.length + at : at
    bytes[place] = (bytes[place] ?? 0) ^ 1
    return bytes
  })
