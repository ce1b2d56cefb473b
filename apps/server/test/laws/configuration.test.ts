import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { ConfigError, readConfig } from '../../src/config.ts'
import { newSigningKey } from '../../src/platform/auth/access-tokens.ts'
import { openHouse } from '../harness/house.ts'

const faultsOf = (environment: Record<string, string>): Record<string, string> => {
  try {
    readConfig(environment)
    return {}
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return Object.fromEntries(error.faults.map(({ variable, fault }) => [variable, fault]))
  }
}

test('all faults of an environment are told together, by name', () => {
  const faults = faultsOf({
    PORT: 'eighty',
    HOST: '0.0.0.0',
    ZENOPS_DEMO_MODE: 'true',
    DATABASE_POOL: '0',
    LOG_LEVEL: 'loud',
    JWT_KEYS: '{',
    STORAGE_DRIVER: 's3',
    REDIS_URL: 'http://localhost',
    SMTP_URL: 'mail.example.test',
    MAIL_FROM: 'nobody\r\nBcc: all@example.test',
  })
  const named = [
    'REDIS_URL',
    'SMTP_URL',
    'MAIL_FROM',
    'PORT',
    'DATABASE_POOL',
    'LOG_LEVEL',
    'JWT_KEYS',
    'ZENOPS_DEMO_MODE',
    'S3_ENDPOINT',
    'S3_BUCKET',
    'S3_ACCESS_KEY_ID',
    'S3_SECRET_ACCESS_KEY',
  ]
  assert.deepEqual(Object.keys(faults).sort(), named.sort())
})

test('production refuses development keys and what only a developer wants', () => {
  const faults = faultsOf({
    NODE_ENV: 'production',
    ZENOPS_DEMO_MODE: '1',
    BOOTSTRAP_ADMIN_PASSWORD: 'x',
    ARGON2_MEMORY_KIB: '8192',
    AUTH_LOGIN_RPM: '0',
    RATE_LIMIT_ANONYMOUS_RPM: '0',
    RATE_LIMIT_SIGNED_IN_RPM: '0',
    SMTP_URL: 'smtp://mail.example.test',
  })
  for (const name of [
    'ZENOPS_DEMO_MODE',
    'BOOTSTRAP_ADMIN_PASSWORD',
    'JWT_KEYS',
    'AUTH_PEPPER',
    'MFA_ENC_KEYS',
    'ZEN_KEK_KEYS',
    'AUTH_LOGIN_RPM',
    'RATE_LIMIT_ANONYMOUS_RPM',
    'RATE_LIMIT_SIGNED_IN_RPM',
    'MAIL_FROM',
    'STORAGE_SIGNING_KEYS',
    'DATABASE_URL',
    'AUTH_ORIGINS_WEB',
    'AUTH_ORIGINS_PORTAL',
    'AUTH_ORIGINS_STUDIO',
    'ARGON2_MEMORY_KIB',
    'WEBAUTHN_RP_ID',
    'WEBAUTHN_RP_NAME',
  ]) {
    assert.ok(name in faults, name)
  }
})

test('production refuses secrets that anybody may guess, and one secret for two uses', () => {
  const drawn = () => randomBytes(32).toString('base64url')
  const ring = (secret: string) => JSON.stringify([{ kid: 'one', secret }])
  const given = (more: Record<string, string>) =>
    faultsOf({
      NODE_ENV: 'production',
      AUTH_PEPPER: drawn(),
      MFA_ENC_KEYS: ring(drawn()),
      ZEN_KEK_KEYS: ring(drawn()),
      STORAGE_SIGNING_KEYS: ring(drawn()),
      ...more,
    })
  const shared = drawn()
  assert.equal(given({})['AUTH_PEPPER'], undefined)
  assert.match(given({ AUTH_PEPPER: 'p'.repeat(40) })['AUTH_PEPPER'] ?? '', /may guess/)
  assert.match(given({ MFA_ENC_KEYS: ring('changeme'.repeat(5)) })['MFA_ENC_KEYS'] ?? '', /may guess/)
  assert.match(
    given({ MFA_ENC_KEYS: ring(shared), ZEN_KEK_KEYS: ring(shared) })['ZEN_KEK_KEYS'] ?? '',
    /a secret of MFA_ENC_KEYS/,
  )
  assert.equal(faultsOf({ AUTH_PEPPER: 'p'.repeat(40) })['AUTH_PEPPER'], undefined, 'a developer may')
})

