import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ErrorBody } from '@zenops/contracts/errors'
import { ghostParams, surfacesOf } from '../../../test/laws/callers.ts'
import { addressOf, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { steppedUp } from '../../../test/harness/sessions.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

/** Bodies that each operation takes; every text in them is replaced by a hostile one, one after the other. */
const GOOD: Readonly<Record<string, object>> = {
  'identity.login': { aud: 'web', email: 'a@test.zenops.local', password: 'x', tenant: 'factory', device_name: 'x' },
  'identity.refresh': { aud: 'web', refresh_token: 'x', client_type: 'widget' },
  'identity.logout': { aud: 'web' },
  'identity.register': { email: 'a@test.zenops.local', name: 'Asha', phone: '+919845012345', firm: 'factory' },
  'identity.verifyRegistration': { token: 'x'.repeat(43), password: 'x' },
  'identity.startGuest': { firm: 'factory', locale: 'en', client_type: 'widget' },
  'identity.forgotPassword': { email: 'a@test.zenops.local', aud: 'web' },
  'identity.resetPassword': { token: 'x'.repeat(43), password: 'x' },
  'identity.changePassword': { current_password: 'x', new_password: 'x' },
  'identity.inspectInvitation': { token: 'x'.repeat(43) },
  'identity.acceptInvitation': { token: 'x'.repeat(43), password: 'x', name: 'Asha' },
  'identity.confirmEmail': { token: 'x'.repeat(43) },
  'identity.switchTenant': { tenant_id: '11111111-1111-1111-1111-111111111111' },
  'identity.enrollTotp': { mfa_ticket_id: 'x' },
  'identity.activateTotp': { mfa_ticket_id: 'x', totp_code: '123456' },
  'identity.verifyFactor': { mfa_ticket_id: 'x', recovery_code: 'ABCDEFGHJK' },
  'identity.stepUp': { method: 'PASSWORD', password: 'x' },
  'identity.registerPasskeyOptions': { mfa_ticket_id: 'x' },
  'identity.registerPasskey': {
    challenge_id: 'x',
    nickname: 'Key',
    credential: { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'x', attestationObject: 'x' } },
  },
  'identity.assertPasskeyOptions': { purpose: 'login', aud: 'web', tenant: 'factory' },
  'identity.assertPasskey': {
    challenge_id: 'x',
    device_name: 'x',
    credential: {
      id: 'x',
      rawId: 'x',
      type: 'public-key',
      response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x', userHandle: 'x' },
    },
  },
  'identity.renamePasskey': { nickname: 'Key' },
  'identity.updateMe': { name: 'Asha', phone: '+919845012345', locale: 'en' },
  'identity.changeEmail': { new_email: 'b@test.zenops.local' },
  'identity.inviteUser': {
    email: 'c@test.zenops.local',
    name: 'Asha',
    phone: '+919845012345',
    job_templates: ['valuer'],
    delivery: 'email',
  },
  'identity.invitePortalUser': {
    email: 'd@test.zenops.local',
    name: 'Asha',
    phone: '+919845012345',
    parties: [{ kind: 'self' }],
    delivery: 'email',
  },
  'identity.setSignInPolicy': { mfa_policy: 'staff', passwordless: false, registration: 'off', reason: 'x' },
  'identity.requestMatrixChange': { job_template: 'valuer', scope: 'all', reason: 'because it is so' },
  'identity.applyBlock': {
    kind: 'IP',
    value: '192.0.2.1',
    reason: 'because it is so',
    expires_at: '2099-01-01T00:00:00Z',
  },
  'identity.putBlock': {
    block_type: 'ip',
    block_value: '192.0.2.1',
    status: 'active',
    reason: 'because it is so',
    expires_at: '2026-12-01T00:00:00Z',
  },
  'identity.updateUser': {
    name: 'Asha',
    phone: '+919845012345',
    professional: { designation: 'Valuer', registration_no: 'x', valid_until: '2030-01-01' },
  },
  'identity.disableUser': { reason: 'because it is so' },
  'identity.revokeUserSessions': { session_id: '11111111-1111-1111-1111-111111111111' },
  'identity.setJobTemplates': { job_templates: ['valuer'], reason: 'x' },
  'identity.resetFactors': { reason: 'because it is so' },
  'identity.updateTenant': { name: 'Rao', time_zone: 'Asia/Kolkata', settings: { x: 'y' }, reason: 'x' },
  'identity.approveRequest': { comment: 'x' },
  'identity.createTenant': { slug: 'rao', name: 'Rao', time_zone: 'Asia/Kolkata' },
  'identity.onboard': {
    tenant_name: 'Rao',
    owner_email: 'e@test.zenops.local',
    display_name: 'Asha',
    owner_phone: '+919845012345',
    time_zone: 'Asia/Kolkata',
  },
  'identity.openSupportSession': { reason: 'because it is so', minutes: 5 },
  'identity.createServiceToken': { name: 'x', capabilities: ['billing.read'], expires_at: '2026-12-01T00:00:00Z' },
  'identity.updateUiSettings': { theme: 'dark', views: { x: 'y' }, stars: [{ kind: 'x', id: 'y', label: 'z' }] },
}

