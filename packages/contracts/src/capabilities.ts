/** The five roles. Never extended. */
export const ROLES = ['AGENT', 'CUSTOMER', 'ADMIN', 'OPS', 'SYSTEM'] as const
export type Role = (typeof ROLES)[number]

/** Widest first: every row of the tenant, rows of an assignment that names the person, rows that are the person's. */
export const SCOPES = ['all', 'assigned', 'own'] as const
export type Scope = (typeof SCOPES)[number]

/** Job templates in the order of the table below. */
export const JOB_TEMPLATES = {
  super_admin: { role: 'ADMIN', aud: ['web', 'studio'] },
  ops_manager: { role: 'ADMIN', aud: ['web'] },
  valuer: { role: 'AGENT', aud: ['web'] },
  assistant_valuer: { role: 'AGENT', aud: ['web'] },
  field_valuer: { role: 'AGENT', aud: ['web'] },
  accounts: { role: 'AGENT', aud: ['web'] },
  hr: { role: 'AGENT', aud: ['web'] },
  platform_ops: { role: 'OPS', aud: ['studio'] },
  portal_user: { role: 'CUSTOMER', aud: ['portal'] },
  guest: { role: 'CUSTOMER', aud: ['portal'] },
  worker: { role: 'SYSTEM', aud: ['worker'] },
  service: { role: 'SYSTEM', aud: ['service'] },
} as const satisfies Record<string, { role: Role; aud: readonly string[] }>
export type JobTemplate = keyof typeof JOB_TEMPLATES

const COLUMNS = [
  'super_admin',
  'ops_manager',
  'valuer',
  'assistant_valuer',
  'field_valuer',
  'accounts',
  'hr',
  'platform_ops',
  'portal_user',
  'guest',
] as const

/**
 * Who holds what by default (`identity.md` 4): one letter a column in the order of COLUMNS,
 * `*` all, `a` assigned, `o` own, `-` none. The worker's grants follow in WORKER.
 */
const MATRIX = {
  'masterdata.write': '**--------',
  'commissions.review': '**--------',
  'assignments.create': '**--------',
  'assignments.assign': '**--------',
  'assignments.cancel': '**--------',
  'reports.approve': '**--------',
  'profiles.write': '**--------',
  'desk.assign': '**--------',
  'desk.manage': '**--------',
  'kb.write': '**--------',
  'kb.approve': '**--------',
  'users.rbac.request': '**--------',
  'masterdata.approve': '*---------',
  'assignments.reopen': '*---------',
  'assignments.delete': '*---------',
  'reports.override': '*---------',
  'profiles.publish': '*---------',
  'payments.refund': '*---------',
  'desk.export': '*---------',
  'ops.settings.write': '*---------',
  'users.roles.write': '*---------',
  'users.rbac.approve': '*---------',
  'billing.write': '*----*----',
  'invoices.adjust': '*----*----',
  'payroll.write': '*----*----',
  'payroll.run': '*----*----',
  'notifications.routes.write': '*------*--',
  'notifications.templates.write': '*------*--',
  'audit.read': '*------*--',
  'audit.export': '*------*--',
  'audit.verify': '*------*--',
  'ops.jobs.manage': '*------*--',
  'ops.blocks.read': '*------*--',
  'ops.blocks.write': '*------*--',
  'ops.killswitch': '*------*--',
  'ops.rollback': '*------*--',
  'control.read': '*------*--',
  'control.tenants.write': '*------*--',
  'control.billing.write': '*------*--',
  'control.credits.write': '*------*--',
  'control.plans.write': '*------*--',
  'control.flags.write': '*------*--',
  'users.security': '*------*--',
  'notifications.outbox.read': '**-----*--',
  'notifications.routes.read': '**-----*--',
  'notifications.send': '**-----*--',
  'kb.operate': '**-----*--',
  'ops.read': '**-----*--',
  'users.invite': '**-----*--',
  'users.write': '**-----*--',
  'users.rbac.read': '**-----*--',
  'control.support': '-------*--',
  'control.tokens.write': '-------*--',
  'control.rbac': '-------*--',
  'billing.usage.write': '----------',
  'masterdata.read': '*******-o-',
  'masterdata.propose': '**oo----o-',
  'commissions.read': '**aaa*--o-',
  'commissions.create': '**------o-',
  'commissions.write': '**------o-',
  'assignments.read': '**aaa*-*--',
  'assignments.write': '**aaa-----',
  'reports.write': '**aaa-----',
  'assignments.transition': '**a-------',
  'documents.review': '**a-------',
  'reports.render': '**a-------',
  'reports.export': '**a-------',
  'tasks.read': '**ooooo---',
  'tasks.write': '**ooooo---',
  'documents.read': '**aaaoo-o-',
  'documents.write': '**aaaoo-o-',
  'documents.pii': '**aa----o-',
  'documents.delete': '**ooooo-o-',
  'reports.read': '**aaa*-*o-',
  'reports.release': '**---*----',
  'profiles.read': '******----',
  'billing.read': '**---*-*o-',
  'invoices.read': '**---*-*o-',
  'payments.read': '**---*-*o-',
  'invoices.write': '*----*-*--',
  'payments.create': '*----*--o-',
  'employees.read': '**oooo*---',
  'employees.write': '*-----*---',
  'attendance.read': '**oooo*---',
  'attendance.write': '**oooo*---',
  'attendance.approve': '**----*---',
  'payroll.read': '*oooo**---',
  'desk.chat': 'ooooooo-oo',
  'desk.read': '**aa-a--oo',
  'desk.reply': '**a--a----',
  'kb.read': '*******---',
  'ops.analytics.read': '**---*----',
  'ops.settings.read': '**---**---',
  'users.read': '**----**--',
} as const satisfies Record<string, string>
export type Capability = keyof typeof MATRIX
export const CAPABILITIES = Object.keys(MATRIX) as readonly Capability[]

const WORKER_AREAS =
  /^(commissions|assignments|tasks|documents|reports|profiles|billing|invoices|payments|notifications|attendance|payroll|desk|kb)\./
const WORKER_NEVER = /\.(approve|review|override|refund|release)$/
const WORKER_EXTRA: readonly Capability[] = [
  'masterdata.read',
  'employees.read',
  'audit.export',
  'audit.verify',
  'ops.jobs.manage',
  'billing.usage.write',
]

const SCOPE_OF_LETTER: Readonly<Record<string, Scope | undefined>> = { '*': 'all', a: 'assigned', o: 'own' }

export interface Grant {
  readonly job_template: JobTemplate
  readonly capability: Capability
  readonly scope: Scope
}

/** Every default grant; the database is seeded from it and a test holds both together. */
export function defaultGrants(): Grant[] {
  const grants: Grant[] = []
  for (const capability of CAPABILITIES) {
    const row = MATRIX[capability]
    for (const [index, job_template] of COLUMNS.entries()) {
      const scope = SCOPE_OF_LETTER[row.charAt(index)]
      if (scope) grants.push({ job_template, capability, scope })
    }
    const worker =
      WORKER_EXTRA.includes(capability) || (WORKER_AREAS.test(capability) && !WORKER_NEVER.test(capability))
    if (worker) grants.push({ job_template: 'worker', capability, scope: 'all' })
  }
  return grants
}
