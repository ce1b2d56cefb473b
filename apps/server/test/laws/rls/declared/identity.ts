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
    zen_definer: reads(yes),
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
    ...(table === 'identity.rbac_overrides' ? {} : { zen_portal: reads(me('user_id')) }),
    zen_definer: reads(yes),
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

const credentials = (table: string, rights: Rights, touch: string): TableLaw => ({
  table,
  class: 12,
  noTenant: true,
  touch,
  rights: { zen_auth: rights },
  rows: (names) => ({
    any: {
      ...(table === 'identity.auth_login_counters' || table === 'identity.auth_refresh_tokens'
        ? {}
        : { user_id: names.me }),
      ...(table === 'identity.auth_families' ? { tenant_id: names.firm } : {}),
    },
  }),
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
    rights: Object.fromEntries(
      (['zen_web', 'zen_studio', 'zen_portal'] as const).map((role) => {
        const mine = every(T, me('user_id'))
        return [role, { select: may(mine), insert: may(mine), update: change(mine, mine) }]
      }),
    ),
    rows: (names) => ({ ...personRows(names), 'a portal user': { tenant_id: names.external, user_id: names.portal } }),
    moves: (names) => ({ ...moveTenant(names), user_id: names.id('user of nobody') }),
  },
  credentials('identity.auth_credentials', writes, 'set_at'),
  credentials('identity.auth_login_counters', everything, 'failed_count'),
  credentials('identity.auth_families', everything, 'last_seen_at'),
  credentials('identity.auth_refresh_tokens', everything, 'created_at'),
]