test('ID-01 ids of the two fixed tenants: malformed or equal ones stop the start, the older names are read', () => {
  const id = '1b4e28ba-2fa1-11d2-883f-0016d3cca427'
  assert.ok('ZENOPS_INTERNAL_TENANT_ID' in faultsOf({ ZENOPS_INTERNAL_TENANT_ID: 'house' }))
  assert.ok('ZENOPS_EXTERNAL_TENANT_ID' in faultsOf({ ZENOPS_EXTERNAL_TENANT_ID: 'x' }))
  const equal = { ZENOPS_INTERNAL_TENANT_ID: id, ZENOPS_EXTERNAL_TENANT_ID: id.toUpperCase() }
  assert.ok('ZENOPS_EXTERNAL_TENANT_ID' in faultsOf(equal))
  assert.equal(readConfig({ TENANT_INTERNAL_UUID: id.toUpperCase() }).ZENOPS_INTERNAL_TENANT_ID, id)
})

test('ID-33 a negative rate of the control plane stops the start', () => {
  assert.ok('CONTROL_RATE_LIMIT_RPM' in faultsOf({ CONTROL_RATE_LIMIT_RPM: '-1' }))
  assert.equal(readConfig({ CONTROL_RATE_LIMIT_RPM: '0' }).CONTROL_RATE_LIMIT_RPM, 0)
})

test('ID-32 a static token of fewer than 32 characters stops production', () => {
  const faults = faultsOf({
    NODE_ENV: 'production',
    STUDIO_ADMIN_TOKEN: 'x'.repeat(31),
    STUDIO_SERVICE_TOKEN: 'y'.repeat(32),
  })
  assert.deepEqual(['STUDIO_ADMIN_TOKEN' in faults, 'STUDIO_SERVICE_TOKEN' in faults], [true, false])
})

test('ID-11 a ring that cannot sign, or that anybody may know, stops the start', async () => {
  const one = { kty: 'OKP', crv: 'Ed25519', ...(await newSigningKey()) }
  const two = { kty: 'OKP', crv: 'Ed25519', ...(await newSigningKey()) }
  const { d: _private, ...open } = one
  const book = {
    kty: 'OKP',
    crv: 'Ed25519',
    kid: 'book',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  }
  const faulty = (keys: object[], more: Record<string, string> = {}): string | undefined =>
    faultsOf({ JWT_KEYS: JSON.stringify(keys), ...more })['JWT_KEYS']
  assert.equal(faulty([one, two]), undefined)
  assert.equal(faulty([{ ...open, kid: 'old' }, two]), undefined)
  assert.match(faulty([open]) ?? '', /no key has a private part/)
  assert.match(faulty([one, { ...two, kid: one.kid }]) ?? '', /same kid/)
  assert.match(faulty([{ ...one, x: two.x }]) ?? '', /halves/)
  assert.match(faulty([{ ...one, x: 'short' }]) ?? '', /no Ed25519 key/)
  assert.equal(faulty([book]), undefined)
  assert.match(faulty([book], { NODE_ENV: 'production' }) ?? '', /anybody may know/)
})

test('blank values count as absent, and the values given are taken', () => {
  const config = readConfig({ PORT: '4000', HOST: '', METRICS_PORT: ' ' })
  assert.equal(config.PORT, 4000)
  assert.equal(config.HOST, '127.0.0.1')
  assert.equal(config.METRICS_PORT, 4003)
})

/** Starts the product and waits for its end: the exit code and all that it said. */
async function startOf(env: Record<string, string>): Promise<{ code: unknown; said: string }> {
  const main = path.join(import.meta.dirname, '../../src/main.ts')
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, said }
}

test('ID-01 ids of the fixed tenants that differ from those of the database stop the start with 78', async () => {
  const house = await openHouse()
  const home = await mkdtemp(path.join(os.tmpdir(), 'zenops-config-'))
  try {
    for (const name of ['ZENOPS_INTERNAL_TENANT_ID', 'ZENOPS_EXTERNAL_TENANT_ID']) {
      const { code, said } = await startOf({
        ZENOPS_HOME: home,
        DATABASE_URL: house.ownerUrl,
        DATABASE_URL_API: house.apiUrl,
        DATABASE_URL_WORKER: house.workerUrl,
        DATABASE_URL_SEALER: house.sealerUrl,
        DATABASE_URL_KEEPER: house.keeperUrl,
        [name]: crypto.randomUUID(),
      })
      assert.equal(code, 78, said)
      assert.match(said, /TENANT/)
    }
    assert.equal((await house.sql('select 1 from identity.tenants')).length, 2)
  } finally {
    await rm(home, { recursive: true, force: true })
    await house.close()
  }
})

test('a faulty start exits 78, names every fault, writes nothing and repeats no value', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'zenops-config-'))
  try {
    const { code, said } = await startOf({
      ZENOPS_HOME: home,
      PORT: 'eighty',
      AUTH_PEPPER: 'canary-short',
      LOG_LEVEL: 'loud',
    })
    assert.equal(code, 78, said)
    for (const name of ['PORT', 'AUTH_PEPPER', 'LOG_LEVEL']) assert.match(said, new RegExp(`^ {2}${name}: `, 'm'))
    assert.ok(!said.includes('canary-short'))
    assert.deepEqual(await readdir(home), [])
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
