import os from 'node:os'
import path from 'node:path'
import { NOTARY_SINKS, type NotarySinkName } from '@zenops/contracts/audit-chain'
import { z } from 'zod'
import {
  bool,
  whole,
  text,
  list,
  privateAddress,
  seeds,
  verifierKeys,
  optionalBool,
  clientTypes,
  secretToken,
  keyRing,
  jwtRing,
} from './config-values.ts'
import { guessableKey } from './platform/auth/signing-keys.ts'

/** The environment, whole: each variable with its meaning, default and bounds. `.env.example` is generated from it. */
export const environment = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production refuses development keys'),
  ZENOPS_HOME: text
    .default(path.join(os.homedir(), '.zenops'))
    .describe('folder of everything this installation keeps on disk'),
  ZENOPS_ROLES: z
    .string()
    .default('api,worker')
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(['api', 'worker'])).min(1))
    .describe('parts this process runs'),
  HOST: text.default('127.0.0.1').describe('address to listen on'),
  PORT: whole(3000, 1, 65_533).describe('Workspace; portal and studio take the next two ports'),
  METRICS_PORT: whole(0, 0, 65_535).describe('private Prometheus listener; 0 = PORT + 3'),
  METRICS_LISTEN: privateAddress
    .optional()
    .describe('private address and port of that listener, such as 10.0.0.5:9464; loopback at METRICS_PORT when empty'),
  DRAIN_SECONDS: whole(2, 0, 20).describe('time between not being ready and closing the doors after SIGTERM'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('least level that is written'),
  DATABASE_URL: text.optional().describe('PostgreSQL 18 server; empty = the embedded one'),
  DATABASE_URL_API: text.optional().describe('connection as zen_api; derived from DATABASE_URL when empty'),
  DATABASE_URL_WORKER: text.optional().describe('connection as zen_worker; derived from DATABASE_URL when empty'),
  DATABASE_URL_SEALER: text.optional().describe('connection as zen_sealer; derived from DATABASE_URL when empty'),
  DATABASE_URL_KEEPER: text.optional().describe('connection as zen_keeper; derived from DATABASE_URL when empty'),
  DATABASE_URL_ROOT: text.optional().describe('owner connection for migrations only; DATABASE_URL when empty'),
  DATABASE_POOL: whole(8, 1, 64).describe('connections per pool'),
  DATABASE_PREPARED: bool(true).describe('named statements; off behind a pooler that has none'),
  EMBEDDED_PG_PORT: whole(0, 0, 65_535).describe('port of the embedded PostgreSQL; 0 = a free one'),
  ZENOPS_MULTI_TENANT_ENABLED: bool(false).describe('firms beside the house firm may sign in'),
  ZENOPS_INTERNAL_TENANT_ID: z
    .guid()
    .toLowerCase()
    .default('11111111-1111-1111-1111-111111111111')
    .describe('the house firm; also TENANT_INTERNAL_UUID'),
  ZENOPS_EXTERNAL_TENANT_ID: z
    .guid()
    .toLowerCase()
    .default('22222222-2222-2222-2222-222222222222')
    .describe('the lane of portal users; also TENANT_EXTERNAL_UUID'),
  ZENOPS_DEMO_MODE: bool(false).describe('demo firm and sign-in cards; loopback only, never in production'),
  BOOTSTRAP_INTERNAL_ADMIN_EMAIL: z
    .email()
    .default('internal-admin@zenops.local')
    .describe('first administrator of the house firm'),
  BOOTSTRAP_STUDIO_ADMIN_EMAIL: z.email().default('studio-admin@zenops.local').describe('first platform operator'),
  BOOTSTRAP_ADMIN_PASSWORD: text.optional().describe('their password, outside production only'),
  JWT_KEYS: jwtRing.optional().describe('JSON list of Ed25519 JWKs with kid; the first with a private part signs'),
  AUTH_PEPPER: z.string().min(32).optional().describe('key of e-mail and address hashes'),
  MFA_ENC_KEYS: keyRing
    .optional()
    .describe('JSON list of {kid, secret}; the first seals secrets that are kept, all open'),
  ZEN_KEK_KEYS: keyRing
    .optional()
    .describe("JSON list of {kid, secret}; the first wraps people's keys, all unwrap; others are re-wrapped daily"),
  AUTH_ORIGINS_WEB: list.describe('origins of the Workspace, comma separated'),
  AUTH_ORIGINS_PORTAL: list.describe('origins of the portal'),
  AUTH_ORIGINS_STUDIO: list.describe('origins of the studio'),
  AUTH_ACCESS_TTL_SECONDS: whole(900, 60, 3600).describe('life of an access token'),
  AUTH_LOGIN_RPM: whole(20, 0, 1_000_000).describe(
    'sign-ins per address and minute; 0 = no limit on any route of sign-in, never in production',
  ),
  AUTH_LOCK_THRESHOLD: whole(5, 3, 20).describe('failures before a sign-in name is locked'),
  AUTH_LOCK_SECONDS: whole(900, 60, 86_400).describe('how long it stays locked'),
  RATE_LIMIT_ANONYMOUS_RPM: whole(300, 0, 1_000_000).describe(
    'other calls without sign-in per address and minute; 0 = off',
  ),
  RATE_LIMIT_SIGNED_IN_RPM: whole(600, 0, 1_000_000).describe('calls per person and minute; 0 = off'),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'expected redis:// or rediss://')
    .optional()
    .describe('Redis or Valkey in front of the limits of several processes; empty = PostgreSQL alone'),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'expected smtp:// or smtps://')
    .optional()
    .describe('server that takes mails; empty = they stay in the outbox'),
  MAIL_FROM: z
    .string()
    .regex(/^(?:[^\r\n<>"]{0,100}<)?[^\s<>@]+@[^\s<>@]+>?$/, 'expected an address')
    .default('ZenOps <no-reply@zenops.local>')
    .describe('sender of mails; its domain ends their Message-ID'),
  ARGON2_MEMORY_KIB: whole(65_536, 8_192, 1_048_576).describe('memory of a password hash'),
  ARGON2_TIME: whole(3, 1, 10).describe('passes of a password hash'),
  AUTH_COOKIE_SAMESITE: z
    .enum(['lax', 'none'])
    .default('lax')
    .describe('none (with Secure) when the API lies on another registrable domain than a surface'),
  AUTH_ORIGINLESS_CLIENT_TYPES: clientTypes('trusted_cli').describe('client types that may refresh without an Origin'),
  AUTH_BODY_REFRESH: optionalBool.describe('refresh tokens in the body; empty = outside production only'),
  AUTH_BODY_REFRESH_CLIENT_TYPES: clientTypes('widget').describe('client types that may send it in the body anyway'),
  DESK_WIDGET_ORIGIN: list.describe('foreign origins whose pages embed the Desk'),
  MFA_ENFORCE_ADMINS: optionalBool.describe('ADMIN and OPS need a second factor; empty = in production only'),
  WEBAUTHN_RP_ID: text.default('localhost').describe('registrable domain of the surfaces, for passkeys'),
  WEBAUTHN_RP_NAME: text.default('ZenOps').describe('name that authenticators show'),
  STUDIO_SERVICE_TOKEN: secretToken.describe('token of the billing client; empty = off'),
  STUDIO_SERVICE_TOKEN_PREVIOUS: secretToken.describe('its predecessor while it is changed'),
  STUDIO_ADMIN_TOKEN: secretToken.describe('fallback token of operators for the control plane; empty = off'),
  STUDIO_ADMIN_TOKEN_PREVIOUS: secretToken.describe('its predecessor while it is changed'),
  CONTROL_RATE_LIMIT_RPM: whole(180, 0, 1_000_000).describe(
    'control requests per minute, address and principal; 0 = off',
  ),
  BOOTSTRAP_RBAC_APPROVALS: whole(2, 1, 2).describe('approvals that the house firm asks of a change of rights'),
  STORAGE_DRIVER: z.enum(['local', 's3']).default('local').describe('where files lie'),
  STORAGE_LOCAL_DIR: text.optional().describe('folder of the local driver; below ZENOPS_HOME when empty'),
  STORAGE_SIGNING_KEYS: keyRing.optional().describe('JSON list of {kid, secret}; the first signs file links'),
  S3_ENDPOINT: z.url().optional().describe('S3-compatible server'),
  S3_REGION: text.default('us-east-1').describe('its region'),
  S3_BUCKET: text.optional().describe('its bucket'),
  S3_ACCESS_KEY_ID: text.optional().describe('its key id'),
  S3_SECRET_ACCESS_KEY: text.optional().describe('its secret'),
  S3_PATH_STYLE: bool(true).describe('bucket in the path, not in the host name'),
  EXPORT_STORAGE: z.enum(['db', 's3']).default('db').describe('where exports lie until they expire'),
  EXPORT_S3_ENCRYPTION: z
    .enum(['AES256', 'aws:kms', 'none'])
    .default('AES256')
    .describe('encryption that the object store is asked for; none where its bucket has its own rule'),
  EXPORT_SPOOL_MAX_BYTES: whole(20 * 1024 ** 3, 1_024, 1024 ** 4).describe(
    'stored bytes of all exports in the database',
  ),
  EXPORT_MAX_ROWS: whole(5_000_000, 1, 10_000_000).describe('rows of a bulk export'),
  EXPORT_TTL_HOURS: whole(24, 1, 72).describe('hours that a finished export stays'),
  LIBREOFFICE_PATH: text.optional().describe('soffice for PDFs; found on PATH when empty'),
  AUDIT_ORIGIN: z
    .string()
    .regex(/^[a-z0-9.-]{1,120}$/, 'expected a host name')
    .default('zenops.local')
    .describe('host name under which the heads of audit logs are signed'),
  AUDIT_SIGNING_KEY: seeds
    .optional()
    .describe('Ed25519 seeds of 32 bytes in base64url, comma separated: all sign, the first for good'),
  AUDIT_TRUSTED_KEYS: verifierKeys.describe(
    'verifier keys, comma separated, that heads are judged by beside the own key and those of the journal',
  ),
  AUDIT_NOTARY_SINKS: z
    .string()
    .default('file')
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(NOTARY_SINKS)).min(1))
    .describe(
      'where signed notes are published: file, s3, webhook, mail, rfc3161; the first, file or s3, keeps the journal',
    ),
  AUDIT_NOTARY_DIR: text.optional().describe('folder of the file sink; below ZENOPS_HOME when empty'),
  AUDIT_NOTARY_S3_ENDPOINT: z.url().optional().describe('S3-compatible server of the s3 sink; empty = AWS'),
  AUDIT_NOTARY_S3_REGION: text.default('us-east-1').describe('its region'),
  AUDIT_NOTARY_S3_BUCKET: text.optional().describe('its bucket, with object lock'),
  AUDIT_NOTARY_S3_ACCESS_KEY_ID: text.optional().describe('its key id, another one than that of the files'),
  AUDIT_NOTARY_S3_SECRET_ACCESS_KEY: text.optional().describe('its secret'),
  AUDIT_NOTARY_S3_YEARS: whole(8, 8, 100).describe('years for which a note is locked'),
  AUDIT_NOTARY_WEBHOOK_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('receiver of the webhook sink'),
  AUDIT_NOTARY_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'expected whsec_ and base64')
    .optional()
    .describe('what its messages are signed with (Standard Webhooks)'),
  AUDIT_NOTARY_TSA_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('time-stamp authority of the rfc3161 sink'),
  AUDIT_NOTARY_TSA_CA: text.optional().describe('PEM file of the roots that its certificate must lead to'),
  AUDIT_SEAL_INTERVAL_MS: whole(200, 50, 2_000).describe('rest between two turns of the sealer'),
  AUDIT_SEAL_BATCH: whole(5_000, 100, 20_000).describe('events sealed in one transaction'),
  AUDIT_CHECKPOINT_EVENTS: whole(1_000, 1, 1_000_000).describe('events after which a head is signed'),
  AUDIT_CHECKPOINT_SECONDS: whole(60, 1, 3_600).describe('seconds after which a head with news is signed'),
  AUDIT_NOTARY_SECONDS: whole(300, 1, 900).describe('seconds between two publications'),
  WORKER_CONCURRENCY: whole(4, 1, 32).describe('jobs at a time in this process'),
  SCHEDULER_LEASE_SECONDS: whole(15, 10, 120).describe(
    'how long a lock outlives its holder; heartbeats every third of it',
  ),
  TRUSTED_PROXIES: list.describe('addresses whose X-Forwarded-For is believed'),
})
type Environment = z.infer<typeof environment>

