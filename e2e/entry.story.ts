import type { FullConfig, Page } from '@playwright/test'
import {
  attachAuthenticator,
  codeOf,
  inFrame,
  invite,
  linkOf,
  newPerson,
  signIn,
  surfaceAt,
  typeSignIn,
} from './people.ts'
import { openProductDatabase } from './product-database.ts'
import { expect, test } from './story.ts'

const PHONE = { width: 360, height: 740 }
/** The house firm is otherwise for a while: what its own pages change with two approvals. */
async function withFirm(config: FullConfig, [on, off]: [string, string], work: () => Promise<void>): Promise<void> {
  const database = await openProductDatabase(String(config.metadata['home']))
  const set = (change: string) => database.sql(`update identity.tenants set ${change} where lane = 'internal'`)
  await set(on)
  try {
    await work()
  } finally {
    await set(off)
    await database.close()
  }
}

const dialog = (page: Page, name: string) => page.getByRole('dialog', { name })

/** Nothing on a phone's page is wider than the phone. */
const fitsPhone = (page: Page) =>
  expect.poll(() => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)

test('ID-44 UX-01 by keyboard on a phone: an invitation is accepted, its token leaves the address, a dead link says so; at the portal a visitor registers', async ({
  story,
  request,
  baseURL,
}, { config }) => {
  const { page } = story
  await page.setViewportSize(PHONE)
  const { email } = await invite(request, 'valuer')
  const link = await linkOf(email, '/invite')
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1, name: /^Join / })).toBeFocused()
  expect(page.url()).not.toContain('token')
  await fitsPhone(page)
  await expect(page.getByText('Valuer', { exact: true })).toBeVisible()
  await page.keyboard.press('Tab')
  await page.keyboard.type('Asha Rao')
  await page.keyboard.press('Tab')
  await page.keyboard.type('short')
  await page.keyboard.press('Enter')
  await expect(page.getByText('The password is too short')).toBeVisible()
  await page.keyboard.type(' is now long enough')
  await expect(page.getByRole('status').filter({ hasText: 'Long enough' })).toBeAttached()
  await page.keyboard.press('Enter')
  await expect(inFrame(page)).toBeVisible()
  await page.goto('/me')
  await expect(page.getByRole('button', { name: 'Asha Rao', exact: true })).toBeVisible()

  story.expects('POST /v1/auth/invitations/inspect 401')
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1, name: 'This link does not work' })).toBeVisible()
  await fitsPhone(page)
  await story.ends()

  const portal = surfaceAt(baseURL, 1)
  const visitor = `visitor-${Date.now().toString(36)}@mail.example`
  await withFirm(config, ["registration = 'open'", "registration = 'invite_only'"], async () => {
    await page.goto(portal)
    await page.getByRole('link', { name: 'Create an account' }).press('Enter')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Meera Joshi')
    await page.keyboard.press('Tab')
    await page.keyboard.type(visitor)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Look into your mailbox' })).toBeVisible()
    await fitsPhone(page)
    await page.goto(await linkOf(visitor, '/register'))
    await expect(page.getByRole('heading', { level: 1, name: 'Choose your password' })).toBeVisible()
    expect(page.url()).not.toContain('token')
    await page.getByRole('textbox', { name: 'Password' }).fill('a calm lake in the morning')
    await page.keyboard.press('Enter')
    await expect(page.getByText('Meera Joshi').first()).toBeVisible()
    expect(page.url()).toContain(portal)
  })
  await fitsPhone(page)
  await story.ends()
})

