import { expect, test as base } from '@playwright/test'
import { type Credential, flipped, type Options, PasskeyPage, type Person, saying, tampered } from './passkey-page.ts'
import { openProductDatabase } from './product-database.ts'

const test = base.extend<{ passkeys: PasskeyPage }>({
  passkeys: async ({ page, baseURL }, use, { config }) => {
    const database = await openProductDatabase(String(config.metadata['home']))
    await use(await PasskeyPage.open(page, database, baseURL ?? ''))
    await database.close()
  },
})

const FAILED = [401, 'AUTH_WEBAUTHN_VERIFICATION_FAILED'] as const
const CHALLENGE = [401, 'AUTH_WEBAUTHN_CHALLENGE_INVALID'] as const
const TICKET = [401, 'AUTH_MFA_CHALLENGE_INVALID'] as const
const ORIGIN = [403, 'FORBIDDEN'] as const

/** A person with one passkey and the token of a session with a fresh factor. */
async function withPasskey(
  one: PasskeyPage,
): Promise<{ who: Person; token: string; credential: Credential; id: string }> {
  const who = await one.person()
  const token = await one.enter(who)
  const made = await one.addPasskey(token)
  return { who, token, ...made }
}

async function signIn(one: PasskeyPage, who: Person, pick: (options: Options) => Options = (options) => options) {
  const mfa_ticket_id = await one.ticket(who)
  const { challenge_id, public_key } = await one.begin({ purpose: 'mfa', mfa_ticket_id })
  const credential = await one.get(pick(public_key))
  return one.assert({ challenge_id, credential, mfa_ticket_id })
}
const only =
  (id: string) =>
  (options: Options): Options => ({
    ...options,
    allowCredentials: [{ id, type: 'public-key', transports: ['internal'] }],
  })

test('ID-26 passkeys of a real browser: register, sign in, step up, without password, a second one, renamed, removed', async ({
  passkeys: one,
}) => {
  const { who, id, credential } = await withPasskey(one)
  const first = await signIn(one, who)
  expect(first.status).toBe(200)
  expect((await one.page.context().cookies()).map(({ name }) => name)).toEqual(['refresh_token_web'])
  const bearer = first.body.access_token

  await one.database.sql('update identity.auth_families set stepped_up_at = null where id = $1', [
    first.body.session_id,
  ])
  const stepping = await one.begin({ purpose: 'step_up' }, bearer)
  const proof = await one.get(stepping.public_key)
  const stepped = await one.assert({ challenge_id: stepping.challenge_id, credential: proof }, bearer)
  expect([stepped.status, stepped.body.result]).toEqual([200, 'stepped_up'])

  // The device keeps one passkey per account; a second one is not to be discoverable.
  const second = await one.addPasskey(bearer, {
    excludeCredentials: [],
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' },
  })
  expect((await signIn(one, who, only(second.credential.id))).status).toBe(200)
  const listed = await one.call('GET /v1/auth/webauthn/credentials', undefined, bearer)
  expect(listed.body.items).toHaveLength(2)

  await one.database.sql("update identity.tenants set passwordless = true where lane = 'internal'")
  try {
    await one.page.context().clearCookies()
    const login = await one.begin({ purpose: 'login', aud: 'web' })
    expect(login.public_key['allowCredentials']).toEqual([])
    const shown = await one.get(only(credential.id)(login.public_key))
    const entered = await one.assert({ challenge_id: login.challenge_id, credential: shown })
    expect([entered.status, entered.body.user?.id]).toEqual([200, who.id])
    expect(await one.page.context().cookies()).toHaveLength(1)
  } finally {
    await one.database.sql("update identity.tenants set passwordless = false where lane = 'internal'")
  }

  const path = `/v1/auth/webauthn/credentials/${id}`
  expect((await one.call(`PATCH ${path}`, { nickname: 'Old laptop' }, bearer)).body.nickname).toBe('Old laptop')
  expect((await signIn(one, who, only(credential.id))).status).toBe(200)
  expect((await one.call(`DELETE ${path}`, undefined, bearer)).status).toBe(204)
  expect((await signIn(one, who, only(second.credential.id))).status).toBe(200)
  const status = await one.call('GET /v1/auth/mfa', undefined, bearer)
  expect(status.body.passkeys).toBe(1)
})

