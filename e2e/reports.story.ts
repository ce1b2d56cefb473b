import type { Page } from '@playwright/test'
import { takePhoto, type Photo } from './photos.ts'
import { expect, test } from './story.ts'

async function newReport(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: 'Reports', exact: true }).first().click()
  await page.getByRole('button', { name: 'New report' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'New report' })
  await dialog.getByLabel('Title').fill(title)
  await dialog.getByRole('combobox', { name: 'Assignment' }).fill('Residential plot')
  await dialog.getByRole('option').filter({ hasText: 'Residential plot' }).first().click()
  await dialog.getByRole('button', { name: 'Create report' }).click()
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(title) })).toBeVisible()
}

const section = (page: Page, name: RegExp) =>
  page.getByRole('navigation', { name: 'Sections of the form' }).getByRole('link', { name }).click()
const saved = (page: Page) => expect(page.getByText(/^Saved \d\d:\d\d/)).toBeVisible()
const fmv = (page: Page) => page.getByRole('status', { name: 'Fair market value' })
const score = (page: Page) => page.getByRole('region', { name: 'Readiness' })

/** No shipped profile asks for more. */
const MOST_FILES = 16

/** Small, distinct JPEGs: equal files count once. */
const pictures = (count: number): Promise<Photo[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => takePhoto(`picture-${at + 1}.jpg`, { seed: 100 + at })))

/** Gives every requirement of the report's profile what it still lacks. */
async function collect(page: Page): Promise<void> {
  const inputs = page.getByLabel(/^Upload to /)
  await expect(inputs.first()).toBeAttached()
  const labels = await inputs.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''))
  const photos = await pictures(MOST_FILES)
  for (const label of labels) {
    const column = page.getByRole('region', { name: label.slice('Upload to '.length), exact: true })
    const [, found = '0', needed = '0'] = /(\d+) of (\d+)/.exec(await column.innerText()) ?? []
    const lacking = Number(needed) - Number(found)
    if (lacking <= 0) continue
    await page.getByLabel(label, { exact: true }).setInputFiles(photos.splice(0, lacking))
    await expect(column).toContainText(`${needed} of ${needed}`, { timeout: 20_000 })
  }
}

test('UX-18 a valuer fills a plot valuation with live figures and reaches readiness 100', async ({ story }) => {
  test.setTimeout(120_000)
  const { page } = story
  await story.enter('Valuer')
  await newReport(page, 'Plot at Nehru Nagar')
  await page.getByLabel('Type of property').selectOption({ label: 'Vacant land' })
  await page.getByLabel('Address of the property').fill('Plot 12, Nehru Nagar, Belgaum 590010')
  await page.getByLabel('Bank', { exact: true }).fill('State Bank of India')
  await page.getByRole('radio', { name: 'sqft' }).check()
  await saved(page)

  await section(page, /Part A Valuation of land/)
  const extent = page.getByLabel('Total extent of the plot', { exact: true })
  await extent.fill('2,400')
  await expect(page.getByText('= 222.9675 sqm')).toBeVisible()
  await extent.blur()
  await page.getByLabel('Unit of Total extent of the plot').selectOption('sqm')
  await expect(extent).toHaveValue('222.9675')
  await expect(page.getByText('Stored as 2,400 sqft')).toBeVisible()
  const guideline = page.getByLabel(/^Guideline rate obtained/)
  await guideline.fill('1000')
  await guideline.blur()
  await saved(page)

  await section(page, /Further particulars/)
  const land = page.getByLabel('Value of the land')
  await land.fill('25L')
  // Live: the field has not been left, nothing was sent.
  await expect(fmv(page)).toHaveText('₹25,00,000.00')
  await expect(page.getByText('Rupees twenty-five lakh', { exact: true })).toBeVisible()
  await expect(page.getByText('+4.17 %')).toBeVisible()
  await land.blur()
  await expect(land).toHaveValue('₹25,00,000.00')
  await saved(page)
  await expect(score(page)).not.toContainText('is missing')

  await page.getByRole('link', { name: /^Evidence/ }).click()
  await collect(page)
  await expect(score(page)).toContainText('100')
  await expect(score(page)).toContainText('Nothing blocks this report')
  await story.ends()
})