test('ID-44 UX-03 five wrong passwords lock with a countdown; forgot and reset lead to the page first asked for', async ({
  story,
  request,
}) => {
  const { page } = story
  const person = await newPerson(request, 'valuer')
  story.expects('POST /v1/auth/login 401')
  story.expects('POST /v1/auth/login 429')
  await page.goto('/documents')
  await expect(page.getByRole('textbox', { name: 'E-mail' })).toHaveValue('')
  for (let tries = 0; tries < 4; tries += 1) {
    const answered = page.waitForResponse('**/v1/auth/login')
    await typeSignIn(page, { ...person, password: `wrong words number ${tries}` })
    await answered
    await expect(page.getByText('E-mail or password is wrong.')).toBeVisible()
  }
  await typeSignIn(page, { ...person, password: 'wrong words for the fifth time' })
  await expect(page.getByText(/Sign-in for this e-mail is locked/)).toBeVisible()
  await expect(page.getByRole('timer')).toHaveText(/^1[45] min/)
  const held = page.getByRole('button', { name: 'Sign in', exact: true })
  await expect(held).toHaveAttribute('aria-disabled', 'true')

  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(page.getByRole('heading', { name: 'Forgot your password?' })).toBeVisible()
  await page.getByRole('textbox', { name: 'E-mail' }).fill(person.email)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Look into your mailbox' })).toBeVisible()
  await page.goto(await linkOf(person.email, '/reset'))
  expect(page.url()).not.toContain('token')
  const wished = page.getByRole('textbox', { name: 'New password' })
  story.expects('POST /v1/auth/password/reset 422')
  await wished.fill('passwordpassword')
  await page.keyboard.press('Enter')
  await expect(page.getByText('one of the most common ones')).toBeVisible()
  await wished.fill('another quiet evening at home')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Your password is set' })).toBeVisible()
  await page.goto('/documents')
  await typeSignIn(page, { ...person, password: 'another quiet evening at home' })
  await expect(page).toHaveURL(/\/documents$/)
  await expect(inFrame(page)).toBeVisible()
  await story.ends()
})

test('ID-44 step-up: declined, nothing happens; confirmed, the same request goes on; then a second factor at sign-in', async ({
  story,
  request,
}) => {
  const { page } = story
  const person = await newPerson(request)
  await signIn(page, person, '/me/security')
  story.expects('POST /v1/auth/mfa/totp/enroll 401')
  story.expects('POST /v1/auth/step-up 401')
  story.expects('POST /v1/auth/mfa/verify 401')
  await expect(page.getByText('You have no second factor yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Set up app' }).click()
  await expect(dialog(page, 'Confirm that it is you')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog(page, 'Confirm that it is you')).toBeHidden()
  await expect(page.getByText('Nothing was done')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog(page, 'Set up app')).toBeHidden()

  await page.getByRole('button', { name: 'Set up app' }).click()
  const proof = dialog(page, 'Confirm that it is you').getByRole('textbox', { name: 'Password' })
  await proof.fill('not my password at all')
  await page.keyboard.press('Enter')
  await expect(page.getByText('This password is wrong.')).toBeVisible()
  await proof.fill(person.password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible()
  const secret = (await page.locator('.z-secret').textContent()) ?? ''
  await page.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret, -1))
  await page.keyboard.press('Enter')
  const codes = dialog(page, 'Store your recovery codes')
  await expect(codes.getByRole('listitem')).toHaveCount(10)
  const recovery = (await codes.getByRole('listitem').first().textContent()) ?? ''
  await page.keyboard.press('Escape')
  await expect(codes).toBeVisible()
  await expect(codes.getByRole('button', { name: 'Done' })).toHaveAttribute('aria-disabled', 'true')
  await codes.getByRole('checkbox').check()
  await codes.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('10 of 10 codes left')).toBeVisible()
  await story.ends()

  await page.goto('/me/sessions')
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await dialog(page, 'Sign out everywhere').getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page.getByText('You are signed out.')).toBeVisible()
  await page.setViewportSize(PHONE)
  await typeSignIn(page, person)
  await expect(page.getByRole('heading', { level: 1, name: 'Second step' })).toBeVisible()
  await fitsPhone(page)
  await page.keyboard.type('000000')
  await page.keyboard.press('Enter')
  await expect(page.getByText('This code is wrong')).toBeVisible()
  await page.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret))
  await page.keyboard.press('Enter')
  await expect(inFrame(page)).toBeVisible()

  await page.goto('/me/security')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await typeSignIn(page, person)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.keyboard.type(recovery.toLowerCase())
  await page.keyboard.press('Enter')
  await expect(inFrame(page)).toBeVisible()
  await page.goto('/me/security')
  await expect(page.getByText('9 of 10 codes left')).toBeVisible()
  await fitsPhone(page)
  await story.ends()
})

