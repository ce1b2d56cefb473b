import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Config, ReadyConfig } from './config.ts'
import { newSigningKey } from './platform/auth/access-tokens.ts'

const JwtKey = z.looseObject({ kid: z.string(), kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })
const Secrets = z.object({
  jwt: JwtKey,
  pepper: z.string(),
  sealing: z.object({ kid: z.string(), secret: z.string() }),
  storage: z.object({ kid: z.string(), secret: z.string() }),
  /** Wraps people's keys. */
  kek: z.object({ kid: z.string(), secret: z.string() }),
  database: z.object({
    root: z.string(),
    zen_api: z.string(),
    zen_worker: z.string(),
    zen_sealer: z.string(),
    zen_keeper: z.string(),
  }),
  /** Ed25519 seed that signs the heads of the audit log. */
  auditSigning: z.string(),
  demoPassword: z.string(),
})
const Known = Secrets.partial().extend({ database: Secrets.shape.database.partial().optional() })
/** What an installation without configured secrets draws for itself once. */
export type Secrets = z.infer<typeof Secrets>

const draw = (): string => randomBytes(32).toString('base64url')

/** Reads the installation's own secrets below ZENOPS_HOME, drawing them at the first start. Mode 600. */
export async function homeSecrets(home: string): Promise<Secrets> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const file = path.join(home, 'secrets.json')
  const text = await readFile(file, 'utf8').catch(() => null)
  // An installation of an earlier version lacks what came later; the missing ones are drawn, the others stay.
  const known = text === null ? {} : Known.parse(JSON.parse(text))
  const whole = Secrets.safeParse(known)
  if (whole.success) return whole.data
  const secrets = Secrets.parse({
    jwt: Secrets.shape.jwt.parse({ kty: 'OKP', crv: 'Ed25519', ...(await newSigningKey()) }),
    pepper: draw(),
    sealing: { kid: 'local', secret: draw() },
    storage: { kid: 'local', secret: draw() },
    kek: { kid: 'local', secret: draw() },
    auditSigning: draw(),
    demoPassword: randomBytes(12).toString('base64url'),
    ...known,
    database: {
      root: draw(),
      zen_api: draw(),
      zen_worker: draw(),
      zen_sealer: draw(),
      zen_keeper: draw(),
      ...known.database,
    },
  })
  const fresh = `${file}.${process.pid}`
  await writeFile(fresh, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  await chmod(fresh, 0o600)
  await rename(fresh, file)
  return secrets
}

/** The configuration with every secret filled in. */
export const withSecrets = (config: Config, secrets: Secrets): ReadyConfig => ({
  ...config,
  JWT_KEYS: config.JWT_KEYS ?? [secrets.jwt],
  AUTH_PEPPER: config.AUTH_PEPPER ?? secrets.pepper,
  MFA_ENC_KEYS: config.MFA_ENC_KEYS ?? [secrets.sealing],
  ZEN_KEK_KEYS: config.ZEN_KEK_KEYS ?? [secrets.kek],
  STORAGE_SIGNING_KEYS: config.STORAGE_SIGNING_KEYS ?? [secrets.storage],
  // In production the key stays away from the database's machine: without one nothing is signed.
  ...(config.AUDIT_SIGNING_KEY === undefined && config.NODE_ENV !== 'production'
    ? { AUDIT_SIGNING_KEY: [Buffer.from(secrets.auditSigning, 'base64url')] }
    : {}),
})
