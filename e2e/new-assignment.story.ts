import { type Case, field, openJob } from './new-job.ts'
import { expect, test } from './story.ts'

test('UX-10 an operations manager opens a bank job with a branch made inline, sees the duplicate and goes to the existing job', async ({
  story,
}) => {
  const { page } = story
  await story.enter('Operations manager')
  const told: Case = { borrower: 'Borrower 0142', branch: 'Line Bazar', ifsc: 'SBIN0007142' }
  const first = await openJob(story, told)

  await page.getByRole('link', { name: 'Assignments' }).first().click()
  await page.getByRole('link', { name: 'New assignment' }).click()
  await page.getByRole('button', { name: 'Open assignment' }).click()
  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' })
  await expect(summary).toBeFocused()
  await summary.getByRole('link', { name: /Choose the bank/ }).click()
  await expect(field(page, 'Bank')).toBeFocused()

  await field(page, 'Branch').fill('Line Bazar')
  await page
    .getByRole('option', { name: /^Line Bazar/ })
    .first()
    .click()
  await expect(field(page, 'Bank')).toHaveValue('State Bank of India')
  await page.getByRole('textbox', { name: /^Borrower/ }).fill(told.borrower)
  await page.getByRole('textbox', { name: /^Phone/ }).fill('+91 98450 12345')
  await page.getByRole('button', { name: 'Open assignment' }).click()
  await expect(page.getByRole('list', { name: 'Possible duplicates' })).toContainText('same borrower and phone')
  await page.getByRole('link', { name: `Go to ${first}` }).click()
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(`^${first}`) })).toBeVisible()
  await story.ends()
})

test('UX-10 by keyboard alone: pickers, inline branch and the way to the record', async ({ story }) => {
  const { page } = story
  await story.enter('Operations manager')
  await page.getByRole('link', { name: 'New assignment' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'New assignment' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(field(page, 'Bank')).toBeFocused()
  await page.keyboard.type('Bank of I')
  await expect(page.getByRole('option', { name: /^Bank of India/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(field(page, 'Bank')).toHaveValue('Bank of India')
  // The chosen record's own button stands between the two pickers.
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Station Road')
  await expect(page.getByRole('option', { name: 'Create “Station Road”' })).toBeVisible()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'New branch' })
  await dialog.getByRole('textbox', { name: 'City' }).focus()
  await page.keyboard.type('Bagalkot')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('textbox', { name: /^Borrower/ })).toBeFocused()
  await page.keyboard.type('Borrower 0143')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: /^Z-\d{4}-\d{4} Borrower 0143/ })).toBeVisible()
  await story.ends()
})