test('ID-44 UX-02 a passkey by keyboard: added, renamed, used at sign-in, offered by the field of the e-mail; another device is ended and sees it', async ({
  story,
  request,
  browser,
}, { config }) => {
  const { page } = story
  const person = await newPerson(request)
  await attachAuthenticator(page)
  await signIn(page, person, '/me/security')
  story.expects('POST /v1/auth/webauthn/register/options 401')
  await page.getByRole('button', { name: 'Add passkey' }).press('Enter')
  const named = page.getByRole('textbox', { name: 'Name of the passkey' })
  await expect(named).toBeFocused()
  await named.fill('Desk computer')
  await page.keyboard.press('Enter')
  await dialog(page, 'Confirm that it is you').getByRole('textbox', { name: 'Password' }).fill(person.password)
  await page.keyboard.press('Enter')
  const codes = dialog(page, 'Store your recovery codes')
  const recovery = (await codes.getByRole('listitem').first().textContent()) ?? ''
  await codes.getByRole('checkbox').press('Space')
  await page.getByRole('button', { name: 'Done' }).press('Enter')
  await page.getByRole('button', { name: 'Desk computer', exact: true }).press('Enter')
  await expect(named).toBeFocused()
  await named.fill('Key of the desk')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Key of the desk', exact: true })).toBeVisible()

  await page.getByRole('button', { name: /^Account of/ }).press('Enter')
  await page.getByRole('menuitem', { name: 'Sign out' }).press('Enter')
  await typeSignIn(page, person)
  await page.getByRole('button', { name: 'Use a passkey' }).press('Enter')
  await expect(inFrame(page)).toBeVisible()

  const phone = await browser.newContext({ viewport: PHONE })
  const other = await phone.newPage()
  await other.goto('/me/sessions')
  await typeSignIn(other, person)
  await other
    .getByRole('textbox', { name: 'Recovery code' })
    .or(other.getByRole('button', { name: 'Use a recovery code' }))
    .click()
  await other.getByRole('textbox', { name: 'Recovery code' }).fill(recovery)
  await other.keyboard.press('Enter')
  await expect(other.getByText('This session')).toBeVisible()
  await page.goto('/me/sessions')
  await expect(page.getByText('This session')).toHaveCount(1)
  // The newest of the others is the phone.
  await page
    .getByRole('button', { name: /^End session: / })
    .first()
    .press('Enter')
  await expect(page.getByText('The session has ended.')).toBeVisible()
  await expect(async () => {
    await other
      .getByRole('link', { name: 'My profile' })
      .or(other.getByRole('link', { name: 'My security' }))
      .first()
      .click()
    await expect(other.getByText('Your session has ended.')).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 8_000 })
  await phone.close()
  await story.ends()

  // Where the firm lets passkeys sign in alone, the field of the e-mail offers them; the device here takes the offer.
  await withFirm(config, ['passwordless = true', 'passwordless = false'], async () => {
    await page.getByRole('button', { name: /^Account of/ }).press('Enter')
    const asked = page.waitForRequest('**/v1/auth/webauthn/assert/options')
    const entered = page.waitForResponse('**/v1/auth/webauthn/assert/verify')
    await page.getByRole('menuitem', { name: 'Sign out' }).press('Enter')
    expect((await asked).postDataJSON()).toEqual({ purpose: 'login', aud: 'web' })
    expect((await entered).status()).toBe(200)
    await expect(inFrame(page)).toBeVisible()
  })
  await story.ends()
})
