import { type App, addMember, type DemoPerson } from '../app.ts'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/types.ts'
import { authScope } from '../platform/db/scope.ts'
import type { JobTemplate } from '@zenops/contracts/capabilities'
import { loadDemoJobs } from './jobs.ts'

interface DemoJob extends Omit<DemoPerson, 'password'> {
  readonly template: JobTemplate
}

/** People are named by their job. */
const JOBS: readonly DemoJob[] = [
  {
    key: 'owner',
    surface: 'web',
    job: 'Owner',
    template: 'super_admin',
    email: 'owner@demo.zenops.local',
    can: ['See every job and figure', 'Set up people, banks and rules', 'Decide what others ask for'],
  },
  {
    key: 'ops_manager',
    surface: 'web',
    job: 'Operations manager',
    template: 'ops_manager',
    email: 'ops@demo.zenops.local',
    can: ['Open and assign jobs', 'Keep the queue moving', 'Check reports'],
  },
  {
    key: 'valuer',
    surface: 'web',
    job: 'Valuer',
    template: 'valuer',
    email: 'valuer@demo.zenops.local',
    can: ['Fill the report with live figures', 'Collect evidence', 'Make the bank pack'],
  },
  {
    key: 'assistant_valuer',
    surface: 'web',
    job: 'Assistant valuer',
    template: 'assistant_valuer',
    email: 'assistant@demo.zenops.local',
    can: ['Prepare reports', 'Sort documents', 'Link evidence'],
  },
  {
    key: 'field_valuer',
    surface: 'web',
    job: 'Field valuer',
    template: 'field_valuer',
    email: 'field@demo.zenops.local',
    can: ['Visit sites', 'Upload site photos', 'Note what was seen'],
  },
  {
    key: 'accounts',
    surface: 'web',
    job: 'Accounts',
    template: 'accounts',
    email: 'accounts@demo.zenops.local',
    can: ['See jobs and reports', 'Follow fees', 'Release paid work'],
  },
  {
    key: 'hr',
    surface: 'web',
    job: 'HR',
    template: 'hr',
    email: 'hr@demo.zenops.local',
    can: ['See people', 'Look up banks and clients', 'Keep own tasks'],
  },
  {
    key: 'channel_agent',
    surface: 'portal',
    job: 'Channel agent',
    template: 'portal_user',
    email: 'agent@demo.zenops.local',
    can: ['Sign in to the portal', 'See the firm served', 'Keep an account'],
  },
  {
    key: 'platform_operator',
    surface: 'studio',
    job: 'Platform operator',
    template: 'platform_ops',
    email: 'operator@demo.zenops.local',
    can: ['Sign in to the studio', 'See health and version', 'Open the API reference'],
  },
]

/** The demo people with this installation's password. */
export const demoPeople = (password: string): DemoPerson[] =>
  JOBS.map(({ template: _template, ...person }) => ({ ...person, password }))

/** What the firm prints on its letters, and who signs them. */
const FIRM = {
  name: 'Sahyadri Valuers',
  code: 'SV',
  tagline: 'Registered valuers and chartered engineers',
  address: '2nd Floor, Deshpande Chambers, Khanapur Road, Belgaum 590006, Karnataka',
  phone: '+91 83124 50000',
  email: 'office@demo.zenops.local',
  place: 'Belgaum',
}
const SIGNATORY = {
  designation: 'Partner',
  qualification: 'B.E. (Civil), M.Val. (Real Estate), F.I.V.',
  registration_body: 'IBBI',
  registration_no: 'RV/02/2019/00000',
}

/** Written once; what people changed since stays. */
async function describeFirm(tx: Kysely<DB>, tenantId: string, signatory: string | undefined): Promise<void> {
  if (signatory === undefined) return
  const reports = { firm: FIRM, default_signatory_id: signatory }
  await sql`update identity.tenants set settings = settings || ${JSON.stringify({ reports })}::jsonb
    where id = ${tenantId}::uuid and not settings ? 'reports'`.execute(tx)
  await sql`update identity.memberships set professional = ${JSON.stringify(SIGNATORY)}::jsonb
    where tenant_id = ${tenantId}::uuid and user_id = ${signatory}::uuid and professional is null`.execute(tx)
}

/** Makes the demo firm where it is missing; a second run changes nothing. */
export async function loadDemoFirm(app: App, people: readonly DemoPerson[]): Promise<void> {
  const { config, database } = app.services
  const phc = await app.passwords.hash(people[0]?.password ?? '')
  const ids = new Map<JobTemplate, string>()
  await database.transact(authScope(), async (tx) => {
    for (const job of JOBS) {
      const tenantId = job.surface === 'portal' ? config.ZENOPS_EXTERNAL_TENANT_ID : config.ZENOPS_INTERNAL_TENANT_ID
      const userId = await addMember(tx, {
        tenantId,
        email: job.email,
        name: job.job,
        jobTemplates: [job.template],
        passwordPhc: phc,
      })
      ids.set(job.template, userId)
      if (job.surface !== 'portal') continue
      await tx
        .insertInto('identity.portal_links')
        .values({ tenant_id: config.ZENOPS_INTERNAL_TENANT_ID, user_id: userId, party_kind: 'self' })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
  })
  await database.transact(authScope(), (tx) => describeFirm(tx, config.ZENOPS_INTERNAL_TENANT_ID, ids.get('valuer')))
  await loadDemoJobs(app, (template) => {
    const id = ids.get(template)
    if (id === undefined) throw new Error(`the demo firm has no ${template}`)
    return id
  })
}
