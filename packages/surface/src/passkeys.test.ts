import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesOf, makePasskey, PasskeyError, showPasskey, textOf, type Credentials } from './passkeys.ts'

const bytes = (...values: number[]): ArrayBuffer => Uint8Array.from(values).buffer
const refusing = (name: string): Credentials => {
  const refuse = () => Promise.reject(Object.assign(new Error(name), { name }))
  return { create: refuse, get: refuse }
}

/** A device whose credential answers with these parts of its response. */
function device(response: object) {
  const asked: unknown[] = []
  const credential = {
    id: '-_8',
    rawId: bytes(0xfb, 0xff),
    type: 'public-key',
    authenticatorAttachment: 'platform',
    getClientExtensionResults: () => ({}),
    response: { clientDataJSON: bytes(1), ...response },
  }
  const answer = (options: unknown) => {
    asked.push(options)
    // Cast: the members that are read.
    return Promise.resolve(credential as unknown as Credential)
  }
  const credentials: Credentials = { create: answer, get: answer }
  return { asked, credentials }
}

test('base64url both ways, without padding', () => {
  assert.equal(textOf(bytes(0xfb, 0xff)), '-_8')
  assert.deepEqual([...bytesOf('-_8')], [0xfb, 0xff])
})

test('a new passkey: options become bytes, the answer becomes text', async () => {
  const { asked, credentials } = device({ attestationObject: bytes(2), getTransports: () => ['internal'] })
  const options = { challenge: 'AQ', user: { id: 'Ag', name: 'a' }, excludeCredentials: [{ id: 'Aw' }], timeout: 1 }
  assert.deepEqual(await makePasskey(options, credentials), {
    id: '-_8',
    rawId: '-_8',
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
    response: { clientDataJSON: 'AQ', attestationObject: 'Ag', transports: ['internal'] },
  })
  const user = { id: Uint8Array.of(2), name: 'a' }
  assert.deepEqual(asked, [
    {
      publicKey: {
        challenge: Uint8Array.of(1),
        user,
        excludeCredentials: [{ id: Uint8Array.of(3) }],
        timeout: 1,
      },
    },
  ])
})

test('a passkey shown among the suggestions of the browser', async () => {
  const { asked, credentials } = device({ authenticatorData: bytes(2), signature: bytes(3), userHandle: bytes(4) })
  const signal = new AbortController().signal
  const shown = await showPasskey({ challenge: 'AQ' }, credentials, { conditional: true, signal })
  assert.deepEqual(shown.response, {
    clientDataJSON: 'AQ',
    authenticatorData: 'Ag',
    signature: 'Aw',
    userHandle: 'BA',
  })
  assert.deepEqual(asked, [{ publicKey: { challenge: Uint8Array.of(1) }, mediation: 'conditional', signal }])
})

test('what the browser refuses is told apart', async () => {
  for (const [name, kind] of [
    ['NotAllowedError', 'cancelled'],
    ['AbortError', 'cancelled'],
    ['InvalidStateError', 'exists'],
    ['SecurityError', 'failed'],
  ] as const) {
    const refused = makePasskey({ challenge: 'AQ' }, refusing(name))
    await assert.rejects(refused, (error) => error instanceof PasskeyError && error.kind === kind, name)
  }
})
