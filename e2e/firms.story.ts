import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../tools/free-ports.ts'
import { mailedLink, mailFolder } from './mailbox.ts'
import { inFrame, signInTo, surfaceAt, typeSignIn } from './people.ts'
import { expect, test as base } from './story.ts'

interface Installation {
  readonly home: string
  /** Address of the Workspace; the other surfaces listen on the next ports. */
  readonly web: string
  readonly studio: string
}

/** The product once more, for several firms. */
const test = base.extend<{ installation: Installation }>({
  async installation({ request }, use) {
    const home = mkdtempSync(join(tmpdir(), 'zenops-firms-'))
    const port = await freePorts()
    const settings = {
      ZENOPS_HOME: home,
      PORT: port,
      METRICS_PORT: port + 3,
      SMTP_URL: `smtp://127.0.0.1:${port + 4}`,
      ZENOPS_DEMO_MODE: 'on',
      ZENOPS_MULTI_TENANT_ENABLED: 'on',
      LOG_LEVEL: 'warn',
    }
    const file = join(home, 'settings.env')
    writeFileSync(
      file,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
    const program = join(import.meta.dirname, 'server.ts')
    const server = spawn(process.execPath, [`--env-file=${file}`, program, home, String(port + 4)], { stdio: 'ignore' })
    const web = `http://localhost:${port}`
    const ready = async () => (await request.get(`${web}/v1/ready`).catch(() => null))?.status()
    await expect.poll(ready, { timeout: 90_000, intervals: [1_000] }).toBe(200)
    await use({ home, web, studio: surfaceAt(web, 2) })
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await ended
  },
})

test('UX-04 with several firms a person of two enters the one used last, names one at sign-in, and switches between them', async ({
  story,
  request,
  installation,
}) => {
  test.setTimeout(180_000)
  const { page } = story
  const { home, web, studio } = installation
  const config = await (await request.get(`${web}/v1/auth/config?aud=web`)).json()
  const owner = config.demo.find((one: { key: string }) => one.key === 'owner')
  const operator = (await (await request.get(`${studio}/v1/auth/config?aud=studio`)).json()).demo[0]
  const { headers } = await signInTo(request, studio, { aud: 'studio', ...operator })
  const onboarded = await request.post(`${studio}/v1/control/onboard`, {
    headers: { ...headers, 'idempotency-key': crypto.randomUUID() },
    data: { tenant_name: 'Acme Valuers', owner_email: owner.email },
  })
  expect(onboarded.status(), await onboarded.text()).toBe(201)

  // The owner is known: his password opens the second membership.
  const link = () => mailedLink(mailFolder(home), owner.email, '/invite')
  await expect.poll(link, { timeout: 20_000 }).not.toBeNull()
  await page.goto(link() ?? '')
  await expect(page.getByRole('heading', { level: 1, name: 'Join Acme Valuers' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Password' }).fill(owner.password)
  await page.keyboard.press('Enter')
  const opener = page.getByRole('button', { name: /Acme Valuers/ })
  await expect(opener).toBeVisible()
  await opener.press('Enter')
  await expect(page.getByRole('menuitemradio')).toHaveCount(2)
  await page.getByRole('menuitemradio', { name: /House firm/ }).press('Enter')
  await expect(page.getByRole('button', { name: /House firm/ })).toBeVisible()

  // Without a name a sign-in leads to the firm used last; with one to that firm.
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await typeSignIn(page, owner)
  await expect(page.getByRole('button', { name: /House firm/ })).toBeVisible()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('textbox', { name: 'Firm' }).fill('acme-valuers')
  await typeSignIn(page, owner)
  await expect(page.getByRole('button', { name: /Acme Valuers/ })).toBeVisible()
  await expect(inFrame(page)).toBeVisible()
  expect(page.url()).toContain(web)
  await story.ends()
  // Its installation ends before the page does.
  await page.goto('about:blank')
})