const HOSTILE = [
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999+14:00',
  '0000-01-01',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x'.repeat(5000),
  '\u202e\u0007',
  "'; drop table identity.users; --",
  '{{7*7}}',
  '😀'.repeat(40),
  '%00',
  '../../..',
  '{"$gt":""}',
]

/** Copies of a value, each with one text replaced. */
function* hostile(value: unknown, text: string): Generator<unknown> {
  if (typeof value === 'string') {
    yield text
    yield `${value}${text}`
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value))
    for (const changed of hostile(part, text))
      yield Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed }
}

const IN_HEADERS = [
  '',
  ' ',
  'null',
  '\u0007'.repeat(3).replaceAll('\u0007', '\u0009'),
  'x'.repeat(4000),
  '=;=;,',
  '%00%ff',
  'Bearer',
  "'--",
  '\u00ff\u00fe',
]

/** What came of one call: null, or how it failed. */
async function failureOf(send: () => Promise<{ statusCode: number; json(): unknown }>): Promise<string | null> {
  const reply = await send()
  if (reply.statusCode >= 500) return String(reply.statusCode)
  // Exactly four members, or the parse fails the test.
  if (reply.statusCode >= 400) ErrorBody.strict().parse(reply.json())
  return null
}

test('ID-43 hostile texts in every body of identity are refused as declared or kept as text, never a failure of ours', async () => {
  const firm = await house.firm()
  const callers: Record<string, TestActor> = {
    web: await steppedUp(house, firm.owner),
    studio: await steppedUp(house, house.operator),
    portal: firm.portal,
  }
  const bound = new Map(house.app.operations.map(({ operation }) => [operation.id, operation]))
  const valuer = { id: firm.valuer.userId }
  const targets: Record<string, Record<string, string>> = {
    'identity.updateUser': valuer,
    'identity.disableUser': valuer,
    'identity.setJobTemplates': valuer,
    'identity.resetFactors': valuer,
    'identity.updateTenant': { id: firm.tenantId },
  }
  let tried = 0
  for (const [id, good] of Object.entries(GOOD)) {
    const operation = bound.get(id)
    assert.ok(operation, id)
    const [aud = 'web'] = surfacesOf(operation)
    const actor = operation.access === 'public' || operation.access === 'ticket' ? undefined : callers[aud]
    for (const body of HOSTILE.flatMap((text) => [...hostile(good, text)])) {
      tried++
      const failure = await failureOf(() =>
        house.server(aud).inject({
          method: operation.method,
          url: addressOf(operation, { params: { ...ghostParams(operation), ...targets[id] } }),
          headers: {
            'idempotency-key': crypto.randomUUID(),
            ...(actor ? { authorization: `Bearer ${actor.token}` } : {}),
          },
          payload: body as object, // any JSON
        }),
      )
      assert.equal(failure, null, `${id} ${JSON.stringify(body).slice(0, 300)}`)
    }
  }
  assert.ok(tried > 2_000)
})

test('ID-43 hostile cookies, tokens, origins and addresses are refused as declared, never a failure of ours', async () => {
  const routes = ['/v1/auth/refresh', '/v1/auth/logout', '/v1/auth/login', '/v1/auth/register']
  for (const header of [
    'cookie',
    'authorization',
    'origin',
    'x-forwarded-for',
    'x-tenant-id',
    'user-agent',
    'traceparent',
    'idempotency-key',
  ]) {
    for (const text of IN_HEADERS) {
      const given = header === 'cookie' ? `refresh_token_web=${text}` : text
      for (const url of routes) {
        const headers = { [header]: given }
        const payload = { aud: 'web' }
        const failure = await failureOf(() => house.server().inject({ method: 'POST', url, headers, payload }))
        assert.equal(failure, null, `${url} ${header}: ${given.slice(0, 60)}`)
      }
      const mine = await failureOf(() => house.server().inject({ url: '/v1/me', headers: { [header]: given } }))
      assert.equal(mine, null, `/v1/me ${header}: ${given.slice(0, 60)}`)
    }
  }
})
