import AxeBuilder from '@axe-core/playwright'
import { expect, test as base, type Page, type Request } from '@playwright/test'

/** What a story may meet on purpose: `POST /v1/assignments 422`. */
export interface Story {
  readonly page: Page
  /** Signs in by the card of a demo person and waits for the first page. */
  enter(job: string): Promise<void>
  /** From here on this answer is expected. */
  expects(answer: string): void
  /** The end page has no accessibility violation; nothing unexpected went wrong on the way. */
  ends(): Promise<void>
}

const answerOf = (request: Request, status: number): string =>
  `${request.method()} ${new URL(request.url()).pathname} ${status}`

/** Before sign-in there is no session to restore. */
const NOBODY_YET = 'POST /v1/auth/refresh 401'

function watch(page: Page): { readonly faults: string[]; readonly expected: Set<string> } {
  const faults: string[] = []
  const expected = new Set([NOBODY_YET])
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    // The browser repeats each failed answer here; those are judged below by what was asked.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(`console: ${message.text()}`)
  })
  page.on('response', (response) => {
    const answer = answerOf(response.request(), response.status())
    if (response.status() >= 400 && ![...expected].some((one) => answer.startsWith(one))) faults.push(answer)
  })
  page.on('requestfailed', (request) => {
    // A list that is filtered again gives up the question before.
    const why = request.failure()?.errorText ?? ''
    if (why !== 'net::ERR_ABORTED') faults.push(`${request.method()} ${request.url()} ${why}`)
  })
  return { faults, expected }
}

export const test = base.extend<{ story: Story }>({
  async story({ page }, use) {
    const { faults, expected } = watch(page)
    await use({
      page,
      async enter(job) {
        await page.goto('/')
        await page.getByRole('button', { name: job }).first().click()
        await expect(page.getByRole('navigation', { name: 'Breadcrumb' })).toBeVisible()
      },
      expects: (answer) => void expected.add(answer),
      async ends() {
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([])
        expect(faults).toEqual([])
      },
    })
    expect(faults).toEqual([])
  },
})

export { expect }
