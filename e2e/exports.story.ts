import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { openProductDatabase } from './product-database.ts'
import { expect, type Story, test } from './story.ts'

const JOBS = '/v1/admin/audit-logs/export-jobs'
/** What is asked for a fresh proof first. */
const expectStepUp = (story: Story): void => {
  for (const answer of [`POST ${JOBS}`, `POST ${JOBS} 401`]) story.expects(answer)
}

/** Answers the question for a fresh proof with the demo password; whoever proved it lately is not asked. */
async function prove(page: Page, aud = 'web'): Promise<void> {
  const question = page.getByRole('dialog', { name: 'Confirm that it is you' })
  const asked = await question.waitFor({ timeout: 3_000 }).then(
    () => true,
    () => false,
  )
  if (!asked) return
  const { demo } = (await (await page.request.get(`/v1/auth/config?aud=${aud}`)).json()) as {
    demo: { surface: string; password: string }[]
  }
  await question.getByRole('textbox').fill(demo.find((person) => person.surface === aud)?.password ?? '')
  await page.keyboard.press('Enter')
  await expect(question).toBeHidden()
}

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Export events' })

/** An export on its way that no worker holds, like the newest one: how far it is, its end. */
const PLANTED = `
  insert into audit.export_jobs (tenant_id, requested_by, profile, export_format, compress, columns, from_utc, to_utc, row_limit,
    max_bytes, max_duration_sec, storage_kind, expires_at, trace_id, status, attempt, started_at, lease_until, rows_done, rows_estimate)
  select tenant_id, requested_by, profile, 'csv', compress, columns, from_utc, to_utc, row_limit, max_bytes, 120, storage_kind,
    now() + interval '1 day', trace_id, 'RUNNING', 1, now(), now() + interval '2 minutes', 40, 100
  from audit.export_jobs order by created_at desc limit 1 returning id`
const FARTHER = 'update audit.export_jobs set rows_done = 80 where id = $1'
const TIMED_OUT = `update audit.export_jobs set status = 'FAILED', error_code = 'AUDIT_EXPORT_TIMEOUT', completed_at = now() where id = $1`

/** How far an export on its way is shows without a reload, and why it ended. */
async function watchOneOnItsWay(page: Page, home: string): Promise<void> {
  const database = await openProductDatabase(home)
  const [planted] = await database.sql(PLANTED)
  await page.goto(`/admin/audit/exports?preview=${planted.id}`)
  const running = page.getByRole('complementary', { name: /^CSV,/ })
  await expect(running.getByRole('meter', { name: 'Progress' })).toHaveAttribute('aria-valuetext', '40 %')
  await expect(running.getByText('40 of about 100')).toBeVisible()
  await database.sql(FARTHER, [planted.id])
  await expect(running.getByRole('meter', { name: 'Progress' })).toHaveAttribute('aria-valuetext', '80 %')
  await database.sql(TIMED_OUT, [planted.id])
  await expect(running.getByText('AUDIT_EXPORT_TIMEOUT')).toBeVisible()
  await expect(running.getByRole('meter')).toBeHidden()
  await database.sql('delete from audit.export_jobs where id = $1', [planted.id])
  await database.close()
}

test('AU-22 an owner asks for a file, leaves, comes back, downloads it with its checksum and deletes it, and watches one on its way; with the keyboard a range is refused and a failure explained', async ({
  story,
}, { config }) => {
  const { page } = story
  expectStepUp(story)
  await story.enter('Owner')
  await page.getByRole('link', { name: 'Audit log' }).click()
  // The page before has a search of its own.
  await expect(page.getByRole('heading', { level: 1, name: 'Audit log' })).toBeVisible()
  await page.getByRole('searchbox').fill('record_created')
  await expect(page).toHaveURL(/q=record_created/)
  await page.getByRole('button', { name: 'Export events' }).click()
  const dialog = dialogOf(page)
  await expect(dialog.getByText('record_created')).toBeVisible()
  await expect(dialog.getByRole('status')).toHaveText(/^About \d+ events\.$/)
  await dialog.getByRole('button', { name: 'Start the export' }).click()
  await prove(page)
  await expect(page).toHaveURL(/\/admin\/audit\/exports/)
  // Leaving loses nothing.
  await page.getByRole('link', { name: 'Audit log' }).first().click()
  await page.getByRole('link', { name: 'Exports' }).click()
  const grid = page.getByRole('grid', { name: 'Exports' })
  await grid
    .getByRole('link', { name: /^JSON,/ })
    .first()
    .click()
  const panel = page.getByRole('complementary', { name: /^JSON,/ })
  await expect(panel.getByText('Ready', { exact: true })).toBeVisible({ timeout: 40_000 })
  await expect(panel.getByText('Expires in')).toBeVisible()
  await expect(panel.getByText('Manifest', { exact: true })).toBeVisible()
  const checksum = await panel.locator('.z-code').first().textContent()
  const saved = page.waitForEvent('download')
  await panel.getByRole('button', { name: 'Download' }).click()
  await prove(page)
  const file = await saved
  expect(file.suggestedFilename()).toMatch(/^audit_export_[0-9a-f-]{36}\.json$/)
  const bytes = await readFile(await file.path())
  const sum = Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex')
  expect(sum).toBe(checksum)
  const rows = JSON.parse(bytes.toString('utf8')) as { action_type: string }[]
  expect(rows.every((row) => row.action_type.includes('RECORD_CREATED'))).toBe(true)
  await story.ends()

  await panel.getByRole('button', { name: 'Delete the file' }).click()
  await page.getByRole('dialog', { name: 'Delete the file' }).getByRole('button', { name: 'Delete the file' }).click()
  await expect(panel.getByText('Expired', { exact: true })).toBeVisible()
  await panel.getByRole('button', { name: 'Create again' }).click()
  await expect(dialogOf(page).getByText('record_created')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialogOf(page)).toBeHidden()
  await story.ends()

  await watchOneOnItsWay(page, String(config.metadata['home']))
  await story.ends()

  // With the keyboard: half a range is refused where it stands, a failed export says why.
  await page.goto('/admin/audit/exports')
  await page.getByRole('button', { name: 'New export' }).first().focus()
  await page.keyboard.press('Enter')
  await dialog.getByRole('textbox', { name: 'From day' }).fill('2026-01-01')
  await page.keyboard.press('Tab')
  await dialog.getByRole('button', { name: 'Start the export' }).focus()
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('Give both days, or none.').first()).toBeVisible()
  await dialog.getByRole('textbox', { name: 'To day' }).fill('2026-01-02')
  await page.keyboard.press('Tab')
  await dialog.getByText('Evidence bundle').click()
  await dialog.getByRole('button', { name: 'Start the export' }).focus()
  await page.keyboard.press('Enter')
  await prove(page)
  // Nothing was signed on those days.
  const bundle = page.getByRole('complementary', { name: /^Bundle/ })
  await expect(bundle.getByText('Failed', { exact: true })).toBeVisible({ timeout: 40_000 })
  await expect(bundle.getByText('AUDIT_EXPORT_PROCESSING_FAILED')).toBeVisible()
  await expect(bundle.getByRole('button', { name: 'Create again' })).toBeVisible()
  await story.ends()
})