export type Config = Omit<Environment, 'METRICS_PORT' | 'STORAGE_LOCAL_DIR' | 'AUDIT_NOTARY_DIR'> & {
  readonly AUDIT_NOTARY_DIR: string
  readonly METRICS_PORT: number
  readonly STORAGE_LOCAL_DIR: string
}
/** A configuration in which every secret is known; `home.ts` fills in what the environment leaves out. */
export type ReadyConfig = Config & {
  readonly JWT_KEYS: NonNullable<Config['JWT_KEYS']>
  readonly AUTH_PEPPER: string
  readonly STORAGE_SIGNING_KEYS: NonNullable<Config['STORAGE_SIGNING_KEYS']>
  readonly MFA_ENC_KEYS: NonNullable<Config['MFA_ENC_KEYS']>
  readonly ZEN_KEK_KEYS: NonNullable<Config['ZEN_KEK_KEYS']>
}

export interface ConfigFault {
  readonly variable: string
  readonly fault: string
}

/** All faults of an environment at once, by variable name. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[]
  constructor(faults: readonly ConfigFault[]) {
    super(`The configuration is not valid:\n${faults.map((f) => `  ${f.variable}: ${f.fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])

const STATIC_TOKENS = [
  'STUDIO_SERVICE_TOKEN',
  'STUDIO_SERVICE_TOKEN_PREVIOUS',
  'STUDIO_ADMIN_TOKEN',
  'STUDIO_ADMIN_TOKEN_PREVIOUS',
] as const

const NEEDED = [
  'JWT_KEYS',
  'AUTH_PEPPER',
  'MFA_ENC_KEYS',
  'ZEN_KEK_KEYS',
  'STORAGE_SIGNING_KEYS',
  'DATABASE_URL',
] as const
const S3_NEEDS = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const
const WORKERS_NEED = ['DATABASE_URL_SEALER', 'DATABASE_URL_KEEPER'] as const

/** Keys that people set by hand: long enough they are by their form, but are they drawn, and each for one use? */
const secretsOf = (env: Environment): [variable: string, secret: string][] => [
  ...(env.AUTH_PEPPER === undefined ? [] : [['AUTH_PEPPER', env.AUTH_PEPPER] as [string, string]]),
  ...(['MFA_ENC_KEYS', 'ZEN_KEK_KEYS', 'STORAGE_SIGNING_KEYS'] as const).flatMap((name) =>
    (env[name] ?? []).map(({ secret }): [string, string] => [name, secret]),
  ),
]
/** A drawn secret of 32 signs has fewer different ones once in ages. */
const LEAST_DIFFERENT_SIGNS = 10

