import type { Page } from '@playwright/test'
import { expect, test, type Story } from './story.ts'

async function openJob(page: Page, place: number): Promise<string> {
  const grid = page.getByRole('grid', { name: 'Assignments' })
  await expect(grid).toBeVisible()
  await grid.getByRole('link').nth(place).click()
  await expect(page.getByRole('region', { name: 'Job' })).toBeVisible()
  return page.url()
}

const fact = (page: Page, text: string) =>
  page.getByRole('region', { name: 'Job' }).getByRole('button', { name: text, exact: true })

async function change(page: Page, from: string, to: string): Promise<void> {
  await fact(page, from).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.type(to)
  await page.keyboard.press('Enter')
}

async function signInBeside(story: Story, job: string): Promise<Page> {
  const browser = story.page.context().browser()
  if (!browser) throw new Error('the story has no browser')
  const page = await (await browser.newContext({ baseURL: new URL(story.page.url()).origin })).newPage()
  await page.goto('/')
  await page.getByRole('button', { name: job }).first().click()
  await expect(page.getByRole('navigation', { name: 'Breadcrumb' })).toBeVisible()
  return page
}

test('two people edit one job: other fields are kept silently, the same field is asked about', async ({ story }) => {
  const { page } = story
  await story.enter('Operations manager')
  const address = await openJob(page, 3)
  const borrower = (await page.getByRole('definition').nth(1).innerText()).trim()
  const title = (await page.getByRole('definition').nth(0).innerText()).trim()
  const other = await signInBeside(story, 'Owner')
  await other.goto(address)

  await change(other, title, 'Title of the owner')
  await expect(fact(other, 'Title of the owner')).toBeVisible()
  story.expects('PATCH /v1/assignments/')
  await change(page, borrower, 'Borrower 0150')
  await expect(fact(page, 'Borrower 0150')).toBeVisible()
  await expect(fact(page, 'Title of the owner')).toBeVisible()

  await change(other, 'Title of the owner', 'Second title of the owner')
  await expect(fact(other, 'Second title of the owner')).toBeVisible()
  await change(page, 'Title of the owner', 'Title of the manager')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Second title of the owner')
  await dialog.getByRole('radio', { name: 'Title: Theirs' }).check()
  await dialog.getByRole('button', { name: 'Save choices' }).click()
  await expect(fact(page, 'Second title of the owner')).toBeVisible()
  await other.context().close()

  await page.getByRole('link', { name: 'Timeline' }).click()
  await expect(page.getByRole('list', { name: 'Timeline' })).toContainText('Second title of the owner')
  await story.ends()
})

test('a move that is not legal yet says which guard is open, cancelling asks for a reason', async ({ story }) => {
  const { page } = story
  await story.enter('Operations manager')
  await page.getByRole('searchbox').fill('Borrower 0160')
  await page.getByRole('link', { name: 'New assignment' }).click()
  await page.getByRole('radio', { name: 'Direct' }).check()
  await page.getByRole('textbox', { name: /^Borrower/ }).fill('Borrower 0160')
  await page.getByRole('button', { name: 'Open assignment' }).click()
  await page.getByRole('button', { name: 'Start collecting' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Start collecting' }).click()
  await expect(page.getByRole('main').getByText('Collecting', { exact: true })).toBeVisible()
  const send = page.getByRole('button', { name: 'Send to QC' })
  await expect(send).toHaveAttribute('aria-disabled', 'true')
  await expect(send).toHaveAttribute('title', /No lead is assigned\. No property is chosen\. There is no report yet\./)

  await page.getByRole('button', { name: 'Add floor' }).click()
  await page.getByRole('textbox', { name: 'Area' }).fill('1,200.50')
  await page.getByRole('button', { name: 'Save floors' }).click()
  await expect(page.getByRole('region', { name: 'Job' })).toContainText('1,200.5 sqm')

  await page.getByRole('button', { name: 'Other moves' }).click()
  await page.getByRole('menuitem', { name: 'Cancel assignment' }).click()
  const dialog = page.getByRole('dialog', { name: 'Cancel assignment' })
  const cancel = dialog.getByRole('button', { name: 'Cancel assignment' })
  await expect(cancel).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByRole('textbox', { name: 'Note' }).fill('Opened twice by mistake')
  await cancel.click()
  await expect(page.getByText('This assignment was cancelled.')).toBeVisible()
  await story.ends()
})

test('a bank that an operations manager adds is pending until the owner verifies it', async ({ story }) => {
  const { page } = story
  await story.enter('Operations manager')
  await page.getByRole('link', { name: 'Banks' }).click()
  await page.getByRole('button', { name: 'New bank' }).click()
  const dialog = page.getByRole('dialog', { name: 'New bank' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Canara Bank')
  await dialog.getByRole('textbox', { name: /^IFSC prefix/ }).fill('SBIN')
  story.expects('POST /v1/banks 409')
  await dialog.getByRole('button', { name: 'Create bank' }).click()
  await expect(dialog.getByRole('button', { name: 'Use the existing one' })).toBeVisible()
  await dialog.getByRole('textbox', { name: /^IFSC prefix/ }).fill('cnrb')
  await dialog.getByRole('button', { name: 'Create bank' }).click()
  const panel = page.getByRole('complementary', { name: 'Canara Bank' })
  await expect(panel.getByText('Pending')).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Verify' })).toHaveCount(0)
  const owner = await signInBeside(story, 'Owner')
  await owner.goto(page.url())
  const beside = owner.getByRole('complementary', { name: 'Canara Bank' })
  await beside.getByRole('button', { name: 'Verify' }).click()
  await expect(beside.getByText('Verified')).toBeVisible()
  await owner.context().close()
  await story.ends()
})
