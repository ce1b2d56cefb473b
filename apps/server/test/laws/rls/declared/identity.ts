import {
  aud,
  change,
  DELETED,
  every,
  everything,
  may,
  me,
  moveTenant,
  reads,
  some,
  T,
  tenantRows,
  W,
  yes,
} from '../classes.ts'
import type { Names, Rights, Row, Rule, TableLaw } from '../model.ts'

const studio = aud('studio')
const writes: Rights = { select: may(yes), insert: may(yes), update: change(yes, yes) }
const thisTenant: Rule = (row, view) => view.tenant !== null && row['id'] === view.tenant
const personRows = (names: Names): Record<string, Row> => ({
  mine: { tenant_id: names.firm, user_id: names.me },
  "a colleague's": { tenant_id: names.firm, user_id: names.colleague },
  'mine in another firm': { tenant_id: names.otherFirm, user_id: names.me },
})

/** Class 1: read by everybody who is signed in, written by the owner at each migration. */
const catalogue = (table: string, rows: (names: Names) => Record<string, Row>, touch: string): TableLaw => ({
  table,
  class: 1,
  noTenant: true,
  touch,
  rights: {
    zen_web: reads(yes),
    zen_studio: reads(yes),
    zen_worker: reads(yes),
    zen_auth: reads(yes),
    ...(table === 'identity.capabilities' ? {} : { zen_definer: reads(yes) }),
    zen_owner: everything,
  },
  rows,
})

const users: TableLaw = (() => {
  const columns = [
    'id',
    'kind',
    'email',
    'name',
    'phone',
    'locale',
    'status',
    'version',
    'created_at',
    'updated_at',
    'deleted_at',
  ]
  const known =
    (table: string): Rule =>
    (row, view) =>
      view.sees(table, (m) => m['user_id'] === row['id'] && m['tenant_id'] === view.tenant)
  const firm = some(me('id'), known('identity.memberships'), known('identity.portal_links'))
  return {
    table: 'identity.users',
    class: 10,
    noTenant: true,
    rights: {
      zen_web: reads(firm, columns),
      zen_worker: reads(firm, columns),
      zen_studio: reads(studio, columns),
      zen_portal: reads(me('id'), columns),
      zen_auth: writes,
    },
    rows: ({ me: id, colleague, portal, otherPortal, id: named }) => ({
      me: { id, kind: 'SERVICE' },
      'a colleague': { id: colleague, kind: 'SERVICE' },
      'a portal user': { id: portal, kind: 'GUEST' },
      'another portal user': { id: otherPortal, kind: 'GUEST' },
      'of another firm': { id: named('user of another firm'), kind: 'SERVICE' },
      'of nobody': { id: named('user of nobody'), kind: 'SERVICE' },
    }),
  }
})()

const tenants: TableLaw = {
  table: 'identity.tenants',
  class: 9,
  noTenant: true,
  moves: ({ id }) => ({ id: id('moved tenant') }),
  rights: {
    zen_web: {
      ...reads(thisTenant),
      update: change(thisTenant, thisTenant, ['name', 'time_zone', 'settings', 'version', 'updated_at']),
    },
    zen_worker: reads(thisTenant),
    zen_keeper: reads(yes, ['id', 'status', 'deleted_at']),
    zen_portal: reads(
      some(
        (row, view) => row['id'] === view.externalTenant,
        (row, view) => view.firms.has(row['id']),
      ),
      ['id', 'slug', 'name'],
    ),
    zen_studio: {
      select: may(studio),
      insert: may(studio),
      update: change(studio, studio, [
        'name',
        'time_zone',
        'status',
        'settings',
        'rbac_approvals',
        'version',
        'updated_at',
        'deleted_at',
        'deleted_by',
        'delete_reason',
        'purge_after',
      ]),
    },
    zen_definer: { ...reads(yes), update: change(yes, yes, ['rules_version']) },
    zen_auth: writes,
  },
  rows: ({ firm, otherFirm, secondFirm, internal, external }) => ({
    'a second firm of the portal user': { id: secondFirm, lane: 'tenant' },
    'my firm': { id: firm, lane: 'tenant' },
    'another firm': { id: otherFirm, lane: 'tenant' },
    'the house': { id: internal, lane: 'internal' },
    'the portal lane': { id: external, lane: 'external' },
  }),
}

