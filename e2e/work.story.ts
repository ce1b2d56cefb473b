import type { Page } from '@playwright/test'
import { inFrame } from './people.ts'
import { openProductDatabase } from './product-database.ts'
import { expect, test } from './story.ts'

const REASON = 'the story wants to see it done'

/** The studio stands two ports above the Workspace. */
function studioOf(baseURL: string | undefined): string {
  const address = new URL(baseURL ?? '')
  address.port = String(Number(address.port) + 2)
  return address.origin
}
async function confirm(page: Page, verb: string | RegExp): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill(REASON)
  await dialog.getByRole('button', { name: verb }).click()
}

/** Four dead jobs of the house firm, as a worker leaves them. */
async function leaveDead(home: string): Promise<void> {
  const database = await openProductDatabase(home)
  await database.sql(`
    with firm as (select id from identity.tenants where lane = 'internal'),
    gone as (
      insert into ops.jobs (tenant_id, kind, payload, trace_id, state, attempts, max_attempts, effect_key, finished_at)
      select id, 'law.of_a_story', '{"password": "hidden"}', repeat('5', 32), 'dead', 3, 3, 'story-' || n, now() from firm, generate_series(1, 4) n
      returning tenant_id, id, effect_key
    )
    insert into ops.dead_jobs (tenant_id, queue, job_id, effect_key, attempts, first_failed_at, last_failed_at, error_code, error, payload, trace_id)
    select tenant_id, 'law.of_a_story', id, effect_key, 3, now() - interval '1 hour', now() - right(effect_key, 1)::int * interval '1 minute', 'PRINTER_EMPTY', 'There is no paper.', '{"password": "***REDACTED***"}', repeat('5', 32) from gone`)
  // Of the call that the second one made nobody knows whether it happened.
  await database.sql(`
    insert into ops.job_effects (tenant_id, effect_key, job_id, attempt, queue, state, request_hash)
    select tenant_id, effect_key, id, 3, kind, 'UNKNOWN', repeat('5', 64) from ops.jobs where effect_key = 'story-2'`)
  await database.close()
}

test('AU-44 an operator runs a task by hand, reads its history, pauses and resumes it', async ({ story, baseURL }) => {
  const { page } = story
  await page.goto(studioOf(baseURL))
  await page.getByRole('button', { name: 'Platform operator' }).click()
  await expect(inFrame(page)).toBeVisible()
  await page.getByRole('link', { name: 'Scheduler' }).first().click()
  await expect(page.getByText('audit_sealer').first()).toBeVisible()
  await page.getByRole('searchbox').fill('identity_clean_up')
  await page.getByRole('link', { name: 'identity_clean_up' }).click()
  await page.getByRole('button', { name: 'Run now' }).click()
  await confirm(page, 'Run now')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.getByRole('button', { name: 'Run history' }).click()
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('identity_clean_up').first()).toBeVisible({ timeout: 1_000 })
    await expect(page.getByText('Done').first()).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Tasks and loops' }).click()
  await page.getByRole('searchbox').fill('identity_clean_up')
  await page.getByRole('link', { name: 'identity_clean_up' }).click()
  const panel = page.getByRole('complementary')
  await panel.getByRole('button', { name: 'Pause' }).click()
  await confirm(page, 'Pause')
  await expect(panel.getByText('Paused').first()).toBeVisible()
  await panel.getByRole('button', { name: 'Resume' }).click()
  await confirm(page, 'Resume')
  await expect(panel.getByText('Paused')).toHaveCount(0)
  await page.getByRole('button', { name: 'Locks' }).click()
  await page.getByRole('link', { name: 'scheduler_janitor' }).click()
  await expect(panel.getByRole('heading', { name: 'Runbook' })).toBeVisible()
  await panel.getByRole('link', { name: 'Scheduler lock' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Locks and recurring tasks' })).toBeVisible()
  for (const part of ['Signal', 'Check', 'Act', 'Close'])
    await expect(page.getByRole('heading', { name: part, exact: true })).toBeVisible()
  await story.ends()
})

test('AU-44 an owner looks at dead letters, replays one, and discards the rest by typed words', async ({ story }) => {
  const { page } = story
  await leaveDead(test.info().config.metadata['home'])
  await story.enter('Owner')
  await page.goto('/admin/jobs')
  await page.getByRole('link', { name: 'law.of_a_story' }).first().click()
  const panel = page.getByRole('complementary')
  await panel.getByRole('button', { name: 'Show payload' }).click()
  await expect(panel.getByText('***REDACTED***')).toBeVisible()
  await panel.getByRole('button', { name: 'Replay' }).click()
  await confirm(page, 'Replay')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.goto('/admin/jobs?queue=law.of_a_story')
  const dialog = page.getByRole('dialog')
  await page.getByRole('link', { name: 'law.of_a_story' }).first().click()
  await expect(panel.getByRole('button', { name: 'Discard', exact: true })).toHaveAttribute('aria-disabled', 'true')
  await panel.getByRole('button', { name: 'It happened' }).click()
  await confirm(page, 'It happened')
  await expect(dialog.getByText('HAPPENED law.of_a_story', { exact: true })).toBeVisible()
  await dialog.getByRole('textbox').fill('HAPPENED law.of_a_story')
  await dialog.getByRole('button', { name: 'It happened' }).click()
  await expect(dialog).toBeHidden()
  await page.goto('/admin/jobs?queue=law.of_a_story')
  await page.getByRole('button', { name: 'Discard 2 jobs' }).click()
  await confirm(page, 'Discard 2 jobs')
  await expect(dialog.getByText('DISCARD law.of_a_story', { exact: true })).toBeVisible()
  await dialog.getByRole('textbox').fill('DISCARD law.of_a_story')
  await dialog.getByRole('button', { name: 'Discard 2 jobs' }).click()
  await page.getByRole('button', { name: 'Resolved' }).click()
  await expect(page.getByText('Discarded').first()).toBeVisible()
  await story.ends()
  await page.getByRole('button', { name: 'Queues' }).click()
  await page.getByRole('link', { name: 'law.of_a_story' }).click()
  await panel.getByRole('button', { name: 'Pause' }).click()
  await confirm(page, 'Pause')
  await expect(panel.getByText('Paused').first()).toBeVisible()
  await panel.getByRole('button', { name: 'Resume' }).click()
  await confirm(page, 'Resume')
  await expect(panel.getByText('Active')).toBeVisible()
})