test('UX-19 two people change the same rate: the chosen value stays, with its reason', async ({
  story,
  browser,
  baseURL,
}) => {
  const { page } = story
  await story.enter('Operations manager')
  await newReport(page, 'House seen by two')
  await section(page, /Part A Valuation of land/)
  const rate = page.getByLabel(/^Guideline rate obtained/)
  await rate.fill('6000')
  await rate.blur()
  await saved(page)

  const context = await browser.newContext(baseURL ? { baseURL } : {})
  const other = await context.newPage()
  await other.goto('/')
  await other.getByRole('button', { name: 'Owner' }).first().click()
  await expect(other.getByRole('navigation', { name: 'Breadcrumb' })).toBeVisible()
  await other.goto(page.url())
  const theirs = other.getByLabel(/^Guideline rate obtained/)
  await theirs.fill('6100')
  await theirs.blur()
  await other.getByLabel(/^Why does this change/).fill('Registrar of November')
  await other.getByRole('button', { name: 'Save with this reason' }).click()
  await saved(other)
  await context.close()

  story.expects('PATCH /v1/repogen/work-orders/')
  await rate.fill('6200')
  await rate.blur()
  await page.getByLabel(/^Why does this change/).fill('First look')
  await page.getByRole('button', { name: 'Save with this reason' }).click()
  const dialog = page.getByRole('dialog', { name: 'Changed by somebody else meanwhile' })
  await expect(dialog).toContainText('6,100')
  await expect(dialog).toContainText('6,200')
  await dialog.getByRole('button', { name: 'Save choices' }).click()
  await expect(dialog).toBeHidden()
  await saved(page)
  await expect(rate).toHaveValue('6,200')

  await page.getByRole('link', { name: 'Revisions' }).click()
  await expect(page.getByRole('list', { name: 'Revisions' })).toContainText('First look')
  await expect(page.getByRole('region', { name: 'What changed' })).toContainText('6,200')
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  await expect(page.getByText('3 revisions are unchanged since written')).toBeVisible()
  await story.ends()
})

test('UX-21 a valuer orders annexures, creates the pack, watches it and downloads it', async ({ story }) => {
  test.setTimeout(180_000)
  const { page } = story
  await story.enter('Valuer')
  await page.getByRole('link', { name: 'Reports', exact: true }).first().click()
  await page.getByRole('row').filter({ hasText: 'Plot at Nehru Nagar' }).first().getByRole('link').click()
  await page.getByRole('link', { name: 'Annexures' }).click()
  const first = page.getByRole('group', { name: /^Page 1: SITE IMAGES/ })
  const later = first.getByRole('button', { name: /^Move .* later$/ })
  const names = () => later.evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label')))
  await expect(first.getByRole('button').first()).toBeVisible()
  const [before, after] = await names()
  expect(after).toBeDefined()
  await later.first().click()
  await expect.poll(async () => await names()).toEqual([after, before])
  await expect(first.getByRole('img')).toHaveCount(2)

  await page
    .getByRole('button', { name: 'Accept and fill in data' })
    .or(page.getByRole('button', { name: 'Collect evidence' }))
    .first()
    .click()
  const collecting = page.getByRole('dialog')
  await collecting.getByRole('button', { name: /Collect evidence|Accept and fill in data/ }).click()
  await expect(collecting).toBeHidden()
  await page.getByRole('button', { name: 'Accept and fill in data' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Accept and fill in data' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.getByRole('button', { name: 'Mark ready' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Mark ready' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()

  await page.getByRole('button', { name: 'Open packs' }).click()
  await expect(page.getByRole('heading', { name: 'Version 1' })).toBeVisible({ timeout: 90_000 })
  for (const kind of ['DOCX', 'PDF']) {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: `Download ${kind} of version 1` }).click()
    expect((await download).suggestedFilename()).toMatch(new RegExp(`_v1\\.${kind.toLowerCase()}$`))
  }
  await story.ends()
})
