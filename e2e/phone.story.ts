import type { Page } from '@playwright/test'
import { openJob } from './new-job.ts'
import { inFrame, surfaceAt } from './people.ts'
import { takePhoto } from './photos.ts'
import { expect, type Story, test } from './story.ts'

/** Where the focus is: in the page's own part, in sight, and shown as focused. */
const FOCUS = `(() => {
  const at = document.activeElement
  const box = at.getBoundingClientRect()
  const inSight = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  return { left: at === document.body, inMain: at.closest('main') !== null, name: at.outerHTML.slice(0, 120), shown: inSight && at.matches(':focus-visible') }
})()`
interface Focus {
  /** Past the last control. */
  readonly left: boolean
  readonly inMain: boolean
  readonly name: string
  readonly shown: boolean
}

/** By Tab alone one comes to the first controls of the page; wherever the focus is on the way, it shows. */
async function tabsIntoPage(page: Page, path: string): Promise<void> {
  let reached = 0
  for (let presses = 0; presses < 40 && reached < 3; presses++) {
    await page.keyboard.press('Tab')
    const focus = await page.evaluate<Focus>(FOCUS)
    if (focus.left) break
    expect(focus.shown, `${path}: ${focus.name}`).toBe(true)
    if (focus.inMain) reached++
  }
  expect(reached, `${path}: no control of the page was reached`).toBeGreaterThan(0)
}

/** Time for one page with its audit. */
const A_PAGE_MS = 15_000

/** A page as it must be on a phone: one title, nothing to scroll sideways, no violation, reachable by keyboard. */
async function fits(story: Story, path: string): Promise<void> {
  const { page } = story
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
  await goesNoWider(page, path)
  await tabsIntoPage(page, path)
  await story.ends()
}

const goesNoWider = async (page: Page, path: string): Promise<void> =>
  expect(await page.evaluate('document.documentElement.scrollWidth > window.innerWidth'), path).toBe(false)

async function fitsEach(story: Story, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await test.step(path, async () => {
      await story.page.goto(path)
      await fits(story, path)
    })
  }
}

const DEAD = `#token=${'x'.repeat(43)}`
const DOOR = ['/sign-in', '/forgot', `/reset${DEAD}`, `/confirm-email${DEAD}`, `/invite${DEAD}`]
const PEOPLE = ['valuer', 'accounts', 'ops']
const WORKSPACE = [
  '/users',
  '/portal-users',
  '/roles',
  '/roles/jobs',
  '/policy',
  '/approvals',
  '/admin/blocks',
  '/admin/support-sessions',
  '/me',
  '/me/security',
  '/me/sessions',
  '/admin/audit',
  '/admin/audit/chain',
  '/admin/audit/exports',
  '/admin/dashboard',
  '/admin/actions',
  '/admin/alerts',
  '/admin/alerts/channels',
  '/admin/alerts/rules',
  '/admin/alerts/deliveries',
  '/admin/runbooks/audit_chain',
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
  '/me/security',
  '/admin/scheduler',
  '/admin/scheduler?view=locks',
  '/admin/scheduler?view=runs',
  '/admin/runbooks/scheduler_lock',
  '/admin/jobs',
  '/admin/audit',
]

async function pagesOfPeople(story: Story): Promise<void> {
  const { page } = story
  for (const who of PEOPLE) {
    await page.goto(`/users?q=${who}@demo`)
    await page.getByText(`${who}@demo.zenops.local`, { exact: true }).click()
    await page.waitForURL(/\/users\/[0-9a-f-]{36}/)
    await expect(page.getByRole('heading', { name: 'Jobs and rights' })).toBeVisible()
    await fits(story, `the page of ${who}`)
  }
}

/** A photo of the job that is open, and the library with its panel over the whole page. */
async function showsPhoto(page: Page): Promise<void> {
  await page
    .getByRole('main')
    .getByRole('link', { name: /^Documents/ })
    .click()
  await expect(page).toHaveURL(/assignments\/.*\/documents$/)
  const chooser = page.waitForEvent('filechooser')
  await page.getByLabel(/Documents and photos: Choose files/).press('Enter')
  await (await chooser).setFiles([await takePhoto('gate.jpg', { seed: 44, takenAt: '2025-03-14 12:00:00' })])
  await expect(page.getByRole('list', { name: 'Site photo' }).getByRole('button', { name: /gate/ })).toBeVisible()
  await page.goto('/documents')
  await page.getByRole('grid', { name: 'Documents' }).getByText('gate.jpg').click()
  await expect(page.getByRole('complementary', { name: 'gate.jpg' })).toBeVisible()
}

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
    await goesNoWider(page, 'the queue')
    await story.ends()
    await openJob(story, { borrower: 'Borrower 0144', branch: 'Vidyanagar', ifsc: 'SBIN0007144' })
    await goesNoWider(page, 'the job')
    await story.ends()
    await showsPhoto(page)
    await goesNoWider(page, 'the library')
    await story.ends()
  })

  test('ID-44 AU-44 AU-22 the screens of the door, of oneself, of administration and operation fit, by keyboard too', async ({
    story,
  }) => {
    const { page } = story
    test.setTimeout(A_PAGE_MS * (DOOR.length + WORKSPACE.length + PEOPLE.length + 1))
    story.expects('POST /v1/auth/invitations/inspect 401')
    await fitsEach(story, DOOR)
    await story.enter('Owner')
    await fitsEach(story, WORKSPACE)
    await pagesOfPeople(story)
    await page.goto('/admin/audit/exports')
    await page.getByRole('button', { name: 'New export' }).first().click()
    await expect(page.getByRole('dialog', { name: 'Export events' })).toBeVisible()
    await goesNoWider(page, 'the dialog of an export')
  })

  test('ID-44 AU-44 the screens of the platform and of the portal fit, have one title and no violation, by keyboard too', async ({
    story,
    baseURL,
  }) => {
    const studio = surfaceAt(baseURL, 2)
    const portal = surfaceAt(baseURL, 1)
    test.setTimeout(A_PAGE_MS * (STUDIO.length + 3))
    await fitsEach(story, [`${portal}/`, `${portal}/register`])
    await story.page.goto(studio)
    await story.page.getByRole('button', { name: 'Platform operator' }).click()
    await expect(inFrame(story.page)).toBeVisible()
    await fitsEach(
      story,
      STUDIO.map((path) => `${studio}${path}`),
    )
    const { page } = story
    await page.goto(`${studio}/tenants`)
    await page.getByText('factory', { exact: true }).click()
    await page.waitForURL(/\/tenants\/[0-9a-f-]{36}/)
    await expect(page.getByRole('heading', { name: 'House firm' })).toBeVisible()
    await fits(story, 'the page of a firm')
  })
})
