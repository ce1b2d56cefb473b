import type { Page } from '@playwright/test'
import { openJob } from './new-job.ts'
import { inFrame, surfaceAt } from './people.ts'
import { expect, type Story, test } from './story.ts'

/** Time for one page with its audit. */
const A_PAGE_MS = 15_000

/** Each page has one title, is loaded, goes no wider than the phone, and has no violation. */
async function fitsEach(story: Story, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await test.step(path, async () => {
      await story.page.goto(path)
      await fits(story.page)
      await story.ends()
    })
  }
}

async function fits(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
  expect(await page.evaluate('document.documentElement.scrollWidth > window.innerWidth'), page.url()).toBe(false)
}

const WORKSPACE = [
  '/users',
  '/portal-users',
  '/roles',
  '/roles/jobs',
  '/policy',
  '/approvals',
  '/admin/blocks',
  '/admin/support-sessions',
  '/admin/audit',
  '/admin/audit/chain',
  '/admin/audit/exports',
  '/admin/dashboard',
  '/admin/actions',
  '/admin/alerts',
  '/admin/alerts/channels',
  '/admin/alerts/rules',
  '/admin/alerts/deliveries',
  '/admin/jobs',
  '/admin/jobs?view=queues',
  '/admin/jobs?view=all',
  '/admin/jobs?view=resolved',
  '/admin/retention',
  '/admin/privacy',
  '/me/data',
]
const STUDIO = [
  '/tenants',
  '/onboard',
  '/support-sessions',
  '/service-tokens',
  '/users',
  '/approvals',
  '/admin/blocks',
  '/admin/scheduler',
  '/admin/scheduler?view=locks',
  '/admin/scheduler?view=runs',
  '/admin/jobs',
  '/admin/audit',
]

test.describe('on a phone of 360 px', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true })

  test('UX-10 UX-11 UX-17 the queue is cards, a job is opened, the library shows a document over the whole page', async ({
    story,
  }) => {
    const { page } = story
    await story.enter('Operations manager')
    await expect(page.getByRole('grid', { name: 'Assignments' })).toBeVisible()
    const fold = page.getByRole('button', { name: /^Filters/ })
    await fold.click()
    await page.getByRole('button', { name: 'Overdue', exact: true }).click()
    await expect(fold).toHaveText(/1/)
    await fits(page)
    await story.ends()
    await openJob(story, { borrower: 'Borrower 0144', branch: 'Vidyanagar', ifsc: 'SBIN0007144' })
    await fits(page)
    await story.ends()
    await page.goto('/documents')
    const grid = page.getByRole('grid', { name: 'Documents' })
    await expect(grid).toBeVisible()
    const [name = ''] = await grid.getByText(/\.(jpg|pdf)$/).allTextContents()
    await grid.getByText(name).first().click()
    await expect(page.getByRole('complementary', { name })).toBeVisible()
    await fits(page)
    await story.ends()
  })

  test('ID-44 AU-44 AU-22 the screens of administration and operation fit, have one title and no violation', async ({
    story,
  }) => {
    const { page } = story
    test.setTimeout(A_PAGE_MS * (WORKSPACE.length + 1))
    await story.enter('Owner')
    await fitsEach(story, WORKSPACE)
    await page.goto('/admin/audit/exports')
    await page.getByRole('button', { name: 'New export' }).first().click()
    await expect(page.getByRole('dialog', { name: 'Export events' })).toBeVisible()
    await fits(page)
  })

  test('ID-44 AU-44 the screens of the platform fit, have one title and no violation', async ({ story, baseURL }) => {
    const studio = surfaceAt(baseURL, 2)
    test.setTimeout(A_PAGE_MS * STUDIO.length)
    await story.page.goto(studio)
    await story.page.getByRole('button', { name: 'Platform operator' }).click()
    await expect(inFrame(story.page)).toBeVisible()
    await fitsEach(
      story,
      STUDIO.map((path) => `${studio}${path}`),
    )
  })
})