/** Where a portal user sees his own row, and what no helper function reads. */
const PORTAL_ROWS = new Set(
  ['memberships', 'membership_job_templates', 'portal_links'].map((name) => `identity.${name}`),
)
const UNREAD = new Set(['identity.rbac_requests', 'identity.rbac_decisions'])

/** Class 11: seen by the firm, the person himself in the portal, the studio, the worker at work. */
const membership = (
  table: string,
  rows: (names: Names) => Record<string, Row>,
  { auth, touch }: { auth: Rights; touch?: string },
): TableLaw => ({
  table,
  class: 11,
  rights: {
    zen_web: reads(T),
    zen_worker: reads(W),
    zen_studio: reads(studio),
    ...(PORTAL_ROWS.has(table) ? { zen_portal: reads(me('user_id')) } : {}),
    ...(UNREAD.has(table) ? {} : { zen_definer: reads(yes) }),
    zen_auth: auth,
  },
  rows,
  moves: moveTenant,
  ...(touch ? { touch } : {}),
})

const links = (names: Names): Record<string, Row> => ({
  'of a channel': { tenant_id: names.firm, user_id: names.portal, party_kind: 'channel', party_id: names.party },
  'of himself': { tenant_id: names.secondFirm, user_id: names.portal, party_kind: 'self' },
  revoked: { tenant_id: names.otherFirm, user_id: names.portal, party_kind: 'self', status: 'revoked' },
  'of another portal user': { tenant_id: names.firm, user_id: names.otherPortal, party_kind: 'self' },
})

const members = (names: Names): Record<string, Row> => ({
  me: { tenant_id: names.firm, user_id: names.me, role: 'AGENT', status: 'active' },
  'me in the house': { tenant_id: names.internal, user_id: names.me, role: 'AGENT', status: 'active' },
  'a portal user': { tenant_id: names.external, user_id: names.portal, role: 'AGENT', status: 'active' },
  'a colleague': { tenant_id: names.firm, user_id: names.colleague, role: 'AGENT', status: 'active' },
  'of another firm': {
    tenant_id: names.otherFirm,
    user_id: names.id('user of another firm'),
    role: 'AGENT',
    status: 'active',
  },
  ended: {
    tenant_id: names.firm,
    user_id: names.id('user of nobody again'),
    role: 'AGENT',
    status: 'ended',
    ...DELETED,
  },
})

const jobTemplates = (names: Names): Record<string, Row> =>
  Object.fromEntries(
    Object.entries(members(names)).map(([label, row]) => [
      label,
      { tenant_id: row['tenant_id'], user_id: row['user_id'], role: 'AGENT', job_template: 'law' },
    ]),
  )

/** What a credential's row must name beyond the values that are made up for it. */
const CREDENTIAL_ROWS: Readonly<Record<string, (names: Names) => Row>> = {
  'identity.auth_login_counters': () => ({}),
  'identity.auth_refresh_tokens': () => ({}),
  'identity.auth_failed_addresses': () => ({}),
  'identity.auth_families': ({ me: user_id, firm: tenant_id }) => ({ user_id, tenant_id }),
  'identity.auth_mfa_tickets': ({ me: user_id, firm: tenant_id }) => ({ user_id, tenant_id }),
  'identity.auth_seen_addresses': ({ me: user_id }) => ({ user_id }),
  'identity.auth_blocks': ({ me: user_id }) => ({ user_id, kind: 'ACCOUNT' }),
  'identity.service_tokens': ({ me: user_id }) => ({ user_id, capabilities: '{law.read}' }),
  'identity.webauthn_challenges': ({ firm: tenant_id }) => ({ tenant_id, challenge: `\\x${'ab'.repeat(32)}` }),
}

