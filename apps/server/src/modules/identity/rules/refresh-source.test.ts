import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyIsTaken, bodyMayCarry } from './refresh-source.ts'

const config = { AUTH_BODY_REFRESH_CLIENT_TYPES: ['widget'], NODE_ENV: 'production' }

test('ID-14 only the widget of the portal carries its refresh token in the body', () => {
  for (const clientType of ['web', 'mobile', 'trusted_cli', 'widget'])
    for (const aud of ['web', 'studio', 'portal'] as const)
      assert.equal(bodyMayCarry({ aud, clientType }, config), clientType === 'widget' && aud === 'portal')
})

test('ID-14 the body is taken where it may carry, and from others where the switch is on: outside production by default', () => {
  const web = { aud: 'web', clientType: 'web' } as const
  assert.equal(bodyIsTaken(web, config), false)
  assert.equal(bodyIsTaken(web, { ...config, NODE_ENV: 'development' }), true)
  assert.equal(bodyIsTaken(web, { ...config, NODE_ENV: 'development', AUTH_BODY_REFRESH: false }), false)
  assert.equal(bodyIsTaken(web, { ...config, AUTH_BODY_REFRESH: true }), true)
  assert.equal(bodyIsTaken({ aud: 'portal', clientType: 'widget' }, config), true)
  assert.equal(bodyIsTaken({ aud: 'web', clientType: 'widget' }, { ...config, AUTH_BODY_REFRESH: true }), false)
})