function weakSecrets(env: Environment, demand: Demand): void {
  const usedBy = new Map<string, string>()
  for (const [name, secret] of secretsOf(env)) {
    demand(new Set(secret).size >= LEAST_DIFFERENT_SIGNS, name, 'holds a secret that anybody may guess')
    demand((usedBy.get(secret) ?? name) === name, name, `holds a secret of ${usedBy.get(secret)}`)
    usedBy.set(secret, name)
  }
}

type Demand = (holds: boolean, variable: string, fault: string) => void

/** What only a developer wants, and what no installation may lack. */
function productionFaults(env: Environment, demand: Demand, named: readonly string[]): void {
  demand(!env.ZENOPS_DEMO_MODE, 'ZENOPS_DEMO_MODE', 'is refused in production')
  demand(env.BOOTSTRAP_ADMIN_PASSWORD === undefined, 'BOOTSTRAP_ADMIN_PASSWORD', 'is refused in production')
  for (const name of env.ZENOPS_ROLES.includes('worker') ? WORKERS_NEED : [])
    demand(env[name] !== undefined, name, 'is required in production where workers run')
  for (const name of NEEDED) demand(env[name] !== undefined, name, 'is required in production')
  weakSecrets(env, demand)
  demand(guessableKey(env.JWT_KEYS ?? []) === null, 'JWT_KEYS', 'holds a key that anybody may know')
  for (const name of ['AUTH_LOGIN_RPM', 'RATE_LIMIT_ANONYMOUS_RPM', 'RATE_LIMIT_SIGNED_IN_RPM'] as const) {
    demand(env[name] > 0, name, 'may not be off in production')
  }
  demand(
    env.SMTP_URL === undefined || !env.MAIL_FROM.includes('zenops.local'),
    'MAIL_FROM',
    'is required in production when SMTP_URL is set',
  )
  for (const name of ['AUTH_ORIGINS_WEB', 'AUTH_ORIGINS_PORTAL', 'AUTH_ORIGINS_STUDIO'] as const) {
    demand(env[name].length > 0, name, 'is required in production')
  }
  demand(env.MFA_ENFORCE_ADMINS !== false, 'MFA_ENFORCE_ADMINS', 'may not be off in production')
  for (const name of STATIC_TOKENS) {
    demand((env[name]?.length ?? 32) >= 32, name, 'needs at least 32 characters in production')
  }
  demand(env.WEBAUTHN_RP_ID !== 'localhost', 'WEBAUTHN_RP_ID', 'is required in production')
  demand(named.includes('WEBAUTHN_RP_NAME'), 'WEBAUTHN_RP_NAME', 'is required in production')
  demand(
    env.ARGON2_MEMORY_KIB >= 19_456 && env.ARGON2_TIME >= 2,
    'ARGON2_MEMORY_KIB',
    'production needs at least 19456 KiB and 2 passes',
  )
}

