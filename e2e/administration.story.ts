import type { Locator, Page } from '@playwright/test'
import { inFrame, newPerson, signIn, surfaceAt } from './people.ts'
import { expect, test, type Story } from './story.ts'

const PASSWORD = 'quiet river stone lamp'

const studioOf = (baseURL: string | undefined): string => surfaceAt(baseURL, 2)

/** Answers the question for a fresh proof with the demo password; whoever proved it lately is not asked. */
async function confirmIdentity(page: Page, aud: 'web' | 'studio'): Promise<void> {
  const { demo } = await (await page.request.get(`${new URL(page.url()).origin}/v1/auth/config?aud=${aud}`)).json()
  const { password } = demo.find((person: { surface: string }) => person.surface === aud)
  const question = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await question.getByRole('textbox').fill(password)
  await page.keyboard.press('Enter')
  await expect(question).toBeHidden()
}

/** Everything that an act on rights asks before it is done. */
const STEP_UP_REFUSALS = ['POST /v1/ops/blocks 401', 'POST /v1/admin/rbac/approval-requests', 'PATCH /v1/ops/blocks']
const expectStepUp = (story: Story) => STEP_UP_REFUSALS.forEach((answer) => story.expects(answer))

const dialogOf = (page: Page): Locator => page.getByRole('dialog')