type Lie = (credential: Credential) => Credential
type Lies = readonly (readonly [name: string, expected: readonly [number, string], lie: Lie])[]

/** Clears a flag of the authenticator's data; `at` is where the data begins. */
const without =
  (part: string, flag: number, at: (bytes: Buffer) => number): Lie =>
  (credential) =>
    tampered(credential, part, (bytes) => {
      const place = at(bytes) + 32
      bytes[place] = (bytes[place] ?? 0) & ~flag
      return bytes
    })

const SAID: Lies = [
  ['origin rewritten', ORIGIN, (made) => saying(made, { origin: 'https://evil.example' })],
  ['another type', FAILED, (made) => saying(made, { type: 'payment.get' })],
  ['another challenge', CHALLENGE, (made) => saying(made, { challenge: 'A'.repeat(43) })],
  ['framed by a foreign page', FAILED, (made) => saying(made, { crossOrigin: true })],
]
const SHOWN: Lies = [
  ...SAID,
  ['another RP', FAILED, (made) => flipped(made, 'authenticatorData', 0)],
  ['client data changed after signing', FAILED, (made) => saying(made, { extra: 1 })],
  ['counter raised after signing', FAILED, (made) => flipped(made, 'authenticatorData', 35)],
  ['signature changed', FAILED, (made) => flipped(made, 'signature', -1)],
  ['nobody verified, flag cleared', FAILED, without('authenticatorData', 0x04, () => 0)],
  ['nobody present, flag cleared', FAILED, without('authenticatorData', 0x01, () => 0)],
  ['another user handle', FAILED, (made) => tampered(made, 'userHandle', () => Buffer.alloc(32, 7))],
  ['unknown credential', FAILED, (made) => ({ ...made, id: 'A'.repeat(43), rawId: 'A'.repeat(43) })],
]

async function lies(one: PasskeyPage): Promise<void> {
  const { who } = await withPasskey(one)
  const attempt = async (lie: Lie) => {
    const mfa_ticket_id = await one.ticket(who)
    const { challenge_id, public_key } = await one.begin({ purpose: 'mfa', mfa_ticket_id })
    return one.assert({ challenge_id, credential: lie(await one.get(public_key)), mfa_ticket_id })
  }
  await one.refused('asked for on the page of another surface', ORIGIN, async () => {
    const mfa_ticket_id = await one.ticket(who)
    const { challenge_id, public_key } = await one.begin({ purpose: 'mfa', mfa_ticket_id })
    const portal = one.origin.replace(/\d+$/, (port) => String(Number(port) + 1))
    const credential = await one.elsewhere(portal, () => one.get(public_key))
    return one.assert({ challenge_id, credential, mfa_ticket_id })
  })
  for (const [name, expected, lie] of SHOWN) await one.refused(name, expected, () => attempt(lie))
  for (const [name, bits] of [
    ['signed by nobody', { isBogusSignature: true }],
    ['verified by nobody', { isBadUV: true }],
    ['present nobody', { isBadUP: true }],
  ] as const) {
    await one.lie(bits)
    await one.refused(name, FAILED, () => attempt((made) => made))
    await one.lie()
  }
  expect((await attempt((made) => made)).status).toBe(200)
}

/** A sign-in of a person up to the passkey, and the answer of his device. */
async function start(one: PasskeyPage, who: Person) {
  const mfa_ticket_id = await one.ticket(who)
  return { mfa_ticket_id, ...(await one.begin({ purpose: 'mfa', mfa_ticket_id })) }
}
const show = async (one: PasskeyPage, begun: Awaited<ReturnType<typeof start>>, id: string) => ({
  challenge_id: begun.challenge_id,
  mfa_ticket_id: begun.mfa_ticket_id,
  credential: await one.get(only(id)(begun.public_key)),
})