const SINKS_NEED = {
  file: [],
  s3: ['AUDIT_NOTARY_S3_BUCKET', 'AUDIT_NOTARY_S3_ACCESS_KEY_ID', 'AUDIT_NOTARY_S3_SECRET_ACCESS_KEY'],
  webhook: ['AUDIT_NOTARY_WEBHOOK_URL', 'AUDIT_NOTARY_WEBHOOK_SECRET'],
  mail: [],
  rfc3161: ['AUDIT_NOTARY_TSA_URL', 'AUDIT_NOTARY_TSA_CA'],
} as const satisfies Record<NotarySinkName, readonly (keyof Environment)[]>

/** Each sink needs its address, and the first one must be able to tell what it was given. */
function notaryFaults(env: Environment, demand: Demand): void {
  const sinks = env.AUDIT_NOTARY_SINKS
  demand(
    sinks[0] === 'file' || sinks[0] === 's3',
    'AUDIT_NOTARY_SINKS',
    'must begin with file or s3, which keeps the journal',
  )
  demand(new Set(sinks).size === sinks.length, 'AUDIT_NOTARY_SINKS', 'names a sink twice')
  for (const sink of sinks)
    for (const name of SINKS_NEED[sink]) demand(env[name] !== undefined, name, `is needed by the ${sink} sink`)
  const own = env.AUDIT_NOTARY_S3_ACCESS_KEY_ID
  demand(
    own === undefined || own !== env.S3_ACCESS_KEY_ID,
    'AUDIT_NOTARY_S3_ACCESS_KEY_ID',
    'must differ from S3_ACCESS_KEY_ID: who stores files may not take back notes',
  )
}