const credentials = (table: string, rights: Rights, touch: string): TableLaw => ({
  table,
  class: 12,
  noTenant: true,
  touch,
  // Blocks are read by the function that names a portal user's firms.
  rights: { zen_auth: rights, ...(table === 'identity.auth_blocks' ? { zen_definer: reads(yes) } : {}) },
  rows: (names) => ({ any: CREDENTIAL_ROWS[table]?.(names) ?? { user_id: names.me } }),
})

export const identityLaws: readonly TableLaw[] = [
  catalogue(
    'identity.job_templates',
    () => ({ any: { key: 'law', role: 'AGENT', aud: '{web,studio,portal}' } }),
    'role',
  ),
  catalogue('identity.capabilities', () => ({ any: { key: 'law.read', area: 'law' } }), 'area'),
  catalogue(
    'identity.job_template_capabilities',
    () => ({ any: { job_template: 'law', capability: 'law.read', scope: 'own' } }),
    'scope',
  ),
  {
    table: 'identity.platform_settings',
    class: 1,
    noTenant: true,
    touch: 'created_at',
    rights: { zen_definer: reads(yes), zen_auth: writes },
    rows: ({ internal, external }) => ({
      one: { one_row: true, internal_tenant_id: internal, external_tenant_id: external },
    }),
  },
  tenants,
  users,
  membership('identity.memberships', members, { auth: writes }),
  membership('identity.membership_job_templates', jobTemplates, {
    auth: { select: may(yes), insert: may(yes), delete: may(yes) },
    touch: 'role',
  }),
  membership(
    'identity.rbac_overrides',
    (names) => tenantRows(names, { job_template: 'law', capability: 'law.read', scope: 'own' }),
    { auth: everything, touch: 'scope' },
  ),
  membership('identity.portal_links', links, { auth: writes, touch: 'created_at' }),
  {
    table: 'identity.ui_settings',
    class: 5,
    rights: {
      ...Object.fromEntries(
        (['zen_web', 'zen_studio', 'zen_portal'] as const).map((role) => {
          const mine = every(T, me('user_id'))
          return [role, { select: may(mine), insert: may(mine), update: change(mine, mine) }]
        }),
      ),
      // Erasure.
      zen_auth: { select: may(yes), update: change(yes, yes, ['settings']), delete: may(yes) },
    },
    rows: (names) => ({ ...personRows(names), 'a portal user': { tenant_id: names.external, user_id: names.portal } }),
    moves: (names) => ({ ...moveTenant(names), user_id: names.id('user of nobody') }),
  },
  {
    ...membership(
      'identity.rbac_requests',
      (names) => tenantRows(names, { requested_by: names.me, status: 'PENDING' }),
      {
        auth: writes,
        touch: 'people_affected',
      },
    ),
  },
  {
    ...membership('identity.rbac_decisions', (names) => tenantRows(names, { decided_by: names.me }), {
      auth: { select: may(yes), insert: may(yes) },
      touch: 'comment',
    }),
    class: 6,
  },
  membership('identity.support_sessions', (names) => tenantRows(names, { user_id: names.me }), {
    auth: writes,
    touch: 'closed_at',
  }),
  ...[
    ['auth_links', 'created_at'],
    ['auth_totp', 'created_at'],
    ['auth_recovery_codes', 'used_at'],
    ['auth_mfa_tickets', 'created_at'],
    ['auth_factor_counters', 'failures'],
    ['webauthn_credentials', 'created_at'],
    ['webauthn_challenges', 'created_at'],
    ['auth_seen_addresses', 'last_seen_at'],
    ['auth_failed_addresses', 'failed_at'],
    ['auth_blocks', 'created_at'],
    ['service_tokens', 'created_at'],
  ].map(([table = '', touch = '']) => credentials(`identity.${table}`, everything, touch)),
  credentials('identity.auth_credentials', everything, 'set_at'),
  credentials('identity.auth_login_counters', everything, 'failed_count'),
  credentials('identity.auth_families', everything, 'last_seen_at'),
  credentials('identity.auth_refresh_tokens', everything, 'created_at'),
]