async function secondUses(one: PasskeyPage): Promise<void> {
  const { who, token, credential } = await withPasskey(one)
  const { id } = credential
  const used = await show(one, await start(one, who), id)
  expect((await one.assert(used)).status).toBe(200)
  await one.refused('a ticket again', TICKET, () => one.assert(used))
  await one.refused('a challenge again', CHALLENGE, async () =>
    one.assert({ ...used, mfa_ticket_id: await one.ticket(who) }),
  )
  for (const [name, expected, statement] of [
    ['a challenge', CHALLENGE, 'update identity.webauthn_challenges set expires_at = now() where user_id = $1'],
    ['a ticket', TICKET, 'update identity.auth_mfa_tickets set expires_at = now() where user_id = $1'],
  ] as const) {
    await one.refused(`${name} too late`, expected, async () => {
      const late = await show(one, await start(one, who), id)
      await one.database.sql(statement, [who.id])
      return one.assert(late)
    })
  }
  await one.refused('the answer to another challenge', CHALLENGE, async () => {
    const { challenge_id, mfa_ticket_id } = await start(one, who)
    return one.assert({
      challenge_id,
      mfa_ticket_id,
      credential: (await show(one, await start(one, who), id)).credential,
    })
  })
  await one.refused('a challenge for a step-up', CHALLENGE, async () => {
    const { challenge_id, public_key } = await one.begin({ purpose: 'step_up' }, token)
    return one.assert({ challenge_id, credential: await one.get(public_key), mfa_ticket_id: await one.ticket(who) })
  })
  await one.refused('a challenge to sign in with, for a step-up', CHALLENGE, async () => {
    const { challenge_id, public_key } = await one.begin({ purpose: 'login', aud: 'web' })
    return one.assert({ challenge_id, credential: await one.get(only(id)(public_key)) }, token)
  })
  await one.refused('a ticket to verify, for a set-up', TICKET, async () =>
    one.call('POST /v1/auth/webauthn/register/options', { mfa_ticket_id: await one.ticket(who) }),
  )
  await one.refused('a ticket of nobody', TICKET, () =>
    one.call('POST /v1/auth/webauthn/assert/options', { purpose: 'mfa', mfa_ticket_id: 'A'.repeat(43) }),
  )
  await one.refused('a step-up of nobody', [401, 'AUTH_REQUIRED'], () =>
    one.call('POST /v1/auth/webauthn/assert/options', { purpose: 'step_up' }),
  )
  await one.refused('without a password where the firm wants one', [403, 'AUTH_PASSWORDLESS_DISABLED'], async () => {
    const { challenge_id, public_key } = await one.begin({ purpose: 'login', aud: 'web' })
    return one.assert({ challenge_id, credential: await one.get(only(id)(public_key)) })
  })
}

async function foreignOnes(one: PasskeyPage): Promise<void> {
  const mine = await withPasskey(one)
  const other = await withPasskey(one)
  await one.refused('the challenge of somebody else', CHALLENGE, async () => {
    const theirs = await show(one, await start(one, other.who), mine.credential.id)
    return one.assert({ ...theirs, mfa_ticket_id: await one.ticket(mine.who) })
  })
  await one.refused('the ticket of somebody else', CHALLENGE, async () => {
    const own = await show(one, await start(one, mine.who), mine.credential.id)
    return one.assert({ ...own, mfa_ticket_id: await one.ticket(other.who) })
  })
  await one.refused('the passkey of somebody else', FAILED, async () =>
    one.assert(await show(one, await start(one, mine.who), other.credential.id)),
  )
  await one.refused('a removed passkey', FAILED, async () => {
    const begun = await start(one, other.who)
    const removed = await one.call(`DELETE /v1/auth/webauthn/credentials/${other.id}`, undefined, other.token)
    expect(removed.status).toBe(204)
    return one.assert(await show(one, begun, other.credential.id))
  })
  expect((await one.assert(await show(one, await start(one, mine.who), mine.credential.id))).status).toBe(200)
  await one.cloneWithOldCounter(mine.credential.id)
  const begun = [await start(one, mine.who), await start(one, mine.who)] as const
  await one.refused('a copy whose counter stands lower', [409, 'AUTH_WEBAUTHN_COUNTER_REGRESSION'], async () =>
    one.assert(await show(one, begun[0], mine.credential.id)),
  )
  await one.refused('a suspended passkey', FAILED, async () =>
    one.assert(await show(one, begun[1], mine.credential.id)),
  )
}

/** Where the authenticator's data begins in an attestation: after its name and the two bytes of its length. */
const attestedAt = (bytes: Buffer): number => bytes.indexOf(Buffer.from('authData')) + 8 + 2
const attested =
  (change: (bytes: Buffer) => void): Lie =>
  (credential) =>
    tampered(credential, 'attestationObject', (bytes) => {
      change(bytes)
      return bytes
    })

