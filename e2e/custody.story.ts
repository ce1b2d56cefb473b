import type { Page } from '@playwright/test'
import { inFrame, newPerson, signIn } from './people.ts'
import { expect, test } from './story.ts'

const dialogOf = (page: Page) => page.getByRole('dialog')

/** Types the phrase that the dialog shows. */
async function typePhrase(page: Page): Promise<void> {
  const dialog = dialogOf(page)
  const phrase = (await dialog.locator('strong').last().textContent()) ?? ''
  await dialog.getByRole('textbox').fill(phrase)
}

test('AU-33 UX-38 an owner sees what is kept how long, counts what is over, removes it, and places a hold', async ({
  story,
}) => {
  const { page } = story
  await story.enter('Owner')
  await page.goto('/admin/retention')
  await expect(page.getByRole('row').filter({ hasText: 'Deleted records' })).toContainText('30 days')
  await page.getByRole('row').filter({ hasText: 'Deleted records' }).click()
  const panel = page.getByRole('complementary', { name: 'Deleted records' })
  await panel.getByRole('button', { name: 'Change' }).click()
  const dialog = dialogOf(page)
  await dialog.getByRole('textbox', { name: 'Days' }).fill('7')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByRole('alert')).toContainText('at least 30')
  await dialog.getByRole('textbox', { name: 'Days' }).fill('45')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(panel).toContainText('45 days')
  await panel.getByRole('button', { name: 'Change' }).click()
  await dialog.getByRole('textbox', { name: 'Days' }).fill('30')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByRole('button', { name: 'Shorten' })).toHaveAttribute('aria-disabled', 'true')
  await typePhrase(page)
  await dialog.getByRole('button', { name: 'Shorten' }).click()
  await expect(panel).toContainText('30 days')
  await page.getByRole('button', { name: 'Dry run' }).click()
  await page.getByRole('link', { name: 'Runs' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'Deleted records' }).first()).toContainText('Done', {
    timeout: 20_000,
  })
  await page.getByRole('link', { name: 'Periods' }).click()
  await page.getByRole('button', { name: 'Remove now' }).click()
  await typePhrase(page)
  await dialog.getByRole('button', { name: 'Remove now' }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('link', { name: 'Deleted' }).click()
  await expect(page.getByText('Nothing is deleted')).toBeVisible()
  await page.getByRole('link', { name: 'Legal holds' }).click()
  await page.getByRole('button', { name: 'Place a hold' }).first().click()
  await dialog.getByRole('radio', { name: 'the whole firm' }).check()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The books are being audited')
  await dialog.getByRole('button', { name: 'Place a hold' }).click()
  const row = page.getByRole('row').filter({ hasText: 'the whole firm' })
  await expect(row.getByText('Standing')).toBeVisible()
  await row.click()
  await page.getByRole('complementary').getByRole('button', { name: 'Lift' }).click()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The audit is over')
  await dialog.getByRole('button', { name: 'Lift' }).click()
  await expect(row.getByText('Ended')).toBeVisible()
  await story.ends()
})

test('AU-35 AU-36 a person gets a file of his data and is erased; the owner sees the request with its due date', async ({
  story,
  request,
  browser,
}) => {
  const person = await newPerson(request)
  const other = await browser.newContext({ acceptDownloads: true })
  const theirs = await other.newPage()
  await signIn(theirs, person, '/me/data')
  await theirs.getByRole('button', { name: 'Ask for the file' }).click()
  const question = theirs.getByRole('dialog', { name: 'Confirm that it is you' })
  await question.getByRole('textbox').fill(person.password)
  await theirs.keyboard.press('Enter')
  await expect(theirs.getByText('Done')).toBeVisible({ timeout: 20_000 })
  const download = theirs.waitForEvent('download')
  await theirs.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toMatch(/^my_data_.*\.json$/)
  await theirs.getByRole('button', { name: 'Ask for the file' }).click()
  await expect(theirs.getByRole('region', { name: 'A file of my data' }).getByRole('alert')).toBeVisible()
  await theirs.getByRole('button', { name: 'Erase me' }).click()
  await typePhrase(theirs)
  await theirs.getByRole('dialog').getByRole('button', { name: 'Erase me' }).click()
  await expect(theirs).toHaveURL(/\/sign-in/)
  await signIn(theirs, person, '/me').catch(() => {})
  await expect(inFrame(theirs)).toHaveCount(0)
  await other.close()

  const { page } = story
  await story.enter('Owner')
  await page.goto('/admin/privacy?kind=erasure')
  const row = page.getByRole('row').filter({ hasText: 'Erasure' }).first()
  await expect(row).toContainText('Waiting')
  await row.click()
  const panel = page.getByRole('complementary')
  await expect(panel).toContainText('the person')
  await expect(panel).toContainText('What stays')
  await story.ends()
})