test('ID-21 UX-04 an owner invites by a link to copy; it is shown once, and the invited person sets a password', async ({
  story,
  browser,
  context,
  baseURL,
}) => {
  const { page } = story
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await story.enter('Owner')
  await page.goto('/users')
  await page.getByRole('button', { name: 'Invite user' }).click()
  const dialog = dialogOf(page)
  await dialog.getByRole('button', { name: 'Invite user' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Enter an e-mail')
  const email = `valuer-${Date.now().toString(36)}@demo.zenops.local`
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Valuer 2')
  await dialog.getByRole('checkbox', { name: 'Valuer', exact: true }).check()
  await expect(dialog.getByRole('checkbox', { name: 'Owner' })).toBeDisabled()
  await dialog.getByText('What it grants').first().click()
  await expect(dialog.getByText('Write reports').first()).toBeVisible()
  await dialog.getByRole('radio', { name: /Show it once/ }).check()
  await dialog.getByRole('button', { name: 'Invite as Valuer' }).click()
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible()
  const link = String(await page.evaluate('navigator.clipboard.readText()'))
  expect(link).toContain(`${baseURL}/invite#token=`)
  // What cannot be seen again does not close by a slip.
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('searchbox').fill(email)
  await page.getByRole('link', { name: 'Valuer 2' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Valuer 2' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Resend invitation' })).toBeVisible()
  await story.ends()

  const other = await browser.newContext()
  const theirs = await other.newPage()
  await theirs.goto(link)
  await theirs
    .getByRole('textbox', { name: /password/i })
    .first()
    .fill(PASSWORD)
  await theirs.keyboard.press('Enter')
  await expect(inFrame(theirs)).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Change jobs' })).toBeVisible()
  await other.close()
})

test('ID-28 UX-05 a change of the matrix is requested, approved by two with step-up, and a button appears', async ({
  story,
  browser,
  baseURL,
}) => {
  const { page } = story
  expectStepUp(story)
  await story.enter('Operations manager')
  await page.goto('/roles?q=propose')
  await page.getByRole('button', { name: /^Propose master data, HR:/ }).click()
  const dialog = dialogOf(page)
  await dialog.getByRole('radio', { name: 'own only' }).check()
  await expect(dialog.getByText('1 person works as HR')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('HR adds the clients it meets')
  await dialog.getByRole('button', { name: 'Request change' }).click()
  await dialog.getByRole('link', { name: 'See the request' }).click()
  const panel = page.getByRole('complementary', { name: 'Change of the matrix' })
  await expect(panel.getByText('Your own request')).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Approve' })).toHaveCount(0)
  await page.goto('/roles?only=pending')
  await expect(page.getByRole('button', { name: /Propose master data, HR: –, a change waits/ })).toBeVisible()

  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await story.enter('Owner')
  await page.goto('/approvals')
  await page.getByRole('link', { name: 'HR: Propose master data' }).click()
  await panel.getByRole('button', { name: 'Approve' }).click()
  await expect(dialog).toContainText('1 more person has to approve')
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await confirmIdentity(page, 'web')
  await expect(panel.getByText('1 of 2')).toBeVisible()
  await expect(panel.getByText('You have decided this already.')).toBeVisible()

  const platform = await browser.newContext()
  const studio = await platform.newPage()
  await studio.goto(studioOf(baseURL))
  await studio.getByRole('button', { name: 'Platform operator' }).click()
  await expect(inFrame(studio)).toBeVisible()
  await studio.getByRole('link', { name: 'Approvals' }).click()
  await studio.getByRole('link', { name: 'HR: Propose master data' }).click()
  await studio.getByRole('button', { name: 'Approve' }).click()
  await expect(dialogOf(studio)).toContainText('Yours is the last approval')
  // From then on the open page's token is stale: what it asks by itself is healed and asked again.
  story.expects('GET /v1/auth/mfa 401')
  await dialogOf(studio).getByRole('button', { name: 'Approve' }).click()
  await confirmIdentity(studio, 'studio')
  await expect(studio.getByRole('complementary').getByText('Applied')).toBeVisible()
  await platform.close()

  await page.goto('/roles?only=overridden')
  await expect(page.getByRole('button', { name: /Propose master data, HR: Own, differs/ })).toBeVisible()
  await story.ends()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.goto('/')
  await page.getByRole('button', { name: 'HR' }).first().click()
  await expect(inFrame(page)).toBeVisible()
  await page.goto('/clients')
  await expect(page.getByRole('button', { name: 'New client' })).toBeVisible()
})

test('ID-31 an owner blocks a person, changes the end and lifts the block; a range asks for typed words', async ({
  story,
  request,
}) => {
  const { page } = story
  expectStepUp(story)
  const person = await newPerson(request)
  await story.enter('Owner')
  await page.goto('/admin/blocks')
  await page.getByRole('button', { name: 'Add block' }).first().click()
  const dialog = dialogOf(page)
  await dialog.getByRole('combobox', { name: 'Person' }).fill(person.email)
  await page.getByRole('option', { name: new RegExp(person.email) }).click()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Phone was stolen')
  await dialog.getByRole('button', { name: 'Block', exact: true }).click()
  await confirmIdentity(page, 'web')
  const row = page.getByRole('row').filter({ hasText: 'Phone was stolen' })
  await expect(row.getByText('Active')).toBeVisible()

  await page.getByRole('button', { name: 'Add block' }).first().click()
  await dialog.getByRole('radio', { name: 'Address or range' }).check()
  await dialog.getByRole('textbox', { name: 'Address or range' }).fill('10.0.0.0/8')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Password guessing from there')
  await dialog.getByRole('button', { name: 'Block', exact: true }).click()
  await expect(dialog.getByText('A range may be /16 or narrower').first()).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Address or range' }).fill('203.0.113.0/24')
  await dialog.getByRole('button', { name: 'Block', exact: true }).click()
  const typed = page.getByRole('dialog', { name: 'Block the range 203.0.113.0/24' })
  await expect(typed.getByRole('button', { name: 'Block', exact: true })).toHaveAttribute('aria-disabled', 'true')
  await typed.getByRole('textbox').fill((await typed.locator('strong').textContent()) ?? '')
  await typed.getByRole('button', { name: 'Block', exact: true }).click()
  await expect(page.getByRole('link', { name: '203.0.113.0/24' })).toBeVisible()

  await row.getByRole('link').click()
  const panel = page.getByRole('complementary')
  await panel.getByRole('button', { name: 'Change end' }).click()
  await dialog.getByRole('button', { name: 'Change end' }).click()
  await expect(dialog).toBeHidden()
  await panel.getByRole('button', { name: 'Lift block' }).click()
  await dialog.getByRole('button', { name: 'Lift block' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('link', { name: '203.0.113.0/24' })).toBeVisible()
  await expect(row).toHaveCount(0)
  await page.getByRole('button', { name: 'Past', exact: true }).click()
  await expect(row.first().getByText('Lifted')).toBeVisible()
  await story.ends()
})

test('ID-15 an owner disables a person, who is signed out; enabled again, he comes back', async ({
  story,
  request,
  browser,
}) => {
  const { page } = story
  const person = await newPerson(request)
  const other = await browser.newContext()
  const theirs = await other.newPage()
  await signIn(theirs, person, '/me')
  await story.enter('Owner')
  await page.goto(`/users/${person.id}`)
  await expect(page.getByRole('button', { name: /^End the session on/ }).first()).toBeVisible()
  await page.getByRole('button', { name: 'Other moves' }).click()
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  const dialog = dialogOf(page)
  await expect(dialog.getByRole('row', { name: /State.*Active.*Disabled/ })).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Disable' })).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Left the firm')
  await dialog.getByRole('button', { name: 'Disable' }).click()
  await expect(page.getByText('Not signed in anywhere.')).toBeVisible()
  await theirs.goto('/me')
  await expect(theirs).toHaveURL(/\/sign-in/)

  await page.getByRole('button', { name: 'Enable' }).click()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Came back')
  await dialog.getByRole('button', { name: 'Enable' }).click()
  await expect(page.getByRole('button', { name: 'Change jobs' })).toBeVisible()
  await signIn(theirs, person, '/me')
  await other.close()
  await story.ends()
})

test('nobody changes his own access, and a valuer finds no page of it', async ({ story }) => {
  const { page } = story
  await story.enter('Owner')
  await page.goto('/users?job_template=super_admin')
  await page.getByRole('row').filter({ hasText: 'owner@demo.zenops.local' }).getByRole('link').click()
  await expect(page.getByRole('button', { name: 'Change jobs' })).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByRole('button', { name: 'Change jobs' })).toHaveAttribute('title', /nobody changes his own/)
  await story.ends()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.goto('/')
  await page.getByRole('button', { name: 'Valuer' }).first().click()
  await expect(inFrame(page)).toBeVisible()
  await expect(page.getByRole('link', { name: 'Users', exact: true })).toHaveCount(0)
  await page.goto('/roles')
  await expect(page.getByRole('heading', { level: 1, name: 'You may not open this page' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('users.rbac.read')
})

test('UX-30 an operator finds onboarding off and told why, makes a token that is shown once, and revokes it', async ({
  story,
  baseURL,
}) => {
  const { page } = story
  story.expects('POST /v1/control/service-tokens 401')
  const studio = studioOf(baseURL)
  await page.goto(studio)
  await page.getByRole('button', { name: 'Platform operator' }).click()
  await expect(inFrame(page)).toBeVisible()
  await page.getByRole('link', { name: 'Onboard firm' }).first().click()
  await expect(page.getByText('Onboarding is off.')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Name of the firm' })).toBeDisabled()
  await page.getByRole('link', { name: 'Firms', exact: true }).click()
  await page.getByRole('link', { name: 'House firm' }).click()
  await expect(page.getByText('it cannot be suspended, closed or removed')).toBeVisible()

  await page.getByRole('link', { name: 'Service tokens' }).click()
  await page.getByRole('button', { name: 'New token' }).first().click()
  const dialog = dialogOf(page)
  const name = `Ledger export ${Date.now().toString(36)}`
  await dialog.getByRole('textbox', { name: 'Name of the program' }).fill(name)
  await dialog.getByText('Billing', { exact: true }).click()
  await dialog.getByRole('checkbox', { name: 'See billing' }).check()
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await confirmIdentity(page, 'studio')
  await expect(dialog.getByRole('textbox', { name: 'Token' })).toHaveValue(/^zst_/)
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await page.getByRole('link', { name }).click()
  await page.getByRole('complementary').getByRole('button', { name: 'Revoke token' }).click()
  await dialog.getByRole('button', { name: 'Revoke token' }).click()
  await expect(page.getByRole('complementary').getByText('Revoked').first()).toBeVisible()
  await story.ends()
})

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

/** A page as it must be on a phone: one title, nothing to scroll sideways, no violation, reachable by keyboard. */
async function fits({ page, ends }: Story, path: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
  expect(await page.evaluate('document.documentElement.scrollWidth > window.innerWidth'), path).toBe(false)
  await tabsIntoPage(page, path)
  await ends()
}

test.describe('ID-44 on a phone of 360 px', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true })
  test('the screens of administration and of oneself fit, have one title and no violation, by keyboard too', async ({
    story,
  }) => {
    test.setTimeout(150_000)
    const { page } = story
    const dead = `#token=${'x'.repeat(43)}`
    story.expects('POST /v1/auth/invitations/inspect 401')
    for (const path of ['/sign-in', '/forgot', `/reset${dead}`, `/confirm-email${dead}`, `/invite${dead}`]) {
      await page.goto(path)
      await fits(story, path)
    }
    await story.enter('Owner')
    const paths = ['/users', '/portal-users', '/roles', '/roles/jobs', '/policy', '/approvals', '/admin/blocks']
    for (const path of [...paths, '/admin/support-sessions', '/me', '/me/security', '/me/sessions']) {
      await page.goto(path)
      await fits(story, path)
    }
    for (const who of ['valuer', 'accounts', 'ops']) {
      await page.goto('/users')
      await page.getByText(`${who}@demo.zenops.local`, { exact: true }).click()
      await page.waitForURL(/\/users\/[0-9a-f-]{36}/)
      await expect(page.getByRole('heading', { name: 'Jobs and rights' })).toBeVisible()
      await fits(story, `the page of ${who}`)
    }
  })

  test('the screens of the platform and of the portal fit, have one title and no violation, by keyboard too', async ({
    story,
    baseURL,
  }) => {
    test.setTimeout(120_000)
    const { page } = story
    const portal = surfaceAt(baseURL, 1)
    for (const path of ['/', '/register']) {
      await page.goto(`${portal}${path}`)
      await fits(story, `portal ${path}`)
    }
    const studio = studioOf(baseURL)
    await page.goto(studio)
    await page.getByRole('button', { name: 'Platform operator' }).click()
    await expect(inFrame(page)).toBeVisible()
    const paths = ['/tenants', '/onboard', '/support-sessions', '/service-tokens', '/users', '/approvals']
    for (const path of [...paths, '/admin/blocks', '/me/security']) {
      await page.goto(`${studio}${path}`)
      await fits(story, path)
    }
    await page.goto(`${studio}/tenants`)
    await page.getByText('factory', { exact: true }).click()
    await page.waitForURL(/\/tenants\/[0-9a-f-]{36}/)
    await expect(page.getByRole('heading', { name: 'House firm' })).toBeVisible()
    await fits(story, 'the page of a firm')
  })
})
