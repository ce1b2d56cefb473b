import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CAPABILITIES, type JobTemplate } from '@zenops/contracts/capabilities'
import { type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { scopeInDatabase } from '../../../test/harness/rights.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

/** What somebody holds, cell by cell: the widest over his templates of the firm's exception, else the default. */
async function cells({ tenantId, userId, surface }: TestActor): Promise<Map<string, string>> {
  const rows = await house.sql<{ capability: string; scope: string }>(
    `select distinct on (k.key) k.key as capability, coalesce(o.scope, c.scope, 'none') as scope
     from identity.capabilities k cross join identity.memberships m
     join identity.membership_job_templates t on t.tenant_id = m.tenant_id and t.user_id = m.user_id
     join identity.job_templates j on j.key = t.job_template and $3 = any (j.aud)
     left join identity.job_template_capabilities c on c.job_template = t.job_template and c.capability = k.key
     left join identity.rbac_overrides o on o.tenant_id = m.tenant_id and o.job_template = t.job_template and o.capability = k.key
     where m.tenant_id = $1 and m.user_id = $2 and m.status = 'active' and m.deleted_at is null
     order by k.key, array_position(array['all', 'assigned', 'own', 'none'], coalesce(o.scope, c.scope, 'none'))`,
    [tenantId, userId, surface],
  )
  return new Map(rows.map(({ capability, scope }) => [capability, scope]))
}

/** Policies see of every capability what the cells say. */
async function assertSame(actor: TestActor): Promise<void> {
  const held = await cells(actor)
  const seen = await Promise.all(CAPABILITIES.map((capability) => scopeInDatabase(house, actor, capability)))
  assert.deepEqual(
    Object.fromEntries(CAPABILITIES.map((capability, place) => [capability, seen[place]])),
    Object.fromEntries(CAPABILITIES.map((capability) => [capability, held.get(capability) ?? 'none'])),
  )
}

const alsoIs = (actor: TestActor, template: JobTemplate): Promise<unknown> =>
  house.sql(
    `insert into identity.membership_job_templates (tenant_id, user_id, role, job_template)
     select tenant_id, user_id, role, $3 from identity.memberships where tenant_id = $1 and user_id = $2`,
    [actor.tenantId, actor.userId, template],
  )

test('policies see the defaults of each job, all of them', async () => {
  const { owner, valuer, tenantId } = await house.firm()
  for (const actor of [owner, valuer, await house.member(tenantId, 'accounts')]) await assertSame(actor)
})

test('policies see the widest of several jobs, and what the firm excepts at once', async () => {
  const { valuer, tenantId } = await house.firm()
  const clerk = await house.member(tenantId, 'accounts')
  await alsoIs(clerk, 'hr')
  await assertSame(clerk)
  for (const [template, capability, scope] of [
    ['accounts', 'reports.read', 'all'],
    ['hr', 'employees.read', 'none'],
    ['valuer', 'documents.read', 'none'],
    ['valuer', 'invoices.read', 'own'],
  ])
    await house.sql('insert into identity.rbac_overrides values ($1, $2, $3, $4)', [
      tenantId,
      template,
      capability,
      scope,
    ])
  await assertSame(clerk)
  await assertSame(valuer)
  assert.equal(await scopeInDatabase(house, valuer, 'documents.read'), 'none')
  assert.equal(await scopeInDatabase(house, valuer, 'invoices.read'), 'own')
})

test('whoever is no active member holds nothing', async () => {
  const { valuer, stranger } = await house.firm()
  await house.sql("update identity.memberships set status = 'disabled' where user_id = $1", [valuer.userId])
  await assertSame(valuer)
  assert.equal(await scopeInDatabase(house, valuer, 'assignments.read'), 'none')
  assert.equal(await scopeInDatabase(house, { ...valuer, userId: stranger.userId }, 'assignments.read'), 'none')
})
