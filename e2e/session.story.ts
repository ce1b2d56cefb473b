import type { BrowserContext, Page, Request } from '@playwright/test'
import { giveJobs, inFrame, linkOf, newPerson, signIn } from './people.ts'
import { expect, test } from './story.ts'

const ENDED = {
  error_code: 'AUTH_INVALID',
  message: 'x',
  trace_id: 'a'.repeat(32),
  details: [{ reason: 'token_expired' }],
}

/** The next answer to this path is a refusal of the token, once. */
async function refuseOnce(page: Page, path: string, body: object): Promise<void> {
  let done = false
  await page.route(path, async (route) => {
    if (done) return await route.continue()
    done = true
    await route.fulfill({ status: 401, json: body })
  })
}

const refreshesOf = (context: BrowserContext): Request[] => {
  const seen: Request[] = []
  context.on('request', (one) => {
    if (new URL(one.url()).pathname === '/v1/auth/refresh') seen.push(one)
  })
  return seen
}

test('ID-44 two tabs meet an old token at once: one refresh serves both', async ({ story, request, context }) => {
  const { page } = story
  story.expects('GET /v1/auth/sessions 401')
  const person = await newPerson(request)
  await signIn(page, person, '/me')
  const second = await context.newPage()
  await second.goto('/me')
  await expect(inFrame(second)).toBeVisible()
  const refreshes = refreshesOf(context)
  // Both stand in front of the lock before the answer comes.
  await context.route('**/v1/auth/refresh', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500))
    await route.continue()
  })
  for (const tab of [page, second]) await refuseOnce(tab, '**/v1/auth/sessions', ENDED)
  await Promise.all([page, second].map((tab) => tab.getByRole('link', { name: 'My sessions' }).click()))
  for (const tab of [page, second]) await expect(tab.getByText('This session')).toBeVisible()
  expect(refreshes).toHaveLength(1)
  // The token lives in memory alone: nothing that a script of the page can read holds one.
  for (const tab of [page, second]) {
    const kept = await tab.evaluate<string>('JSON.stringify([localStorage, sessionStorage, document.cookie])')
    expect(kept).not.toMatch(/eyJ|refresh_token|[\w-]{43}/)
  }
  const cookies = await context.cookies()
  expect(cookies.map(({ name, httpOnly, path }) => [name, httpOnly, path])).toEqual([
    ['refresh_token_web', true, '/v1/auth'],
  ])
  await story.ends()
})

test('ID-44 UX-04 rights change while a form is open: it heals, the typed text stays, and the mailed link changes the e-mail', async ({
  story,
  request,
}) => {
  const { page } = story
  const person = await newPerson(request, 'field_valuer')
  await signIn(page, person, '/me/security')
  await page.getByRole('button', { name: 'Change e-mail' }).click()
  await page.getByRole('textbox', { name: 'New e-mail' }).fill('typed-before@demo.zenops.local')
  story.expects('POST /v1/me/email 401')
  const refreshes = refreshesOf(page.context())
  await giveJobs(request, person.id, ['field_valuer', 'valuer'])
  // As long as a server may remember the state behind a token.
  await page.waitForTimeout(5_000)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await expect(page.getByRole('dialog', { name: 'Confirm that it is you' })).toBeVisible()
  expect(refreshes).toHaveLength(1)
  await page.getByRole('dialog', { name: 'Confirm that it is you' }).getByRole('textbox').fill(person.password)
  await page.keyboard.press('Enter')
  await expect(page.getByText('A link is on its way to typed-before@demo.zenops.local')).toBeVisible()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await expect(page.getByText(/Field valuer, Valuer|Valuer, Field valuer/)).toBeVisible()
  await page.keyboard.press('Escape')
  await story.ends()

  const wished = 'typed-before@demo.zenops.local'
  const link = await linkOf(wished, '/confirm-email')
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1, name: 'Confirm your new e-mail' })).toBeVisible()
  expect(page.url()).not.toContain('token')
  await page.getByRole('button', { name: 'Confirm e-mail' }).press('Enter')
  await expect(page.getByText(`You sign in with ${wished} from now on.`)).toBeVisible()
  await page.getByRole('link', { name: 'Go on' }).press('Enter')
  await expect(inFrame(page)).toBeVisible()
  story.expects('POST /v1/auth/email/confirm 401')
  await page.goto(link)
  await page.getByRole('button', { name: 'Confirm e-mail' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'This link does not work' })).toBeVisible()
  await story.ends()
})

test('ID-44 a refresh token seen twice leads to the sign-in with a plain warning; a block takes the whole page; 429 counts down', async ({
  story,
  request,
  context,
}) => {
  const { page } = story
  const person = await newPerson(request)
  await signIn(page, person, '/me')
  const old = await context.cookies()
  await page.reload()
  await expect(inFrame(page)).toBeVisible()
  await context.clearCookies()
  await context.addCookies(old)
  story.expects('POST /v1/auth/refresh 409')
  await page.reload()
  await expect(page.getByText('Your session was ended because it was used from two places.')).toBeVisible()
  await story.ends()

  await signIn(page, person, '/me')
  const until = new Date(Date.now() + 3 * 86_400_000).toISOString()
  const refusal = { message: 'x', trace_id: 'a'.repeat(32) }
  story.expects('GET /v1/auth/sessions 429')
  await page.route('**/v1/auth/sessions', (route) =>
    route.fulfill({
      status: 429,
      headers: { 'retry-after': '40' },
      json: { ...refusal, error_code: 'RATE_LIMITED', details: [] },
    }),
  )
  await page.getByRole('link', { name: 'My sessions' }).click()
  await expect(page.getByRole('timer')).toHaveText(/^\d+ s$/)
  await page.unroute('**/v1/auth/sessions')
  story.expects('GET /v1/auth/mfa 403')
  await page.route('**/v1/auth/mfa', (route) =>
    route.fulfill({
      status: 403,
      json: { ...refusal, error_code: 'AUTH_BLOCKED', details: [{ reason: 'account', until }] },
    }),
  )
  await page.getByRole('link', { name: 'My security' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Access is not possible now' })).toBeVisible()
  await expect(page.getByText(/Until \d{1,2} \w{3} \d{4}, \d\d:\d\d/)).toBeVisible()
  await page.setViewportSize({ width: 360, height: 740 })
  await story.ends()
  await page.getByRole('button', { name: 'Sign in as somebody else' }).press('Enter')
  await expect(page.getByRole('textbox', { name: 'E-mail' })).toBeVisible()
})
