import type { Page } from '@playwright/test'
import { expect, type Story } from './story.ts'

export const field = (page: Page, name: string) => page.getByRole('combobox', { name })
export const main = (page: Page) => page.getByRole('main')

/** Each run of the story uses another borrower, so that it may be told more than once of one firm. */
export interface Case {
  readonly borrower: string
  readonly branch: string
  readonly ifsc: string
}

/** Opens a bank job with a branch made inline; answers its code. */
export async function openJob(story: Story, told: Case): Promise<string> {
  const { page } = story
  await page.getByRole('link', { name: 'New assignment' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'New assignment' })).toBeVisible()
  await field(page, 'Bank').fill('State Bank')
  await page.getByRole('option', { name: /State Bank of India/ }).click()
  await field(page, 'Branch').fill(told.branch)
  await page.getByRole('option', { name: `Create “${told.branch}”` }).click()
  const dialog = page.getByRole('dialog', { name: 'New branch' })
  await expect(dialog.getByRole('combobox', { name: 'Bank' })).toHaveValue('State Bank of India')
  await dialog.getByRole('textbox', { name: 'City' }).fill('Dharwad')
  await dialog.getByRole('textbox', { name: 'IFSC' }).fill(told.ifsc.toLowerCase())
  await dialog.getByRole('button', { name: 'Create branch' }).click()
  await expect(dialog).toBeHidden()
  await expect(field(page, 'Branch')).toHaveValue(told.branch)
  await expect(main(page).getByText('Pending', { exact: true })).toBeVisible()
  return await fillTerms(page, told)
}

async function fillTerms(page: Page, told: Case): Promise<string> {
  await page.getByRole('textbox', { name: /^Borrower/ }).fill(told.borrower)
  await page.getByRole('textbox', { name: /^Phone/ }).fill('98450 12345')
  const fee = page.getByRole('textbox', { name: /^Fee/ })
  await fee.fill('about 8 thousand')
  await fee.blur()
  await expect(page.getByText('Enter an amount')).toBeVisible()
  await fee.fill('8,500')
  await fee.blur()
  await expect(fee).toHaveValue('₹8,500.00')
  await expect(page.getByText(/Rupees eight thousand five hundred/i)).toBeVisible()
  await page.getByRole('button', { name: 'In 3 days' }).click()
  await page.getByRole('button', { name: 'Open assignment' }).click()
  const title = page.getByRole('heading', { level: 1, name: /^Z-\d{4}-\d{4}/ })
  await expect(title).toBeVisible()
  return ((await title.textContent()) ?? '').slice(0, 11)
}