const MADE: Lies = [
  ...SAID,
  ['an assertion in its place', FAILED, (made) => saying(made, { type: 'webauthn.get' })],
  ['nobody verified', FAILED, without('attestationObject', 0x04, attestedAt)],
  ['nobody present', FAILED, without('attestationObject', 0x01, attestedAt)],
  ['no key in it', FAILED, without('attestationObject', 0x40, attestedAt)],
  [
    'another RP',
    FAILED,
    attested((bytes) => {
      bytes[attestedAt(bytes)] = (bytes[attestedAt(bytes)] ?? 0) ^ 1
    }),
  ],
  [
    'an algorithm that was not offered',
    [422, 'AUTH_WEBAUTHN_UNSUPPORTED_ALG'],
    attested((bytes) => {
      // COSE: key type 2, algorithm −7 (0x26) becomes −9 (0x28).
      bytes[bytes.indexOf(Buffer.from([0x01, 0x02, 0x03, 0x26])) + 3] = 0x28
    }),
  ],
]
/** The device keeps one discoverable passkey per account; these are made beside it. */
const BESIDE: Options = {
  excludeCredentials: [],
  authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
}

async function badRegistrations(one: PasskeyPage): Promise<void> {
  const { token, credential } = await withPasskey(one)
  for (const [name, expected, lie] of MADE) {
    await one.refused(name, expected, async () => {
      const { challenge_id, public_key } = await one.beginRegister(token)
      return one.register(challenge_id, lie(await one.create({ ...public_key, ...BESIDE })), token)
    })
  }
  const other = await withPasskey(one)
  const plain = (await one.login(await one.person())).body.access_token
  const begun = async (whose = token) => {
    const { challenge_id, public_key } = await one.beginRegister(whose)
    return { challenge_id, credential: await one.create({ ...public_key, ...BESIDE }) }
  }
  await one.refused('one that is registered already', [409, 'AUTH_WEBAUTHN_CREDENTIAL_EXISTS'], async () => {
    const { challenge_id, public_key } = await one.beginRegister(token)
    return one.register(challenge_id, saying(credential, { challenge: public_key['challenge'] }), token)
  })
  await one.refused('a challenge again', CHALLENGE, async () => {
    const made = await begun()
    expect((await one.register(made.challenge_id, made.credential, token)).status).toBe(201)
    return one.register(made.challenge_id, made.credential, token)
  })
  await one.refused('a challenge too late', CHALLENGE, async () => {
    const late = await begun()
    await one.database.sql('update identity.webauthn_challenges set expires_at = now() where id = $1', [
      late.challenge_id,
    ])
    return one.register(late.challenge_id, late.credential, token)
  })
  await one.refused('the challenge of somebody else', CHALLENGE, async () => {
    const theirs = await begun(other.token)
    return one.register(theirs.challenge_id, theirs.credential, token)
  })
  await one.refused('without a fresh factor', [401, 'AUTH_STEP_UP_REQUIRED'], () =>
    one.call('POST /v1/auth/webauthn/register/options', {}, plain),
  )
  const late = await begun()
  while ((await one.call('POST /v1/auth/webauthn/register/options', {}, token)).status === 200) {
    await one.addPasskey(token, BESIDE)
  }
  await one.refused('an eleventh', [409, 'AUTH_WEBAUTHN_LIMIT_REACHED'], () =>
    one.register(late.challenge_id, late.credential, token),
  )
}

const REFUSALS = {
  'a sign-in with a passkey that is not what it says': lies,
  'challenges and tickets used again, too late, or for something else': secondUses,
  'what belongs to somebody else, and passkeys that are good no more': foreignOnes,
  'a passkey that may not be registered: not what it says, again, too late, of somebody else, one too many':
    badRegistrations,
}

test('ID-26 every passkey, challenge and ticket that is not what it says is refused as declared, and no session comes of it', async ({
  browser,
  baseURL,
}, { config }) => {
  test.setTimeout(120_000)
  const database = await openProductDatabase(String(config.metadata['home']))
  for (const [name, refusals] of Object.entries(REFUSALS)) {
    await test.step(name, async () => {
      // A device of its own for each, so that no passkey of the one before is offered.
      const context = await browser.newContext()
      await refusals(await PasskeyPage.open(await context.newPage(), database, baseURL ?? ''))
      await context.close()
    })
  }
  await database.close()
})
