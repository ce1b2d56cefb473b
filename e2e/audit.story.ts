import type { Page } from '@playwright/test'
import { expect, test } from './story.ts'

/** The studio stands two ports above the Workspace. */
function studioOf(baseURL: string | undefined): string {
  const address = new URL(baseURL ?? '')
  address.port = String(Number(address.port) + 2)
  return address.origin
}

const rowsOf = (page: Page) => page.getByRole('grid', { name: 'Audit log' }).getByRole('row')

test('AU-12 AU-11 AU-44 an owner reads the log, filters it, looks at a change, and verifies the chain', async ({
  story,
  context,
}) => {
  const { page } = story
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await story.enter('Owner')
  await page.getByRole('link', { name: 'Audit log' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Audit log' })).toBeVisible()
  await page.getByRole('searchbox').fill('record_created')
  await expect(page).toHaveURL(/q=record_created/)
  const first = page.getByRole('link', { name: 'Masterdata record created' }).first()
  await first.click()
  const panel = page.getByRole('complementary', { name: 'Masterdata record created' })
  await expect(panel.getByText('Added').first()).toBeVisible()
  // A signed head holds the event within moments; then its proof can be copied.
  await expect(async () => {
    await page.reload()
    await panel.getByRole('button', { name: 'Copy proof' }).click({ timeout: 2_000 })
    const copied = JSON.parse(String(await page.evaluate('navigator.clipboard.readText()'))) as { proof?: unknown[] }
    expect(Array.isArray(copied.proof)).toBe(true)
  }).toPass({ timeout: 30_000 })
  await panel.getByRole('link', { name: 'All events of this trace' }).click()
  await expect(page).toHaveURL(/trace_id=[0-9a-f]{32}/)
  await expect(rowsOf(page)).not.toHaveCount(0)
  await page.getByRole('button', { name: /Remove filter Trace/ }).click()
  await page.getByRole('button', { name: 'More filters' }).click()
  await page.getByRole('textbox', { name: 'Trace' }).fill('nonsense')
  await page.getByRole('button', { name: 'Apply filters' }).click()
  await expect(page.getByText('A trace id has 32 hex digits.')).toBeVisible()
  await page.keyboard.press('Escape')
  await story.ends()

  await page.getByRole('link', { name: 'Look at the chain' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Audit chain' })).toBeVisible()
  await page.getByRole('button', { name: 'Verify the whole log' }).click()
  await expect(page.getByText('Passed')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText('Detection window')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Keys' }).getByRole('button', { name: /Copy key/ })).toBeVisible()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download verifier' }).click()
  expect((await saved).suggestedFilename()).toBe('audit-verify.mjs')
  await story.ends()
})

test('AU-12 AU-22 an operator reads the log of a firm in the studio, and a valuer is told which rights are missing', async ({
  story,
  baseURL,
  browser,
}) => {
  const { page } = story
  await page.goto(studioOf(baseURL))
  await page.getByRole('button', { name: 'Operator' }).first().click()
  await expect(page.getByRole('navigation', { name: 'Breadcrumb' })).toBeVisible()
  await page.getByRole('link', { name: 'Audit log' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Audit log' })).toBeVisible()
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await expect(page.getByRole('menuitem').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Look at the chain' }).click()
  await expect(page.getByText('Published notes')).toBeVisible()
  // Any firm's log is verified from here.
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('menuitem').first().click()
  await expect(page).toHaveURL(/tenant_id=[0-9a-f-]{36}/)
  await page.getByRole('button', { name: 'Verify the whole log' }).click()
  await expect(page.getByText('Passed')).toBeVisible({ timeout: 30_000 })
  await story.ends()

  const other = await browser.newContext()
  const theirs = await other.newPage()
  await theirs.goto(baseURL ?? '')
  await theirs.getByRole('button', { name: 'Valuer' }).first().click()
  await expect(theirs.getByRole('navigation', { name: 'Breadcrumb' })).toBeVisible()
  await expect(theirs.getByRole('link', { name: 'Audit log' })).toHaveCount(0)
  await theirs.goto(`${baseURL}/admin/audit`)
  await expect(theirs.getByText('audit.read')).toBeVisible()
  await theirs.goto(`${baseURL}/admin/audit/exports`)
  await expect(theirs.getByText('audit.export')).toBeVisible()
  await other.close()
})