/** Rules that look at more than one variable; `named` are those that are set. */
function crossFaults(env: Environment, named: readonly string[]): ConfigFault[] {
  const faults: ConfigFault[] = []
  const demand: Demand = (holds, variable, fault) => {
    if (!holds) faults.push({ variable, fault })
  }
  demand(
    env.ZENOPS_INTERNAL_TENANT_ID.toLowerCase() !== env.ZENOPS_EXTERNAL_TENANT_ID.toLowerCase(),
    'ZENOPS_EXTERNAL_TENANT_ID',
    'must differ from ZENOPS_INTERNAL_TENANT_ID',
  )
  demand(!env.ZENOPS_DEMO_MODE || LOOPBACK.has(env.HOST), 'ZENOPS_DEMO_MODE', 'demo mode listens on loopback only')
  for (const driver of ['STORAGE_DRIVER', 'EXPORT_STORAGE'] as const) {
    for (const name of env[driver] === 's3' ? S3_NEEDS : []) {
      demand(env[name] !== undefined, name, `is needed when ${driver} is s3`)
    }
  }
  notaryFaults(env, demand)
  if (env.NODE_ENV === 'production') productionFaults(env, demand, named)
  return faults
}

/** Older names of the two fixed tenants; the newer one wins. */
const withAliases = (given: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ZENOPS_INTERNAL_TENANT_ID: given['TENANT_INTERNAL_UUID'],
  ZENOPS_EXTERNAL_TENANT_ID: given['TENANT_EXTERNAL_UUID'],
  ...given,
})

/** Reads the environment. Blank values count as absent. Throws ConfigError with every fault. */
export function readConfig(source: NodeJS.ProcessEnv = process.env): Config {
  const given = withAliases(
    Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== '')),
  )
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => ({ variable: String(issue.path[0]), fault: issue.message }))
    // The faulty ones stand at their defaults while the rest is judged together.
    const known = new Set(faults.map((fault) => fault.variable))
    const rest = environment.safeParse(Object.fromEntries(Object.entries(given).filter(([name]) => !known.has(name))))
    const further = rest.success
      ? crossFaults(rest.data, Object.keys(given)).filter((fault) => !known.has(fault.variable))
      : []
    throw new ConfigError([...faults, ...further])
  }
  const env = parsed.data
  const faults = crossFaults(env, Object.keys(given))
  if (faults.length > 0) throw new ConfigError(faults)
  return {
    ...env,
    METRICS_PORT: env.METRICS_PORT || env.PORT + 3,
    AUDIT_NOTARY_DIR: env.AUDIT_NOTARY_DIR ?? path.join(env.ZENOPS_HOME, 'audit-notes'),
    STORAGE_LOCAL_DIR: env.STORAGE_LOCAL_DIR ?? path.join(env.ZENOPS_HOME, 'files'),
  }
}
